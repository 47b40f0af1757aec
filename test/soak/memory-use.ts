// Memory of a process as a table: tensors, their bytes, the wasm heap, JavaScript's heap, everything.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { moduleOf } from "../../src/engine/wasm/heap";

/** All in bytes but the tensors. */
export interface Held {
  readonly step: number;
  readonly tensors: number;
  readonly tensorBytes: number;
  /** 0 on other engines. */
  readonly wasmHeap: number;
  readonly jsHeap: number;
  readonly resident: number;
}

/** What the process holds now, without garbage where Node runs with --expose-gc. */
export function heldAfter(step: number): Held {
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

export const heldTitle = "    step   tensors   tensor kB   wasm MB   JS heap MB   resident MB";

export function heldLine({ step, tensors, tensorBytes, wasmHeap, jsHeap, resident }: Held): string {
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
