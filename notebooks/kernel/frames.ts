import { type CellPlace, type CellSources, isCell } from "./cell-source";

/** One call of a stack trace. */
export interface Frame {
  readonly text: string;
  readonly place: CellPlace | undefined;
}

/** A line of a stack trace that says nothing to the reader of a cell: of Node, of tslab and of this kernel. */
const internal = /node_modules.tslab|notebooks.kernel|node:|\(<anonymous>\)/;

/** Frames of cells and of the library. */
export function framesOf(error: Error, sources: CellSources): Frame[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.flatMap((line) => frameOf(line, sources) ?? []);
}

/** Undefined for a frame that is not to be shown. */
function frameOf(line: string, sources: CellSources): Frame | undefined {
  if (internal.test(line)) return undefined;
  const place = sources.locate(line);
  if (!place) return isCell(line) ? undefined : { place, text: line.replace(`${process.cwd()}/`, "") };
  const name = /^\s+at (?:async )?(?:Proxy\.)?([^(]+) \(/.exec(line)?.[1];
  const where = place.line === undefined ? place.cell : `${place.cell}, line ${place.line}: ${place.text}`;
  return { place, text: `    at ${where}${name ? ` (in ${name})` : ""}` };
}

/** Of many frames in a row of one kind, this many are shown. */
const mostAlike = 3;
const mostOfPackages = 10;

/** A line a frame. What recurs is told once more, and of the way through packages only the end. */
export function linesOf(frames: readonly Frame[], cellsAlone: boolean): string[] {
  const lines: string[] = [];
  let [alike, packages] = [0, 0];
  frames.forEach(({ place, text }, index) => {
    if (!place && (cellsAlone || ++packages > mostOfPackages)) return;
    alike = text === frames[index - 1]?.text ? alike + 1 : 0;
    if (alike < mostAlike) lines.push(text);
    else if (text !== frames[index + 1]?.text) lines.push(`    … and ${alike + 1 - mostAlike} times more`);
  });
  return lines;
}

/** Text that was printed, or is a value's, with the frames of its stack traces as those of an error are shown. */
export function withReadableFrames(text: string, sources: CellSources): string {
  if (!isCell(text)) return text;
  const lines = text.split("\n").flatMap((line) => {
    const [, indent, frame, rest = ""] = /^(\s*)( {4}at .*?)([ ,{}[\]]*)$/.exec(line) ?? [];
    if (frame === undefined) return [line];
    const told = frameOf(frame, sources);
    return told || rest ? [`${indent}${told?.text ?? ""}${rest}`] : [];
  });
  return lines.join("\n");
}

const linesBefore = 2;
const linesAfter = 1;

/** The place within its cell; nothing where the frame's own line says all. */
export function excerpt({ source, line }: CellPlace): string[] {
  const lines = source.split("\n");
  if (line === undefined || lines.length === 1) return [];
  const first = Math.max(1, line - linesBefore);
  return lines
    .slice(first - 1, line + linesAfter)
    .map((text, index) => `${gutter(first + index, first + index === line)}${text}`.trimEnd());
}

/** Stands before a line of a cell. */
export function gutter(line: number, marked: boolean): string {
  return `${marked ? ">" : " "} ${String(line).padStart(3)} | `;
}
