import { type CellLine, type CellSources, namesCell } from "./cell-source";

/** One line of a stack trace. `cell` is undefined for code of the library and of packages. */
export interface Frame {
  readonly text: string;
  readonly cell: CellLine | undefined;
}

/** Frames of Node, of tslab and of this kernel do not help the reader of a cell. */
const internal = /node_modules.tslab|notebooks.kernel|node:|\(<anonymous>\)/;

export function framesOf(error: Error, sources: CellSources): Frame[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.flatMap((line) => parseFrame(line, sources) ?? []);
}

/** Undefined for a frame to hide. */
function parseFrame(line: string, sources: CellSources): Frame | undefined {
  if (internal.test(line)) return undefined;
  const cell = sources.locate(line);
  if (!cell) return namesCell(line) ? undefined : { cell, text: line.replace(`${process.cwd()}/`, "") };
  const name = /^\s+at (?:async )?(?:Proxy\.)?([^(]+) \(/.exec(line)?.[1];
  const position = cell.line === undefined ? cell.cell : `${cell.cell}, line ${cell.line}: ${cell.text}`;
  return { cell, text: `    at ${position}${name ? ` (in ${name})` : ""}` };
}

const maxRepeats = 3;
const maxPackageFrames = 10;

/** The lines of a trace, with repeated frames and long paths through packages cut short. */
export function traceLines(frames: readonly Frame[], cellsOnly: boolean): string[] {
  const lines: string[] = [];
  let [repeats, packageFrames] = [0, 0];
  frames.forEach(({ cell, text }, i) => {
    if (!cell && (cellsOnly || ++packageFrames > maxPackageFrames)) return;
    repeats = text === frames[i - 1]?.text ? repeats + 1 : 0;
    if (repeats < maxRepeats) lines.push(text);
    else if (text !== frames[i + 1]?.text)
      lines.push(`    … repeated ${repeats + 1 - maxRepeats} more times`);
  });
  return lines;
}

/** Rewrites the stack traces in a printed text or a value's text as {@link framesOf} rewrites those of errors. */
export function withReadableFrames(text: string, sources: CellSources): string {
  if (!namesCell(text)) return text;
  const lines = text.split("\n").flatMap((line) => {
    const [, indent, frameText, rest = ""] = /^(\s*)( {4}at .*?)([ ,{}[\]]*)$/.exec(line) ?? [];
    if (frameText === undefined) return [line];
    const frame = parseFrame(frameText, sources);
    return frame || rest ? [`${indent}${frame?.text ?? ""}${rest}`] : [];
  });
  return lines.join("\n");
}

const linesBefore = 2;
const linesAfter = 1;

/** The lines around a line of a cell; none if the frame already shows the whole cell. */
export function excerpt({ source, line }: CellLine): string[] {
  const lines = source.split("\n");
  if (line === undefined || lines.length === 1) return [];
  const first = Math.max(1, line - linesBefore);
  return lines
    .slice(first - 1, line + linesAfter)
    .map((text, i) => `${gutter(first + i, first + i === line)}${text}`.trimEnd());
}

/** The line number to the left of a cell's line. */
export function gutter(line: number, marked: boolean): string {
  return `${marked ? ">" : " "} ${String(line).padStart(3)} | `;
}
