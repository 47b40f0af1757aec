import { distance } from "fastest-levenshtein";

interface Compiled {
  readonly source: readonly string[];
  readonly output: readonly string[];
}

/**
 * Knows which line of which cell a stack frame stands for. tslab compiles cells without source maps and gives every
 * script the same name, so each cell's output gets a name of its own, and its lines are found again by their text.
 */
export class CellSources {
  private readonly cells: Map<string, Compiled> = new Map();

  /** Remembers a compiled cell and returns its output, named after the cell. */
  add(execution: number, source: string, output: string): string {
    const name = `cell-${execution}.ts`;
    this.cells.set(name, { source: source.split("\n"), output: output.split("\n") });
    return `${output}\n//# sourceURL=${name}`;
  }

  /** `cell [3], line 7: text of that line` for a stack frame at `cell-3.ts:12:5`; undefined for frames elsewhere. */
  locate(place: string): string | undefined {
    const match = /(cell-(\d+)\.ts):(\d+):\d+/.exec(place);
    const cell = match && this.cells.get(match[1]);
    if (!cell) return undefined;
    const line = nearestLine(cell, Number(match[3]) - 1);
    const name = `cell [${match[2]}]`;
    return line === undefined ? name : `${name}, line ${line + 1}: ${cell.source[line].trim()}`;
  }
}

/** Compiling drops types and comments and adds semicolons, so the source line is the one whose text is closest. */
function nearestLine({ source, output }: Compiled, at: number): number | undefined {
  const wanted = plain(output[at] ?? "");
  if (!wanted) return undefined;
  const costs = source.map((line) => distance(plain(line), wanted));
  const least = Math.min(...costs);
  if (least > wanted.length / 2) return undefined;
  const equal = [...costs.keys()].filter((line) => costs[line] === least);
  const before = output.slice(0, at).filter((line) => plain(line) === wanted).length;
  return equal[Math.min(before, equal.length - 1)];
}

function plain(line: string): string {
  return line
    .trim()
    .replace(/^exports\.tsLastExpr = /, "")
    .replace(/;$/, "");
}
