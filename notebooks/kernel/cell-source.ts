import { align, type Word, wordsOf } from "./alignment";

interface Compiled {
  readonly label: string;
  readonly source: string;
  readonly output: string;
  /** Words of the output, each with the source line that it comes from; found when an error asks. */
  words?: readonly (Word & { readonly from: number | undefined })[];
}

/** A place in a cell. Lines count from 1. */
export interface CellPlace {
  /** Such as `cell [3]`. */
  readonly cell: string;
  /** Undefined when it cannot be told. */
  readonly line: number | undefined;
  /** That line, trimmed. */
  readonly text: string;
  /** All of the cell. */
  readonly source: string;
}

const named = /(cell-\d+-\d+\.ts):(\d+):(\d+)/;

/** Does the text name a place in a cell's script? */
export function isCell(text: string): boolean {
  return named.test(text);
}

/**
 * Knows which line of which cell a stack frame stands for. tslab compiles cells without source maps and gives every
 * script the same name, so each cell's output gets a name of its own, and its places are found again by their words.
 */
export class CellSources {
  private readonly cells: Map<string, Compiled> = new Map();

  /** Remembers a compiled cell and returns its output, named after the cell. */
  add(execution: number, source: string, output: string): string {
    const name = `cell-${execution}-${this.cells.size + 1}.ts`;
    this.cells.set(name, { label: `cell [${execution}]`, source, output });
    return `\n${output}\n//# sourceURL=${name}`; // tslab puts code of its own before the first line
  }

  /** Where a stack frame at `cell-3-5.ts:12:5` stands; undefined for frames elsewhere, and for tslab's call of the cell. */
  locate(frame: string): CellPlace | undefined {
    const match = named.exec(frame);
    const cell = match && this.cells.get(match[1]);
    if (!cell || Number(match[2]) - 2 >= cell.output.split("\n").length) return undefined;
    const line = sourceLine(cell, Number(match[2]) - 2, Number(match[3]) - 1);
    return {
      cell: cell.label,
      line: line === undefined ? undefined : line + 1,
      text: line === undefined ? "" : cell.source.split("\n")[line].trim(),
      source: cell.source,
    };
  }
}

/** The source line of the word that begins last before that place of the output, or of the first on its line. */
function sourceLine(cell: Compiled, line: number, column: number): number | undefined {
  cell.words ??= wordsWithOrigin(cell);
  const known = cell.words.filter((word) => word.line === line && word.from !== undefined);
  return (known.findLast((word) => word.column <= column) ?? known[0])?.from;
}

function wordsWithOrigin({ source, output }: Compiled): NonNullable<Compiled["words"]> {
  const [from, to] = [wordsOf(source), wordsOf(output)];
  const places = align(from, to);
  return to.map((word, index) => {
    const place = places[index];
    return { ...word, from: place === undefined ? undefined : from[place].line };
  });
}
