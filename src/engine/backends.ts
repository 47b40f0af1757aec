import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import "./tfjs-gradients";
import { startTensorFlow } from "./native/start";
import { startWasm } from "./wasm/start";

export type EngineName = "cuda" | "native" | "wasm" | "cpu";

export const engineNames: readonly EngineName[] = ["cuda", "native", "wasm", "cpu"];

// Silences tfjs's banner and warnings.
tf.enableProdMode();

async function startCpu(): Promise<string> {
  await tf.setBackend("cpu");
  return `tfjs-backend-cpu ${tf.version_core}, plain JavaScript, slow`;
}

/**
 * Makes an engine the backend of tfjs and returns what runs. Engines may take turns in one process (tests do).
 *
 * @throws EngineFailure when it cannot run here.
 */
export function startBackend(name: EngineName): Promise<string> {
  switch (name) {
    case "cuda":
      return startTensorFlow("gpu");
    case "native":
      return startTensorFlow("cpu");
    case "wasm":
      return startWasm();
    case "cpu":
      return startCpu();
  }
}
