// A worker thread of the wasm engine: a second instance of our kernels on the same memory, which takes parts of jobs.
import { workerData } from "node:worker_threads";
import { Job, type JobMemory } from "./job";
import { instantiate, type KernelsModule } from "./kernels-module";
import { workerLookup } from "./outside";

/** What a worker is started with. */
export interface WorkerData {
  readonly kernels: KernelsModule;
  readonly job: JobMemory;
  /** Which thread it is; 0 is the main one. */
  readonly thread: number;
}

const { kernels, job, thread } = workerData as WorkerData;
new Job(job, instantiate(kernels, workerLookup()).caller(thread)).serve();
