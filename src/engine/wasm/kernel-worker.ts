// A worker thread of the wasm engine: computes parts of jobs with another instance of our kernels on the same memory.
import { workerData } from "node:worker_threads";
import { Job, type JobMemory } from "./job";
import { instantiateModule, type KernelsModule } from "./kernels-module";
import { workerLookup } from "./outside";

export interface WorkerData {
  readonly kernels: KernelsModule;
  readonly job: JobMemory;
  /** The thread's index; 0 is the main thread. */
  readonly thread: number;
}

const { kernels, job, thread } = workerData as WorkerData;
new Job(job, instantiateModule(kernels, workerLookup()).caller(thread)).serve();
