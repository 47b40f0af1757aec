import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { EngineFailure } from "../engine-failure";
import { registerWasm, tfjsWasm } from "./register-wasm";
import { loadModule } from "./tfjs-module";
import { ThreadedRunner } from "./threaded-runner";

/** The kernels, loaded once. */
let runner: ThreadedRunner | undefined;

/**
 * Makes wasm the backend. Returns a description.
 *
 * @param blas computes large matrix products (default: our kernels)
 * @throws EngineFailure if its modules do not load
 * @throws InputError if PNR_THREADS is not a valid number of threads
 */
export async function startWasm(blas?: BlasLibrary): Promise<string> {
  runner ??= await loadWasm();
  runner.multiplyBy(blas);
  await tf.setBackend("wasm");
  const threads = runner.threadCount === 1 ? "1 thread" : `${runner.threadCount} threads`;
  const library = blas ? `${describeBlas(blas)}, ` : "";
  return `${library}${tfjsWasm}, own kernels, ${threads}`;
}

async function loadWasm(): Promise<ThreadedRunner> {
  try {
    const module = await loadModule();
    const loaded = new ThreadedRunner(module.wasmMemory);
    registerWasm(module, loaded);
    return loaded;
  } catch (error) {
    if (error instanceof PnrError) throw error;
    throw new EngineFailure(
      `its WebAssembly does not load: ${reason(error)}`,
      'install again with "npm ci"',
      { cause: error },
    );
  }
}
