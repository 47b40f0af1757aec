import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "./tfjs-gradients";

export type EngineName = "cuda" | "native" | "wasm" | "cpu";

export interface EngineInfo {
  readonly name: EngineName;
  readonly detail: string;
  /** Engines tried and not taken, one line each: "engine: reason". */
  readonly skipped: readonly string[];
}

let current: EngineInfo | undefined;

/** Starts the engine that everything of this process computes on. */
export async function startEngine(_wanted?: EngineName | "auto"): Promise<EngineInfo> {
  await tf.setBackend("cpu");
  current = { name: "cpu", detail: `tfjs-backend-cpu ${tf.version_core}`, skipped: [] };
  return current;
}

export function currentEngine(): EngineInfo {
  if (current === undefined) throw new Error("no engine");
  return current;
}

/** One line for people: "engine: wasm (tfjs-backend-wasm 4.22.0, SIMD)". */
export function describeEngine(info: EngineInfo): string {
  return `engine: ${info.name} (${info.detail})`;
}
