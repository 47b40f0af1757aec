import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { reason, writeAtomic } from "../../base/files";
import type { Executor, Job } from "./executor";
import { sbatchOptions, slurm } from "./slurm-command";
import { jobScript } from "./slurm-script";

export interface SlurmOptions {
  /** The store of runs. The jobs' scripts go into its folder `slurm`. */
  readonly store: string;
  /** The runs of the sweep. The executor ignores others of the store. */
  readonly runs: Iterable<string>;
  /** Further options for sbatch, to be split like a shell does. */
  readonly sbatch?: readonly string[];
  /** Most runs at a time. Default: Slurm decides. */
  readonly atOnce?: number;
}

/** A task of our job arrays that squeue lists. */
interface Task {
  readonly run: string;
  /** For scancel: 12_3 */
  readonly id: string;
  /** Whether Slurm could not start it and holds it until it is released. */
  readonly stuck: boolean;
}

/** Default seconds between the signal and the end of a job's time. */
const secondsToStop = 120;
/** Slurm's default for the largest number of tasks in an array. */
const defaultArraySize = 1001;
/** Most task ids on a command line. */
const idsAtOnce = 500;

/**
 * Job arrays of a Slurm cluster, with a task per run. A submission is a folder in the store with the script and, named by the
 * task's number, a link to each run. The jobs are named after store and submission, so that the next driver of the sweep finds them.
 */
export class SlurmExecutor implements Executor {
  private readonly folder: string;
  private readonly sweep: string;
  private readonly runs: ReadonlySet<string>;
  private readonly options: readonly string[];
  private readonly atOnce: string;
  private readonly links = new Map<string, string>();

  /** @throws InputError if an option for sbatch is invalid */
  constructor({ store, runs, sbatch = [], atOnce }: SlurmOptions) {
    mkdirSync(store, { recursive: true });
    const path = realpathSync(store);
    this.folder = join(path, "slurm");
    this.sweep = `pnr-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
    this.runs = new Set(runs);
    this.atOnce = atOnce ? `%${atOnce}` : "";
    this.options = [
      "--open-mode=append",
      "--requeue",
      `--signal=B:USR2@${secondsToStop}`,
      "--export=NIL",
      `--chdir=${process.cwd()}`,
      ...sbatchOptions(sbatch),
    ];
  }

  /** @throws InputError or PnrError with sbatch's message, if it would refuse the jobs */
  async check(): Promise<void> {
    try {
      await slurm("sbatch", ["--test-only", ...this.options, "--output=/dev/null", "--wrap=true"]);
    } catch (error) {
      // With many jobs in the queue, the sweep can still wait for them.
      if (!/submit limit/i.test(reason(error))) throw error;
    }
  }

  async submit(jobs: readonly Job[]): Promise<void> {
    const ids = new Set(jobs.map(({ id }) => id));
    await cancelTasks((await this.tasks()).filter(({ run, stuck }) => stuck && ids.has(run)));
    const size = await maximumArraySize();
    for (let first = 0; first < jobs.length; first += size)
      await this.submitArray(jobs.slice(first, first + size));
  }

  async live(): Promise<ReadonlySet<string>> {
    const tasks = await this.tasks();
    return new Set(tasks.filter(({ stuck }) => !stuck).map(({ run }) => run));
  }

  async cancel(): Promise<void> {
    await cancelTasks(await this.tasks());
  }

  private async submitArray(jobs: readonly Job[]): Promise<void> {
    const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    const name = `${time}-${randomBytes(3).toString("hex")}`;
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    for (const [task, job] of jobs.entries())
      symlinkSync(`../../${basename(job.folder)}`, join(folder, String(task)));
    const options = [
      `--job-name=${this.sweep}.${name}`,
      `--array=0-${jobs.length - 1}${this.atOnce}`,
      `--output=${folder.replaceAll("%", "%%")}/%a/log.txt`,
      ...this.options,
    ];
    const script = join(folder, "job.sh");
    writeAtomic(script, jobScript({ options, folder, environment: process.env }));
    // On the command line, too, because variables such as SBATCH_PARTITION override the script.
    try {
      await slurm("sbatch", ["--parsable", ...options, script]);
    } catch (error) {
      // If sbatch did not answer, the jobs may still exist and need the folder.
      if (!/timed? ?out|no answer|contact/i.test(reason(error))) rmSync(folder, { recursive: true });
      throw error;
    }
  }

  /** Lists all tasks with one call. The list includes ended tasks that Slurm still holds, because it may start them again. */
  private async tasks(): Promise<Task[]> {
    const text = await slurm("squeue", ["--noheader", "--array", "--me", "--format=%j|%F|%K|%r"]);
    return text.split("\n").flatMap((line) => {
      const [name, job, number, why] = line.trim().split("|");
      if (!name.startsWith(`${this.sweep}.`)) return [];
      const run = this.runOf(name.slice(this.sweep.length + 1), number);
      if (run === undefined || !this.runs.has(run)) return [];
      return [{ run, id: `${job}_${number}`, stuck: /launch failed.*held/i.test(why) }];
    });
  }

  /** `undefined` if the submission's folder was removed, so that its task cannot do anything. */
  private runOf(submission: string, number: string): string | undefined {
    const path = join(this.folder, submission, number);
    try {
      const run = this.links.get(path) ?? basename(readlinkSync(path));
      this.links.set(path, run);
      return run;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

async function cancelTasks(tasks: readonly Task[]): Promise<void> {
  const ids = tasks.map(({ id }) => id);
  for (let first = 0; first < ids.length; first += idsAtOnce)
    await slurm("scancel", ids.slice(first, first + idsAtOnce));
}

/** Most tasks in an array of this cluster. */
async function maximumArraySize(): Promise<number> {
  const config = await slurm("scontrol", ["show", "config"]).catch(() => "");
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? defaultArraySize);
}
