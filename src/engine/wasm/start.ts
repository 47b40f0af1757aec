import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { EngineFailure } from "../failure";
import { registerAttention } from "./attention";
import { replaceCopies } from "./copies";
import { registerDropout } from "./dropout";
import { registerGru } from "./gru";
import { registerHeads } from "./heads";
import type { WasmModule } from "./heap";
import { registerLayers } from "./layers";
import { registerLinear } from "./linear";
import { loadModule } from "./module";
import { registerOptimizer } from "./optimizer";
import { OwnKernels } from "./own-kernels";
import { replacePointwise } from "./pointwise";
import { replaceMatMul } from "./product";
import { replaceRowKernels } from "./rows";
import { registerSentenceProducts } from "./sentence-products";
import { registerSpanSoftmax } from "./span-softmax";
import { replaceSums } from "./sums";

/** The kernels, once they are loaded. */
let kernels: OwnKernels | undefined;

/**
 * Makes wasm the backend, with our kernels in place of those of tfjs that are missing, wrong or slow. Returns what runs.
 *
 * @param blas computes large matrix products; without it, our own kernels compute all
 * @throws EngineFailure when its modules do not load.
 * @throws InputError when PNR_THREADS is no number of threads.
 */
export async function startWasm(blas?: BlasLibrary): Promise<string> {
  kernels ??= await registerWasm();
  kernels.multiplyBy(blas);
  await tf.setBackend("wasm");
  const threads = kernels.threadCount === 1 ? "1 thread" : `${kernels.threadCount} threads`;
  const library = blas ? `${describeBlas(blas)}, ` : "";
  return `${library}tfjs-backend-wasm ${wasm.version_wasm}, own kernels, ${threads}`;
}

async function registerWasm(): Promise<OwnKernels> {
  let kernels: OwnKernels;
  try {
    const module = await loadModule();
    refuseFailedAllocation(module);
    wasm.setThreadsCount(1);
    const backend = new wasm.BackendWasm(
      module as unknown as ConstructorParameters<typeof wasm.BackendWasm>[0],
    );
    kernels = OwnKernels.load(backend);
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", () => backend);
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
  // Stock tfjs computes a wrong gradient; without the kernel it says that it has none.
  tf.unregisterKernel(tf.MaxPoolGrad, "wasm");
  for (const replace of replacements) replace(kernels);
  return kernels;
}

const replacements: readonly ((kernels: OwnKernels) => void)[] = [
  replaceCopies,
  replaceRowKernels,
  replaceMatMul,
  replacePointwise,
  replaceSums,
  registerAttention,
  registerDropout,
  registerGru,
  registerHeads,
  registerLayers,
  registerLinear,
  registerOptimizer,
  registerSentenceProducts,
  registerSpanSoftmax,
];

/** tfjs would write to address 0 when the memory is used up. */
function refuseFailedAllocation(module: WasmModule): void {
  // The first call replaces `_malloc` by the compiled function.
  module._free(module._malloc(1));
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const address = bytes < 2 ** 32 ? allocate(bytes) : 0;
    if (address === 0) {
      throw new PnrError(
        "the wasm engine's 4 GB of memory are used up; take smaller batches or another engine",
      );
    }
    return address;
  };
}
