import { basename, join, resolve } from "node:path";
import { InputError } from "../../src/base/errors";
import { type ProgressState, showSeconds } from "../../src/base/progress";
import { sum } from "../../src/base/sum";
import { executeNotebook } from "./execute-notebook";
import { readNotebook } from "./notebook-file";

export interface ExecuteAllOptions {
  /** Folder for the executed notebooks. */
  readonly out: string;
  /** Number of notebooks that run in parallel. */
  readonly jobs: number;
  /** Timeout of one cell. */
  readonly timeoutSeconds: number;
  /** Whether to run the cells with the tag "experiment". */
  readonly experiments?: boolean;
  /** Added to the environment of the kernels. */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (state: ProgressState) => void;
  /** Called for each notebook that succeeds, in the order of the notebooks. */
  readonly onDone?: (report: NotebookReport) => void;
}

export interface NotebookReport {
  readonly input: string;
  readonly output: string;
  readonly seconds: number;
}

/**
 * Executes notebooks in parallel into a folder. If one fails, the others are cancelled.
 * @returns reports in the order of the notebooks
 * @throws NotebookError for the cell that fails; InputError if a file is not a notebook, or if an executed notebook would overwrite
 * another one or an input
 */
export async function executeAll(
  notebooks: readonly string[],
  { out, jobs, timeoutSeconds, experiments, env, onProgress, onDone }: ExecuteAllOptions,
): Promise<NotebookReport[]> {
  checkOutputs(notebooks, out);
  const total = sum(notebooks.map((path) => readNotebook(path).cells.length));
  const cellsDone = new Map<string, number>();
  const reports: NotebookReport[] = [];
  const running = new Set<string>();
  const cancellation = new AbortController();
  let next = 0;
  let reported = 0;
  const execute = async (input: string): Promise<NotebookReport> => {
    const output = join(out, basename(input));
    const name = basename(input, ".ipynb");
    const began = performance.now();
    running.add(name);
    await executeNotebook(input, output, {
      timeoutSeconds,
      experiments,
      env,
      signal: cancellation.signal,
      onCell: ({ cell, seconds }) => {
        cellsDone.set(input, cell);
        onProgress?.({
          done: sum([...cellsDone.values()]),
          total,
          place: [...running].join(", "),
          figures: `last cell ${showSeconds(seconds)}`,
        });
      },
    });
    running.delete(name);
    return { input, output, seconds: (performance.now() - began) / 1000 };
  };
  const workers = Array.from({ length: Math.min(jobs, notebooks.length) }, async () => {
    try {
      while (next < notebooks.length && !cancellation.signal.aborted) {
        const index = next++;
        reports[index] = await execute(notebooks[index]);
        while (reports[reported]) onDone?.(reports[reported++]);
      }
    } catch (error) {
      cancellation.abort();
      throw error;
    }
  });
  for (const result of await Promise.allSettled(workers)) {
    if (result.status === "rejected" && result.reason !== cancellation.signal.reason) throw result.reason;
  }
  return reports;
}

function checkOutputs(notebooks: readonly string[], out: string): void {
  const inputs = new Map<string, string>();
  for (const input of notebooks) {
    const output = resolve(out, basename(input));
    if (output === resolve(input))
      throw new InputError(`${input}: would be overwritten; give another folder with --out`);
    const other = inputs.get(output);
    if (other !== undefined)
      throw new InputError(
        `${input}: has the same name as ${other}; run one of them into another folder with --out`,
      );
    inputs.set(output, input);
  }
}
