import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { reason, writeAtomic } from "../../../base/files";
import type { Executor, Job } from "../executor";
import { slurm } from "./commands";
import { sbatchOptions } from "./options";
import { jobScript } from "./script";

export interface SlurmOptions {
  /** The folder of the runs' folders; the jobs' scripts are kept in its `slurm`. */
  readonly store: string;
  /** The runs that it is about; it leaves others of the same store alone. */
  readonly runs: Iterable<string>;
  /** Further options for sbatch, as a shell would take them apart. */
  readonly sbatch?: readonly string[];
  /** How many runs at a time; undefined for as many as Slurm sees fit. */
  readonly atOnce?: number;
}

/** A task of a job array of ours that has not ended, by what squeue says. */
interface Task {
  readonly run: string;
  /** As scancel takes it: 12_3 */
  readonly id: string;
  /** Whether Slurm could not start it and holds it until someone releases it. */
  readonly stuck: boolean;
}

/** Seconds between the signal and the end of a job's time, unless the options say otherwise. */
const secondsToStop = 120;
/** Where Slurm does not say how many tasks an array may have: its default. */
const usualArray = 1001;
/** Task ids on one command line. */
const idsAtOnce = 500;

/**
 * Job arrays of a Slurm cluster, a task a run. A submission is a folder in the store: the script, and a link to each task's run
 * by the task's number. The jobs' name is that of the store and the submission, so that whoever drives the sweep next finds
 * them again.
 */
export class SlurmExecutor implements Executor {
  private readonly folder: string;
  private readonly sweep: string;
  private readonly runs: ReadonlySet<string>;
  private readonly options: readonly string[];
  private readonly atOnce: string;
  private readonly links = new Map<string, string>();

  /** @throws InputError when the options for sbatch are none */
  constructor({ store, runs, sbatch = [], atOnce }: SlurmOptions) {
    mkdirSync(store, { recursive: true });
    const place = realpathSync(store);
    this.folder = join(place, "slurm");
    this.sweep = `pnr-${createHash("sha256").update(place).digest("hex").slice(0, 8)}`;
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

  /** @throws InputError or PnrError with what sbatch has against such jobs, before there are any */
  async check(): Promise<void> {
    try {
      await slurm("sbatch", ["--test-only", ...this.options, "--output=/dev/null", "--wrap=true"]);
    } catch (error) {
      // many queued jobs do not prevent it from waiting for them
      if (!/submit limit/i.test(reason(error))) throw error;
    }
  }

  async submit(jobs: readonly Job[]): Promise<void> {
    const wanted = new Set(jobs.map(({ id }) => id));
    await cancelTasks((await this.tasks()).filter(({ run, stuck }) => stuck && wanted.has(run)));
    const most = await longestArray();
    for (let at = 0; at < jobs.length; at += most) await this.submitArray(jobs.slice(at, at + most));
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
    for (const [at, job] of jobs.entries())
      symlinkSync(`../../${basename(job.folder)}`, join(folder, String(at)));
    const options = [
      `--job-name=${this.sweep}.${name}`,
      `--array=0-${jobs.length - 1}${this.atOnce}`,
      `--output=${folder.replaceAll("%", "%%")}/%a/log.txt`,
      ...this.options,
    ];
    const script = join(folder, "job.sh");
    writeAtomic(script, jobScript({ options, folder, environment: process.env }));
    // on the command line as well, because variables such as SBATCH_PARTITION go before what a script says
    try {
      await slurm("sbatch", ["--parsable", ...options, script]);
    } catch (error) {
      // where no answer came, the jobs may be there all the same, and need it
      if (!/timed? ?out|no answer|contact/i.test(reason(error))) rmSync(folder, { recursive: true });
      throw error;
    }
  }

  /** One call for all, whatever their number; what Slurm still holds of an ended job counts, as it may begin again. */
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

  /** Undefined where the submission's folder is gone, so that its task cannot do anything. */
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
  for (let at = 0; at < ids.length; at += idsAtOnce) await slurm("scancel", ids.slice(at, at + idsAtOnce));
}

/** How many tasks an array of this cluster may have. */
async function longestArray(): Promise<number> {
  const config = await slurm("scontrol", ["show", "config"]).catch(() => "");
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? usualArray);
}
