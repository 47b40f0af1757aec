import * as tf from "@tensorflow/tfjs-core";
import { machineMemory } from "../base/machine-memory";

/** Bytes that WebAssembly can address. */
const wasmLimit = 2 ** 32;

/** The limit of tensor memory on the current engine, in bytes. */
export function memoryLimit(): number {
  // The engine blas uses the wasm backend, too.
  return tf.getBackend() === "wasm" ? Math.min(machineMemory(), wasmLimit) : machineMemory();
}

/** `tf.tidy` for a computation that returns plain data. Disposes every tensor made in it, even if it throws. */
export function scoped<T>(compute: () => T): T {
  tf.engine().startScope("scoped");
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}
