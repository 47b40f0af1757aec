import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { EngineFailure } from "../engine-failure";
import { replaceCopies } from "./copies";
import type { WasmModule } from "./heap";
import { type BackendWithKernels, Kernels } from "./kernels";
import { replaceElementwise, replaceGather, replaceMatMul, replaceSums } from "./replacements";
import { loadModule } from "./tfjs-module";

/** The kernels, loaded once. */
let kernels: Kernels | undefined;

/**
 * Makes wasm the backend, with our kernels in place of tfjs's kernels that are missing, wrong or slow. Returns a description.
 *
 * @param blas computes large matrix products (default: our kernels)
 * @throws EngineFailure if its modules do not load
 * @throws InputError if PNR_THREADS is not a valid number of threads
 */
export async function startWasm(blas?: BlasLibrary): Promise<string> {
  kernels ??= await registerWasm();
  kernels.multiplyBy(blas);
  await tf.setBackend("wasm");
  const threads = kernels.threadCount === 1 ? "1 thread" : `${kernels.threadCount} threads`;
  const library = blas ? `${describeBlas(blas)}, ` : "";
  return `${library}tfjs-backend-wasm ${wasm.version_wasm}, own kernels, ${threads}`;
}

async function registerWasm(): Promise<Kernels> {
  let kernels: Kernels;
  try {
    const module = await loadModule();
    refuseFailedAllocation(module);
    wasm.setThreadsCount(1);
    const backend = new wasm.BackendWasm(
      module as unknown as ConstructorParameters<typeof wasm.BackendWasm>[0],
    );
    kernels = Kernels.load(backend);
    const withKernels: BackendWithKernels = Object.assign(backend, { kernels });
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", () => withKernels);
  } catch (error) {
    if (error instanceof PnrError) throw error;
    throw new EngineFailure(
      `its WebAssembly does not load: ${reason(error)}`,
      'install again with "npm ci"',
      {
        cause: error,
      },
    );
  }
  // The stock kernel computes a wrong gradient. Without it, tfjs throws.
  tf.unregisterKernel(tf.MaxPoolGrad, "wasm");
  for (const replace of [replaceCopies, replaceGather, replaceMatMul, replaceElementwise, replaceSums])
    replace(kernels);
  return kernels;
}

/** Without this, tfjs writes to address 0 when the memory is used up. */
function refuseFailedAllocation(module: WasmModule): void {
  // The first call replaces `_malloc` with the compiled function.
  module._free(module._malloc(1));
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const address = bytes < 2 ** 32 ? allocate(bytes) : 0;
    if (address === 0) {
      throw new PnrError(
        "the wasm engine's 4 GB of memory are used up; use smaller batches or another engine",
      );
    }
    return address;
  };
}
