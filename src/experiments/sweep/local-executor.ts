import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { sweepFiles } from "../run/run-files";
import type { Executor, Job } from "./executor";

const worker = join(__dirname, "../run/worker.js");

/** Starts attempts as processes on this machine, one per run. They stop after their current step when this process ends. */
export class LocalExecutor implements Executor {
  private waiting: Job[] = [];
  private readonly running = new Map<string, ChildProcess>();
  private readonly environment: NodeJS.ProcessEnv;

  /** @param workers most processes at a time. They share the machine's threads, or PNR_THREADS */
  constructor(private readonly workers: number) {
    const { PNR_ENGINE, PNR_THREADS, ...inherited } = process.env;
    const threads = Number(PNR_THREADS) || availableParallelism();
    const each = String(Math.max(1, Math.floor(threads / workers)));
    this.environment = { ...inherited, PNR_THREADS: each, PNR_LEASE: "stdin" };
  }

  async submit(jobs: readonly Job[]): Promise<void> {
    this.waiting.push(...jobs);
    this.fill();
  }

  async live(): Promise<ReadonlySet<string>> {
    return new Set([...this.waiting.map(({ id }) => id), ...this.running.keys()]);
  }

  async cancel(): Promise<void> {
    this.waiting = [];
    for (const child of this.running.values()) child.kill("SIGTERM");
  }

  private fill(): void {
    while (this.running.size < this.workers && this.waiting.length) this.start(this.waiting.shift()!);
  }

  private start({ id, folder }: Job): void {
    const log = openSync(join(folder, sweepFiles.log), "a");
    const child = spawn(process.execPath, [worker, folder], {
      stdio: ["pipe", log, log],
      env: this.environment,
      // A separate group, because Ctrl-C in the terminal must reach only the driver, which then stops its workers.
      detached: true,
    });
    closeSync(log);
    this.running.set(id, child);
    const onEnd = (): void => {
      if (this.running.delete(id)) this.fill();
    };
    child.on("exit", onEnd).on("error", onEnd);
  }
}
