import { align, type Word, wordsOf } from "./alignment";

interface CompiledCell {
  readonly label: string;
  readonly source: string;
  readonly output: string;
  /** Words of the output with their source lines; computed for the first error. */
  words?: readonly (Word & { readonly sourceLine: number | undefined })[];
}

/** A line of a cell. */
export interface CellLine {
  /** For example `cell [3]`. */
  readonly cell: string;
  /** Counts from 1; undefined if unknown. */
  readonly line: number | undefined;
  /** The line, trimmed. */
  readonly text: string;
  /** The whole cell. */
  readonly source: string;
}

const scriptPosition = /(cell-\d+-\d+\.ts):(\d+):(\d+)/;

/** Whether a text names a position in a cell's script. */
export function namesCell(text: string): boolean {
  return scriptPosition.test(text);
}

/**
 * Maps stack frames to lines of cells. tslab compiles cells without source maps and gives every script the same name. So each
 * cell's output gets its own name, and its lines are found by aligning the words of source and output.
 */
export class CellSources {
  private readonly cells: Map<string, CompiledCell> = new Map();

  /** Remembers a compiled cell and returns its output, named after the cell. */
  add(execution: number, source: string, output: string): string {
    const name = `cell-${execution}-${this.cells.size + 1}.ts`;
    this.cells.set(name, { label: `cell [${execution}]`, source, output });
    return `\n${output}\n//# sourceURL=${name}`; // tslab writes before the first line
  }

  /** The line of a stack frame at `cell-3-5.ts:12:5`; undefined for other frames and for tslab's call of the cell. */
  locate(frame: string): CellLine | undefined {
    const match = scriptPosition.exec(frame);
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

/** The source line of the last word at or before this position of the output, else of the first word on its line. */
function sourceLine(cell: CompiledCell, line: number, column: number): number | undefined {
  cell.words ??= wordsWithSourceLines(cell);
  const matched = cell.words.filter((word) => word.line === line && word.sourceLine !== undefined);
  return (matched.findLast((word) => word.column <= column) ?? matched[0])?.sourceLine;
}

function wordsWithSourceLines({ source, output }: CompiledCell): NonNullable<CompiledCell["words"]> {
  const [sourceWords, outputWords] = [wordsOf(source), wordsOf(output)];
  const matches = align(sourceWords, outputWords);
  return outputWords.map((word, i) => {
    const match = matches[i];
    return { ...word, sourceLine: match === undefined ? undefined : sourceWords[match].line };
  });
}
