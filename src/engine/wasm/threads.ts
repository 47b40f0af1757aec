import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { InputError, PnrError, show } from "../../base/errors";
import { Job, jobMemory } from "./job";
import type { KernelsInstance, KernelsModule } from "./kernels-module";
import type { BufferMessage } from "./outside";
import type { WorkerData } from "./worker";

/** More threads than this are of no use to sentences. */
const mostThreads = 16;

/** Parts that each thread gets of a large job, so that one that is held up keeps the others waiting less. */
const partsEach = 2;

/** Operations from which on a job is large, about 2 ms: every part costs something, as what it shares is packed anew. */
const largeJob = 1e8;

/** Operations below which a part is not worth a thread's while: some 10 µs. */
const leastOperations = 300_000;

/** Longest wait for a worker to load its library. */
const millisecondsToLoad = 10_000;

/** How many threads compute: the environment's PNR_THREADS, else the processor's. @throws InputError */
export function threadCount(): number {
  const wanted = process.env.PNR_THREADS;
  if (!wanted) return Math.min(mostThreads, availableParallelism());
  const count = Number(wanted);
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads) return count;
  throw new InputError(`PNR_THREADS is ${show(wanted)}: expected a whole number from 1 to ${mostThreads}`);
}

/** The threads that compute: this one and the workers. */
export class Threads {
  private readonly job: Job;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly workers: Worker[] = [];
  /** Node aborts if a worker ends while it loads a native library. */
  private readonly waitForWorkers: () => void = () =>
    this.job.waitForWorkers(this.workers.length, millisecondsToLoad);

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
      const worker = new Worker(join(__dirname, "worker.js"), { workerData });
      worker.unref();
      this.workers.push(worker);
    }
    if (kernels.blas) process.on("exit", this.waitForWorkers);
  }

  /** Sends a message to every worker, which reads it when a kernel looks for it. */
  tell(message: BufferMessage): void {
    for (const worker of this.workers) worker.postMessage(message);
  }

  /** Ends the workers. No job may run. */
  close(): void {
    process.off("exit", this.waitForWorkers);
    this.waitForWorkers();
    for (const worker of this.workers.splice(0)) void worker.terminate();
  }

  /**
   * Runs a kernel `kernel(first, end, ...parameters, scratch)` over all its units.
   * @param operations about how many there are in all: decides into how many parts the units go
   * @param scratch where it begins and how many bytes of it are each thread's
   * @throws PnrError when the kernel fails
   */
  run(
    kernel: string,
    units: number,
    operations: number,
    parameters: readonly number[],
    scratch: readonly [number, number],
  ): void {
    const worthwhile = Math.floor(operations / leastOperations);
    const most = this.count * (operations >= largeJob && this.count > 1 ? partsEach : 1);
    const parts = Math.max(1, Math.min(units, worthwhile, most));
    const failed = this.job.run(this.numbers.get(kernel)!, units, parts, [...parameters, ...scratch]);
    if (failed) throw new PnrError(`the wasm engine's kernel ${kernel} failed; this is a mistake in PnR`);
  }
}
