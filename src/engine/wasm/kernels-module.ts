import { blasKernels } from "../blas/blas-kernels";
import type { BlasLibrary } from "../blas/library";
import type { Call } from "./job";
import type { kernelParameters } from "./kernel-parameters.generated";
import { type BufferLookup, outsideKernels } from "./outside";

/** Our compiled kernels, and the memory they work on; can be handed to a worker. */
export interface KernelsModule {
  readonly code: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Multiplies large matrices, where the engine has one. */
  readonly blas?: BlasLibrary;
}

type NumberFunction = (...parameters: number[]) => number;

export interface KernelsInstance {
  readonly run: Readonly<Record<string, NumberFunction>>;
  /** Numbers of the kernels by name, the same in every thread. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Calls kernels for a thread: the last two numbers it is given are where scratch begins and how much is each thread's. */
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
      const own = parameters.length - 2;
      const scratch = parameters[own] + thread * parameters[own + 1];
      functions[kernel](first, end, ...parameters.subarray(0, own), scratch);
    },
  };
}
