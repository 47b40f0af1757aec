import { inspect } from "node:util";
import { PnrError } from "../../src/base/errors";
import type { CellSources } from "./cell-source";
import { excerpt, framesOf, gutter, traceLines } from "./frames";
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

/** Errors of an AggregateError that are printed. */
const maxErrors = 5;

/**
 * The failure of a cell that threw a value. Its traceback has the message, the lines around the nearest position in a cell and one
 * line per frame, then the same for causes and for the errors of an AggregateError. It leaves out frames of Node and the kernel
 * and, for errors that the library throws on purpose, those of the library.
 */
export function thrown(error: unknown, sources: CellSources): Failure {
  if (isInterrupt(error)) return interrupted;
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error);
    return { ename: "Error", evalue: text, traceback: [`Thrown value that is not an Error: ${text}`] };
  }
  return { ename: nameOf(error), evalue: error.message, traceback: tracebackOf(error, sources, new Set()) };
}

/** @param printed errors that are already in the trace; causes can form a cycle */
function tracebackOf(error: unknown, sources: CellSources, printed: Set<unknown>): string[] {
  if (!(error instanceof Error) || printed.has(error)) return [headingOf(error)];
  printed.add(error);
  const isDeliberate = error instanceof PnrError;
  const frames = framesOf(error, sources);
  const nearest = frames.find(({ cell }) => cell !== undefined)?.cell;
  const nested = (inner: unknown, prefix: string): string[] => {
    const [heading, ...trace] = isDeliberate ? [headingOf(inner)] : tracebackOf(inner, sources, printed);
    return [`${prefix}${heading}`, ...trace];
  };
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const hidden = parts.length - maxErrors;
  return [
    headingOf(error),
    ...(nearest ? excerpt(nearest) : []),
    ...traceLines(frames, isDeliberate && nearest !== undefined),
    ...parts.slice(0, maxErrors).flatMap((part, i) => nested(part, `(${i + 1} of ${parts.length}) `)),
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    ...(error.cause === undefined ? [] : nested(error.cause, "Caused by ")),
  ];
}

function headingOf(error: unknown): string {
  if (error instanceof Error) return `${nameOf(error)}: ${error.message}`;
  return typeof error === "string" ? error : inspect(error);
}

/** The class's name if the class does not set `name`. Minified packages have class names of one or two letters. */
function nameOf(error: Error): string {
  const { name } = error.constructor;
  const setsName = Object.hasOwn(error, "name") || Object.hasOwn(Object.getPrototypeOf(error), "name");
  return setsName || name.length < 3 ? error.name : name;
}

/** An error of the compiler in a cell or in a file that it imports. Lines and columns count from 1. */
export interface Diagnostic {
  /** Undefined for the cell. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The failure of a cell that does not compile, with the line and a mark under the column. */
export function compileFailure(code: string, diagnostic: Diagnostic): Failure {
  const { file, message } = diagnostic;
  const lines = code.split("\n");
  // tslab appends text, where the compiler reports an unclosed bracket.
  const isBeyond = !file && diagnostic.line > lines.length;
  const [line, column] = isBeyond
    ? [lines.length, lines[lines.length - 1].length + 1]
    : [diagnostic.line, diagnostic.column];
  const position = `${file ? `${file}, ` : ""}line ${line}, column ${column}`;
  const text = file ? undefined : lines[line - 1];
  const mark =
    text === undefined
      ? []
      : [`${gutter(line, true)}${text}`, `${" ".repeat(gutter(line, true).length + column - 1)}^`];
  return {
    ename: "TypeScriptError",
    evalue: `${position}: ${message}`,
    traceback: [`TypeScriptError: ${position}: ${message}`, ...mark],
  };
}

/** Merges failures into one. An interrupt that another failure caused is omitted. */
export function merged(failures: readonly Failure[]): Failure {
  const real = failures.filter((failure) => failure !== interrupted);
  const all = real.length ? real : [interrupted];
  return {
    ename: all[0].ename,
    evalue: all.map((failure) => failure.evalue).join("\n"),
    traceback: all.flatMap((failure) => failure.traceback),
  };
}

function isInterrupt(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof CellInterrupted) return true;
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
}
