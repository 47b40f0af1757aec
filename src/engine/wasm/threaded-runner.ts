import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { leastBlasOperations } from "../blas/blas-product";
import type { BlasLibrary } from "../blas/library";
import type { NumberFunction } from "./heap";
import type { KernelsInstance } from "./kernels-instance";
import { instantiateModule, type KernelsModule } from "./kernels-module";
import { OutsideBuffers } from "./outside";
import type { KernelRunner } from "./runner";
import { Threads, threadCount } from "./threads";

/** Relaxed SIMD has the fused multiply-add. Node 20 has it behind a flag, which later versions may lack. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  if (!WebAssembly.validate(bytes)) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return new WebAssembly.Module(bytes);
}

/** Runs kernels in this thread and in workers, which share the memory. */
export class ThreadedRunner implements KernelRunner {
  private readonly module: KernelsModule;
  private threads: Threads;
  private instance: KernelsInstance;
  private buffers: OutsideBuffers;
  private blas: BlasLibrary | undefined;

  /** @throws Error if the module of the kernels is missing or does not load */
  constructor(memory: WebAssembly.Memory) {
    const code = compile(new Uint8Array(readFileSync(join(__dirname, "../kernels.wasm"))));
    this.module = { code, memory };
    [this.instance, this.threads, this.buffers] = startThreads(this.module, threadCount());
  }

  /**
   * Sets the library that computes large products. Without one, our kernels compute them.
   *
   * @throws EngineFailure if the library does not load
   */
  multiplyBy(blas: BlasLibrary | undefined): void {
    if (blas?.path === this.blas?.path) return;
    const before = this.threads;
    // The same number of threads, because scratch is reserved for each.
    [this.instance, this.threads, this.buffers] = startThreads({ ...this.module, blas }, before.count);
    before.close();
    this.blas = blas;
  }

  get threadCount(): number {
    return this.threads.count;
  }

  get functions(): Readonly<Record<string, NumberFunction>> {
    return this.instance.run;
  }

  run(...job: Parameters<KernelRunner["run"]>): void {
    this.threads.run(...job);
  }

  idOf(buffer: SharedArrayBuffer): number {
    return this.buffers.idOf(buffer);
  }

  sendsToBlas(operations: number): boolean {
    return this.blas !== undefined && operations >= leastBlasOperations;
  }
}

function startThreads(module: KernelsModule, count: number): [KernelsInstance, Threads, OutsideBuffers] {
  const buffers = new OutsideBuffers((message) => threads.broadcast(message));
  const instance = instantiateModule(module, buffers.lookup);
  const threads = new Threads(count, module, instance);
  return [instance, threads, buffers];
}
