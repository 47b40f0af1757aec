// The memory of a process as a table.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { moduleOf } from "../../src/engine/wasm/heap";

/** In bytes, except the number of tensors. */
export interface MemoryUse {
  readonly step: number;
  readonly tensors: number;
  readonly tensorBytes: number;
  /** 0 on other engines. */
  readonly wasmHeap: number;
  readonly jsHeap: number;
  readonly resident: number;
}

/** The current memory of the process; without garbage if Node runs with --expose-gc. */
export function memoryAfter(step: number): MemoryUse {
  globalThis.gc?.();
  const { numTensors, numBytes } = tf.memory();
  const { heapUsed, rss } = process.memoryUsage();
  const wasm = tf.getBackend() === "wasm";
  return {
    step,
    tensors: numTensors,
    tensorBytes: numBytes,
    wasmHeap: wasm ? moduleOf(tf.backend() as BackendWasm).wasmMemory.buffer.byteLength : 0,
    jsHeap: heapUsed,
    resident: rss,
  };
}

export const memoryTitle = "    step   tensors   tensor kB   wasm MB   JS heap MB   resident MB";

export function memoryLine({ step, tensors, tensorBytes, wasmHeap, jsHeap, resident }: MemoryUse): string {
  const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return [
    String(step).padStart(8),
    String(tensors).padStart(10),
    (tensorBytes / 1000).toFixed(1).padStart(12),
    mega(wasmHeap).padStart(10),
    mega(jsHeap).padStart(13),
    mega(resident).padStart(14),
  ].join("");
}
