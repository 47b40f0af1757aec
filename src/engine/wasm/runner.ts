import type { NumberFunction } from "./heap";
import { instantiate } from "./kernels-instance";

/** Runs our kernels: in one thread, or in several on shared memory. */
export interface KernelRunner {
  readonly threadCount: number;
  /** The kernels, to call in this thread. */
  readonly functions: Readonly<Record<string, NumberFunction>>;

  /**
   * Runs `kernel(first, end, ...parameters, scratch)` over all units.
   * @param operations their approximate number
   * @param scratch the address of all scratch and the bytes of each thread's
   * @throws PnrError if the kernel fails
   */
  run(
    kernel: string,
    units: number,
    operations: number,
    parameters: readonly number[],
    scratch: readonly [address: number, bytesEach: number],
  ): void;

  /** The id of a buffer outside the memory, for kernels. */
  idOf(buffer: SharedArrayBuffer): number;

  /** Whether a native library computes products of this many operations. */
  sendsToBlas(operations: number): boolean;
}

/** Runs kernels in this thread, on memory that is not shared: a page opened from a file has no other. */
export class SingleThread implements KernelRunner {
  readonly threadCount = 1;
  readonly functions: Readonly<Record<string, NumberFunction>>;

  constructor(code: WebAssembly.Module, memory: WebAssembly.Memory) {
    this.functions = instantiate(code, memory).run;
  }

  run(
    kernel: string,
    units: number,
    _operations: number,
    parameters: readonly number[],
    [scratch]: readonly [number, number],
  ): void {
    this.functions[kernel](0, units, ...parameters, scratch);
  }

  idOf(): never {
    throw new Error("only training keeps buffers outside the memory");
  }

  sendsToBlas(): boolean {
    return false;
  }
}
