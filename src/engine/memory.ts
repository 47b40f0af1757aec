import { totalmem } from "node:os";
import * as tf from "@tensorflow/tfjs-core";

/** What WebAssembly can address. */
const addressable = 2 ** 32;

/** Bytes that tensors can take on the engine that runs, at most. */
export function memoryLimit(): number {
  const machine = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  // the engine blas computes on the memory of this backend
  return tf.getBackend() === "wasm" ? Math.min(machine, addressable) : machine;
}
