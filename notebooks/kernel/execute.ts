import { PnrError } from "../../src/base/errors";
import { reason, writeAtomic } from "../../src/base/files";
import { type CodeCell, joined, type Notebook, readNotebook } from "./notebook";
import { Outputs, settle } from "./outputs";
import { KernelSession } from "./session";

/** A cell that has run. */
export interface CellReport {
  readonly notebook: string;
  /** Its number in the notebook, counted from 1 over all cells, and how many there are. */
  readonly cell: number;
  readonly cells: number;
  readonly seconds: number;
  readonly source: string;
}

export interface ExecuteOptions {
  /** How long one cell may run; default 600. */
  readonly timeoutSeconds?: number;
  /** Added to the environment of the kernel. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gives the notebook up, which then is not written. */
  readonly signal?: AbortSignal;
  /** Called after every cell that came to a good end. */
  readonly onCell?: (report: CellReport) => void;
}

/** A cell that failed. The message is one line; `text` is all that the cell has to say, with its trace. */
export class NotebookError extends PnrError {
  constructor(
    readonly notebook: string,
    /** Number in the notebook, counted from 1 over all cells. */
    readonly cell: number,
    readonly text: string,
    options?: ErrorOptions,
  ) {
    super(`${notebook}: cell ${cell} failed: ${text.split("\n")[0]}`, options);
  }
}

/**
 * Runs the cells of a notebook in a fresh kernel and writes the notebook with their outputs. When a cell fails, the
 * ones behind it do not run, and the notebook is written as far as it came.
 * @throws NotebookError for the cell that fails, InputError when `input` is no notebook, the signal's reason when it aborts
 */
export async function executeNotebook(
  input: string,
  output: string,
  options: ExecuteOptions = {},
): Promise<void> {
  const notebook = readNotebook(input);
  for (const cell of notebook.cells) if (cell.cell_type === "code") new Outputs().begin(cell);
  const kernel = await KernelSession.start(options.env);
  const interrupt = (): void => kernel.interrupt();
  const giveUp = (): void => void kernel.stop();
  process.on("SIGINT", interrupt);
  options.signal?.addEventListener("abort", giveUp, { once: true });
  try {
    await runCells(input, notebook, kernel, options);
  } finally {
    process.off("SIGINT", interrupt);
    options.signal?.removeEventListener("abort", giveUp);
    await kernel.stop();
    settle(notebook);
    if (!options.signal?.aborted) writeAtomic(output, `${JSON.stringify(notebook, null, 1)}\n`);
  }
}

async function runCells(
  input: string,
  notebook: Notebook,
  kernel: KernelSession,
  { timeoutSeconds = 600, onCell, signal }: ExecuteOptions,
): Promise<void> {
  const outputs = new Outputs();
  for (const [index, cell] of notebook.cells.entries()) {
    signal?.throwIfAborted();
    const source = joined(cell.source);
    if (cell.cell_type !== "code" || !source.trim()) continue;
    outputs.begin(cell);
    const began = performance.now();
    const failure = await runCell(kernel, cell, outputs, timeoutSeconds);
    signal?.throwIfAborted();
    if (failure !== undefined) throw new NotebookError(input, index + 1, failure);
    const seconds = (performance.now() - began) / 1000;
    onCell?.({ notebook: input, cell: index + 1, cells: notebook.cells.length, seconds, source });
  }
}

/** What went wrong; undefined when nothing did. */
async function runCell(
  kernel: KernelSession,
  cell: CodeCell,
  outputs: Outputs,
  timeoutSeconds: number,
): Promise<string | undefined> {
  try {
    const code = joined(cell.source);
    const reply = await kernel.execute(code, (message) => outputs.take(message), timeoutSeconds);
    if (reply.status === "ok") return undefined;
    return reply.traceback?.join("\n") ?? `the kernel answered "${reply.status}"`;
  } catch (error) {
    const text = reason(error);
    cell.outputs.push({ output_type: "error", ename: "NotebookError", evalue: text, traceback: [text] });
    return text;
  }
}
