import { inspect } from "node:util";
import type { CellSources } from "./cell-source";
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

/** What a cell threw: the message, then one line a frame, the kernel's own frames left out. */
export function thrown(error: unknown, sources: CellSources): Failure {
  if (isInterrupt(error)) return interrupted;
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error);
    return { ename: "Error", evalue: text, traceback: [`Thrown, though not an Error: ${text}`] };
  }
  const heading = `${error.name}: ${error.message}`;
  const cause = error.cause === undefined ? [] : [`Caused by ${thrown(error.cause, sources).traceback[0]}`];
  return {
    ename: error.name,
    evalue: error.message,
    traceback: [heading, ...frames(error, sources), ...cause],
  };
}

/** Complaints of the compiler about a cell, each with its line and a mark under the column. Lines and columns count from 1. */
export function complaint(code: string, line: number, column: number, message: string): Failure {
  const text = code.split("\n")[line - 1] ?? "";
  return {
    ename: "TypeScriptError",
    evalue: `line ${line}, column ${column}: ${message}`,
    traceback: [
      `TypeScriptError: ${message}`,
      `    line ${line}: ${text}`,
      `${" ".repeat(10 + String(line).length + column)}^`,
    ],
  };
}

/** One failure that says everything of several; a stray interrupt beside a real failure is its echo. */
export function merged(failures: readonly Failure[]): Failure {
  const real = failures.filter((failure) => failure !== interrupted);
  const all = real.length ? real : failures;
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

/** Frames of cells and of the library; those of Node, of tslab and of this kernel say nothing to the reader of a cell. */
function frames(error: Error, sources: CellSources): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines
    .filter((line) => !/node_modules.tslab|notebooks.kernel|node:|\(<anonymous>\)/.test(line))
    .map((line) => {
      const place = sources.locate(line);
      const name = /^\s+at (?:async )?(?:Proxy\.)?([^(]+) \(/.exec(line)?.[1];
      return place === undefined ? line : `    at ${place}${name ? ` (in ${name})` : ""}`;
    });
}
