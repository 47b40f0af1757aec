import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { InputError, PnrError, show } from "../../base/errors";
import { Job, jobMemory } from "./job";
import type { WorkerData } from "./kernel-worker";
import type { KernelsInstance } from "./kernels-instance";
import type { KernelsModule } from "./kernels-module";
import type { BufferMessage } from "./outside";

/** More threads do not speed up work on sentences. */
const maxThreads = 16;

/** Parts per thread of a large job. With several, a delayed thread delays the others less. */
const partsPerThread = 2;

/** Operations of a large job: about 2 ms. Smaller ones have fewer parts, because every part packs the shared operands again. */
const largeJob = 1e8;

/** The least operations of a part: about 10 µs. */
const minOperations = 300_000;

/** Milliseconds to wait for a worker to load its library. */
const loadTimeout = 10_000;

/** The number of threads: the environment variable PNR_THREADS, else the number of cores. @throws InputError */
export function threadCount(): number {
  const value = process.env.PNR_THREADS;
  if (!value) return Math.min(maxThreads, availableParallelism());
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= maxThreads) return count;
  throw new InputError(`PNR_THREADS is ${show(value)}: expected a whole number from 1 to ${maxThreads}`);
}

/** This thread and the workers. */
export class Threads {
  private readonly job: Job;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly workers: Worker[] = [];
  /** Node aborts if a worker ends while it loads a native library. */
  private readonly waitForWorkers: () => void = () =>
    this.job.waitForWorkers(this.workers.length, loadTimeout);

  constructor(
    readonly count: number,
    kernels: KernelsModule,
    { numbers, caller }: KernelsInstance,
  ) {
    const memory = jobMemory();
    this.job = new Job(memory, caller(0));
    this.numbers = numbers;
    for (let thread = 1; thread < count; thread++) {
      const workerData: WorkerData = { kernels, job: memory, thread };
      // Jobs do not wait for a worker that is still starting.
      const worker = new Worker(join(__dirname, "kernel-worker.js"), { workerData });
      worker.unref();
      this.workers.push(worker);
    }
    if (kernels.blas) process.on("exit", this.waitForWorkers);
  }

  /** Sends a message to every worker, which reads it when a kernel needs it. */
  broadcast(message: BufferMessage): void {
    for (const worker of this.workers) worker.postMessage(message);
  }

  /** Stops the workers. No job may be running. */
  close(): void {
    process.off("exit", this.waitForWorkers);
    this.waitForWorkers();
    for (const worker of this.workers.splice(0)) void worker.terminate();
  }

  /**
   * Runs `kernel(first, end, ...parameters, scratch)` over all units.
   * @param operations their approximate number, which decides the number of parts
   * @param scratch the address of all scratch and the bytes of each thread's
   * @throws PnrError if the kernel fails
   */
  run(
    kernel: string,
    units: number,
    operations: number,
    parameters: readonly number[],
    scratch: readonly [number, number],
  ): void {
    const byOperations = Math.floor(operations / minOperations);
    const byThreads = this.count * (operations >= largeJob && this.count > 1 ? partsPerThread : 1);
    const parts = Math.max(1, Math.min(units, byOperations, byThreads));
    const failed = this.job.run(this.numbers.get(kernel)!, units, parts, [...parameters, ...scratch]);
    if (failed) throw new PnrError(`the wasm engine's kernel ${kernel} failed; this is a bug in PnR`);
  }
}
