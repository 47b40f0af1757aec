import { inspect } from "node:util";
import { PnrError } from "../../src/base/errors";
import type { CellSources } from "./cell-source";
import { excerpt, framesOf, gutter, linesOf } from "./frames";
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

/** Of many errors at once, this many are told. */
const mostErrors = 5;

/**
 * What a cell threw: the message, the lines around the place in a cell that it comes from, then one line a frame, and in the
 * same way its causes, or the errors that it is made of. Left out are the frames of Node and of the kernel and, where the
 * library threw on purpose, those of the library.
 */
export function thrown(error: unknown, sources: CellSources): Failure {
  if (isInterrupt(error)) return interrupted;
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error);
    return { ename: "Error", evalue: text, traceback: [`Thrown, though not an Error: ${text}`] };
  }
  return { ename: nameOf(error), evalue: error.message, traceback: traceOf(error, sources, new Set()) };
}

/** @param told errors that need not be told again: a cause may lead back to what it caused */
function traceOf(error: unknown, sources: CellSources, told: Set<unknown>): string[] {
  if (!(error instanceof Error) || told.has(error)) return [headingOf(error)];
  told.add(error);
  const deliberate = error instanceof PnrError;
  const frames = framesOf(error, sources);
  const nearest = frames.find(({ place }) => place !== undefined)?.place;
  const others = (one: unknown, prefix: string): string[] => {
    const [heading, ...trace] = deliberate ? [headingOf(one)] : traceOf(one, sources, told);
    return [`${prefix}${heading}`, ...trace];
  };
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const more = parts.length - mostErrors;
  return [
    headingOf(error),
    ...(nearest ? excerpt(nearest) : []),
    ...linesOf(frames, deliberate && nearest !== undefined),
    ...parts.slice(0, mostErrors).flatMap((one, index) => others(one, `(${index + 1} of ${parts.length}) `)),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(error.cause === undefined ? [] : others(error.cause, "Caused by ")),
  ];
}

function headingOf(error: unknown): string {
  if (error instanceof Error) return `${nameOf(error)}: ${error.message}`;
  return typeof error === "string" ? error : inspect(error);
}

/** A class that gives its errors no name of their own is known by its own; packages shorten theirs to a letter or two. */
function nameOf(error: Error): string {
  const { name } = error.constructor;
  const named = Object.hasOwn(error, "name") || Object.hasOwn(Object.getPrototypeOf(error), "name");
  return named || name.length < 3 ? error.name : name;
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
export function complaint(code: string, about: Complaint): Failure {
  const { file, message } = about;
  const lines = code.split("\n");
  const beyond = !file && about.line > lines.length; // in what tslab puts behind the cell, for what the cell leaves open
  const [line, column] = beyond
    ? [lines.length, lines[lines.length - 1].length + 1]
    : [about.line, about.column];
  const at = `${file ? `${file}, ` : ""}line ${line}, column ${column}`;
  const text = file ? undefined : lines[line - 1];
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
