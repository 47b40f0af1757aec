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

export interface StartOptions {
  /** Refuses TensorFlow without a GPU: on a CPU the other engines are faster. */
  readonly gpuOnly?: boolean;
}

/**
 * Makes an engine the backend of tfjs and returns what runs. Engines may take turns in one process (tests do).
 *
 * @throws EngineFailure when it cannot run here.
 */
export function startBackend(name: EngineName, { gpuOnly }: StartOptions = {}): Promise<string> {
  switch (name) {
    case "tensorflow":
      return startTensorFlow({ gpuOnly });
    case "blas":
      return startBlas();
    case "wasm":
      return startWasm();
    case "cpu":
      return startCpu();
  }
}
