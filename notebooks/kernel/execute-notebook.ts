import { dirname, resolve } from "node:path";
import { PnrError } from "../../src/base/errors";
import { reason, writeAtomic } from "../../src/base/files";
import { CellOutputs, splitOutputs } from "./cell-outputs";
import { KernelSession } from "./kernel-session";
import { type CodeCell, formatNotebook, joined, linesOf, type Notebook, readNotebook } from "./notebook-file";
import { moveLinks } from "./notebook-links";

/** A cell that has run. */
export interface CellReport {
  /** Its number in the notebook, counted from 1 over all cells. */
  readonly cell: number;
  /** Number of cells in the notebook. */
  readonly cells: number;
  readonly seconds: number;
}

export interface ExecuteOptions {
  /** Timeout of one cell; default 600. */
  readonly timeoutSeconds?: number;
  /** Whether to run the cells with the tag "experiment", which take minutes. Default false: they keep their outputs. */
  readonly experiments?: boolean;
  /** Added to the environment of the kernel. */
  readonly env?: NodeJS.ProcessEnv;
  /** Cancels the execution; the notebook is then not written. */
  readonly signal?: AbortSignal;
  /** Called after every cell that succeeds. */
  readonly onCell?: (report: CellReport) => void;
}

/** A cell that failed. The message is one line; `text` is the whole error with its trace. */
export class NotebookError extends PnrError {
  constructor(
    notebook: string,
    cell: number,
    readonly text: string,
  ) {
    super(`${notebook}: cell ${cell} failed: ${text.split("\n")[0]}`);
  }
}

/**
 * Runs the cells of a notebook in a new kernel and writes the notebook with their outputs. A failing cell ends the run, and the
 * notebook is written with the outputs so far.
 * @throws NotebookError for the cell that fails, InputError if `input` is not a notebook, the signal's reason if it aborts
 */
export async function executeNotebook(
  input: string,
  output: string,
  options: ExecuteOptions = {},
): Promise<void> {
  const notebook = readNotebook(input);
  for (const cell of notebook.cells) if (runs(cell, options)) new CellOutputs().begin(cell);
  const kernel = await KernelSession.start(options.env);
  const interrupt = (): void => kernel.interrupt();
  const cancel = (): void => void kernel.stop();
  process.on("SIGINT", interrupt);
  options.signal?.addEventListener("abort", cancel, { once: true });
  try {
    await runCells(input, notebook, kernel, options);
  } finally {
    process.off("SIGINT", interrupt);
    options.signal?.removeEventListener("abort", cancel);
    await kernel.stop();
    splitOutputs(notebook);
    adjustLinks(notebook, dirname(input), dirname(output));
    if (!options.signal?.aborted) writeAtomic(output, formatNotebook(notebook));
  }
}

function runs(cell: Notebook["cells"][number], { experiments = false }: ExecuteOptions): cell is CodeCell {
  const { tags } = cell.metadata;
  return cell.cell_type === "code" && (experiments || !(Array.isArray(tags) && tags.includes("experiment")));
}

/** Makes relative links lead to the same files from the folder to which the notebook is written. */
function adjustLinks(notebook: Notebook, from: string, to: string): void {
  if (resolve(from) === resolve(to)) return;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    const text = joined(cell.source);
    const moved = moveLinks(text, from, to);
    if (moved !== text) cell.source = linesOf(moved);
  }
}

async function runCells(
  input: string,
  notebook: Notebook,
  kernel: KernelSession,
  options: ExecuteOptions,
): Promise<void> {
  const { timeoutSeconds = 600, onCell, signal } = options;
  const outputs = new CellOutputs();
  for (const [i, cell] of notebook.cells.entries()) {
    signal?.throwIfAborted();
    if (!runs(cell, options) || !joined(cell.source).trim()) continue;
    outputs.begin(cell);
    const began = performance.now();
    const failure = await runCell(kernel, cell, outputs, timeoutSeconds);
    signal?.throwIfAborted();
    if (failure !== undefined) throw new NotebookError(input, i + 1, failure);
    const seconds = (performance.now() - began) / 1000;
    onCell?.({ cell: i + 1, cells: notebook.cells.length, seconds });
  }
}

/** @returns the error with its trace; undefined if the cell succeeds */
async function runCell(
  kernel: KernelSession,
  cell: CodeCell,
  outputs: CellOutputs,
  timeoutSeconds: number,
): Promise<string | undefined> {
  try {
    const code = joined(cell.source);
    const reply = await kernel.execute(code, (message) => outputs.add(message), timeoutSeconds);
    if (reply.status === "ok") return undefined;
    return reply.traceback?.join("\n") ?? `the kernel answered "${reply.status}"`;
  } catch (error) {
    const text = reason(error);
    cell.outputs.push({ output_type: "error", ename: "NotebookError", evalue: text, traceback: [text] });
    return text;
  }
}
