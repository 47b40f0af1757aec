import { blasKernels } from "../blas/blas-kernels";
import type { BlasLibrary } from "../blas/library";
import { instantiate, type KernelsInstance } from "./kernels-instance";
import { type BufferLookup, outsideKernels } from "./outside";

/** Our compiled kernels and their memory. Can be sent to a worker. */
export interface KernelsModule {
  readonly code: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Computes large matrix products. */
  readonly blas?: BlasLibrary;
}

/** @param lookup finds buffers outside the memory */
export function instantiateModule(
  { code, memory, blas }: KernelsModule,
  lookup: BufferLookup,
): KernelsInstance {
  return instantiate(code, memory, (compiled) => ({
    ...outsideKernels(memory, lookup, compiled.adamW),
    ...(blas && blasKernels(blas, memory, compiled)),
  }));
}
