import { basename, join, resolve } from "node:path";
import { InputError } from "../../src/base/errors";
import { type ProgressState, showSeconds } from "../../src/base/progress";
import { executeNotebook } from "./execute";
import { readNotebook } from "./notebook";

export interface ExecuteAllOptions {
  /** Folder for the executed notebooks. */
  readonly out: string;
  /** How many run at the same time. */
  readonly jobs: number;
  readonly timeoutSeconds: number;
  /** Added to the environment of the kernels. */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (state: ProgressState) => void;
  /** Called for each notebook that came to a good end, in the order of the notebooks. */
  readonly onDone?: (report: NotebookReport) => void;
}

export interface NotebookReport {
  readonly input: string;
  readonly output: string;
  readonly seconds: number;
}

/**
 * Executes notebooks side by side into a folder. When one fails, those under way are given up and no other begins.
 * @returns reports in the order of the notebooks
 * @throws NotebookError for the cell that failed; InputError when a file is no notebook, and where an executed one would take
 * the place of another or of a notebook itself
 */
export async function executeAll(
  notebooks: readonly string[],
  options: ExecuteAllOptions,
): Promise<NotebookReport[]> {
  const { out, jobs, timeoutSeconds, env, onProgress, onDone } = options;
  checkPlaces(notebooks, out);
  const total = notebooks
    .map((path) => readNotebook(path).cells.length)
    .reduce((sum, cells) => sum + cells, 0);
  const done = new Map<string, number>(); // cells of each notebook
  const reports: (NotebookReport | undefined)[] = notebooks.map(() => undefined);
  const running = new Set<string>();
  const giveUp = new AbortController();
  let next = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    while (next < notebooks.length && !giveUp.signal.aborted) {
      const place = next++;
      const input = notebooks[place];
      const output = join(out, basename(input));
      const began = performance.now();
      running.add(basename(input, ".ipynb"));
      await executeNotebook(input, output, {
        timeoutSeconds,
        env,
        signal: giveUp.signal,
        onCell: ({ cell, seconds }) => {
          done.set(input, cell);
          onProgress?.({
            done: [...done.values()].reduce((sum, cells) => sum + cells, 0),
            total,
            place: [...running].join(", "),
            figures: `last cell ${showSeconds(seconds)}`,
          });
        },
      });
      running.delete(basename(input, ".ipynb"));
      reports[place] = { input, output, seconds: (performance.now() - began) / 1000 };
      for (let report = reports[told]; report; report = reports[++told]) onDone?.(report);
    }
  };
  const workers = Array.from({ length: Math.min(jobs, notebooks.length) }, async () => {
    try {
      await work();
    } catch (error) {
      giveUp.abort();
      throw error;
    }
  });
  const ends = await Promise.allSettled(workers);
  for (const end of ends) {
    if (end.status === "rejected" && end.reason !== giveUp.signal.reason) throw end.reason;
  }
  return reports.filter((report) => report !== undefined);
}

function checkPlaces(notebooks: readonly string[], out: string): void {
  const places = new Map<string, string>();
  for (const input of notebooks) {
    const output = resolve(out, basename(input));
    if (output === resolve(input))
      throw new InputError(`${input}: would be overwritten; give another folder with --out`);
    const other = places.get(output);
    if (other !== undefined)
      throw new InputError(
        `${input}: has the name of ${other}; run one of them into another folder with --out`,
      );
    places.set(output, input);
  }
}
