import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import "./tfjs-gradients";
import { startBlas } from "./blas/start";
import { startTensorFlow } from "./tensorflow/start";
import { startWasm } from "./wasm/start";

export type EngineName = "tensorflow" | "blas" | "wasm" | "cpu";

export const engineNames: readonly EngineName[] = ["tensorflow", "blas", "wasm", "cpu"];

// Silences tfjs's banner and warnings.
tf.enableProdMode();

async function startCpu(): Promise<string> {
  await tf.setBackend("cpu");
  return `tfjs-backend-cpu ${tf.version_core}, plain JavaScript, slow`;
}

/** What runs. */
export interface Started {
  readonly detail: string;
  /** The library whose rounding differs from that of others; undefined if the engine's name says it all. */
  readonly library?: string;
}

export interface StartOptions {
  /** Refuses TensorFlow without a GPU: on a CPU the other engines are faster. */
  readonly gpuOnly?: boolean;
}

/**
 * Makes an engine the backend of tfjs and returns what runs. Engines may take turns in one process (tests do).
 *
 * @throws EngineFailure when it cannot run here.
 */
export async function startBackend(name: EngineName, { gpuOnly }: StartOptions = {}): Promise<Started> {
  switch (name) {
    case "tensorflow":
      return { detail: await startTensorFlow({ gpuOnly }) };
    case "blas":
      return startBlas();
    case "wasm":
      return { detail: await startWasm() };
    case "cpu":
      return { detail: await startCpu() };
  }
}
