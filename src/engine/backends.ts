import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describeBlas } from "./blas/library";
import { startWasm } from "./wasm/wasm-backend";

// The gradients of tfjs's operations, which its CommonJS build lacks and Node cannot load one by one. The package
// @tensorflow/tfjs has them, in 250 MB. The setup step bundles them; they register themselves in tfjs's global engine.
require("./tfjs-gradients.bundle.js");

export type EngineName = "tensorflow" | "blas" | "wasm" | "cpu";

/** In the order in which they are tried. Without a GPU, TensorFlow runs only on request. */
export const engineNames: readonly EngineName[] = ["tensorflow", "blas", "wasm", "cpu"];

// Silences tfjs's banner and warnings.
tf.enableProdMode();

/** A backend that runs. */
interface StartedBackend {
  readonly detail: string;
  /** The native library that decides how results round; undefined if the engine's name says it all. */
  readonly library?: string;
}

interface StartOptions {
  /** Rejects TensorFlow without a GPU: on a CPU, the other engines are faster. */
  readonly gpuOnly?: boolean;
}

/**
 * Makes an engine the backend of tfjs. A process may switch engines, as tests do.
 *
 * @throws EngineFailure if the engine cannot run here
 * @throws InputError if PNR_BLAS names a file that is not a usable BLAS
 */
export async function startBackend(
  name: EngineName,
  { gpuOnly }: StartOptions = {},
): Promise<StartedBackend> {
  switch (name) {
    case "tensorflow": {
      const { startTensorFlow } = await import("./tensorflow/tensorflow-backend.js");
      return { detail: await startTensorFlow({ gpuOnly }) };
    }
    case "blas":
      return startBlas();
    case "wasm":
      return { detail: await startWasm() };
    case "cpu":
      return { detail: await startCpu() };
  }
}

async function startBlas(): Promise<StartedBackend> {
  const { findBlas } = await import("./blas/find.js");
  const blas = await findBlas();
  return { detail: await startWasm(blas), library: describeBlas(blas) };
}

async function startCpu(): Promise<string> {
  await tf.setBackend("cpu");
  return `tfjs-backend-cpu ${tf.version_core}, plain JavaScript, slow`;
}
