import { blasKernels } from "../blas/blas-kernels";
import type { BlasLibrary } from "../blas/library";
import type { NumberFunction } from "./heap";
import type { Call } from "./job";
import type { kernelParameters } from "./kernel-parameters.generated";
import { type BufferLookup, outsideKernels } from "./outside";

/** Our compiled kernels and their memory. Can be sent to a worker. */
export interface KernelsModule {
  readonly code: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Computes large matrix products. */
  readonly blas?: BlasLibrary;
}

export interface KernelsInstance {
  readonly run: Readonly<Record<string, NumberFunction>>;
  /** Maps names to numbers, which are the same in every thread. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Calls kernels in a thread. The last two parameters are the address of all scratch and the bytes of each thread's. */
  caller(thread: number): Call;
}

/** @param lookup finds buffers outside the memory */
export function instantiate({ code, memory, blas }: KernelsModule, lookup: BufferLookup): KernelsInstance {
  const { exports } = new WebAssembly.Instance(code, { env: { memory } });
  const compiled = exports as Record<keyof typeof kernelParameters, NumberFunction>;
  const run: Readonly<Record<string, NumberFunction>> = {
    ...compiled,
    ...outsideKernels(memory, lookup, compiled.adamW),
    ...(blas && blasKernels(blas, memory, compiled)),
  };
  const names = Object.keys(run);
  const functions = names.map((name) => run[name]);
  return {
    run,
    numbers: new Map(names.map((name, number) => [name, number])),
    caller: (thread) => (kernel, first, end, parameters) => {
      const count = parameters.length - 2;
      const scratch = parameters[count] + thread * parameters[count + 1];
      functions[kernel](first, end, ...parameters.subarray(0, count), scratch);
    },
  };
}
