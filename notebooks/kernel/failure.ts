import { inspect } from "node:util";
import { PnrError } from "../../src/base/errors";
import type { CellPlace, CellSources } from "./cell-source";
import { CellInterrupted } from "./link";

/** Content of a Jupyter `error` message. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export const interrupted: Failure = {
  ename: "Interrupted",
  evalue: "the cell was interrupted",
  traceback: ["Interrupted: the cell was interrupted"],
};

/**
 * What a cell threw: the message, the lines around the place in a cell that it comes from, then one line a frame. Left out
 * are the frames of Node and of the kernel and, where the library threw on purpose, those of the library.
 */
export function thrown(error: unknown, sources: CellSources): Failure {
  if (isInterrupt(error)) return interrupted;
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error);
    return { ename: "Error", evalue: text, traceback: [`Thrown, though not an Error: ${text}`] };
  }
  const heading = `${error.name}: ${error.message}`;
  const frames = framesOf(error, sources);
  const nearest = frames.find(({ place }) => place !== undefined)?.place;
  const shown = error instanceof PnrError && nearest ? frames.filter(({ place }) => place) : frames;
  const cause = error.cause === undefined ? [] : [`Caused by ${thrown(error.cause, sources).traceback[0]}`];
  return {
    ename: error.name,
    evalue: error.message,
    traceback: [heading, ...(nearest ? excerpt(nearest) : []), ...shown.map(({ text }) => text), ...cause],
  };
}

/** The compiler's complaint about a cell or a file that it imports. Lines and columns count from 1. */
export interface Complaint {
  /** Undefined for the cell itself. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A complaint with the line that it is about and a mark under the column. */
export function complaint(code: string, { file, line, column, message }: Complaint): Failure {
  const at = `${file ? `${file}, ` : ""}line ${line}, column ${column}`;
  const text = file ? undefined : code.split("\n")[line - 1];
  const mark =
    text === undefined
      ? []
      : [`${gutter(line, true)}${text}`, `${" ".repeat(gutter(line, true).length + column - 1)}^`];
  return {
    ename: "TypeScriptError",
    evalue: `${at}: ${message}`,
    traceback: [`TypeScriptError: ${at}: ${message}`, ...mark],
  };
}

/** One failure that says everything of several; a stray interrupt beside a real failure is its echo. */
export function merged(failures: readonly Failure[]): Failure {
  const real = failures.filter((failure) => failure !== interrupted);
  const all = real.length ? real : [interrupted];
  return {
    ename: all[0].ename,
    evalue: all.map((failure) => failure.evalue).join("\n"),
    traceback: all.flatMap((failure) => failure.traceback),
  };
}

/**
 * Does the error come from the compiler's own watch over files? It stumbles when several declarations change at once,
 * as they do when the library is built anew, and goes on; no cell is to blame.
 */
export function fromFileWatch(error: unknown): boolean {
  return error instanceof Error && /^\s+at .*typescript-for-tslab/m.test(error.stack ?? "");
}

function isInterrupt(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof CellInterrupted) return true;
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
}

interface Frame {
  readonly text: string;
  readonly place: CellPlace | undefined;
}

/** Frames of cells and of the library; those of Node, of tslab and of this kernel say nothing to the reader of a cell. */
function framesOf(error: Error, sources: CellSources): Frame[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines
    .filter((line) => !/node_modules.tslab|notebooks.kernel|node:|\(<anonymous>\)/.test(line))
    .map((line) => {
      const place = sources.locate(line);
      if (!place) return { place, text: line.replace(`${process.cwd()}/`, "") };
      const name = /^\s+at (?:async )?(?:Proxy\.)?([^(]+) \(/.exec(line)?.[1];
      const where =
        place.line === undefined ? place.cell : `${place.cell}, line ${place.line}: ${place.text}`;
      return { place, text: `    at ${where}${name ? ` (in ${name})` : ""}` };
    });
}

const linesBefore = 2;
const linesAfter = 1;

/** The place within its cell; nothing where the frame's own line says all. */
function excerpt({ source, line }: CellPlace): string[] {
  const lines = source.split("\n");
  if (line === undefined || lines.length === 1) return [];
  const first = Math.max(1, line - linesBefore);
  return lines
    .slice(first - 1, line + linesAfter)
    .map((text, index) => `${gutter(first + index, first + index === line)}${text}`.trimEnd());
}

function gutter(line: number, marked: boolean): string {
  return `${marked ? ">" : " "} ${String(line).padStart(3)} | `;
}
