import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { EngineFailure } from "../engine-failure";
import { replaceCopies } from "./copies";
import type { WasmModule } from "./heap";
import { type BackendWithKernels, Kernels } from "./kernels";
import { loadModule } from "./module";
import { replacePointwise } from "./pointwise";
import { replaceMatMul } from "./product";
import { replaceRowKernels } from "./rows";
import { replaceSums } from "./sums";

/** The kernels, once they are loaded. */
let kernels: Kernels | undefined;

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
  // Stock tfjs computes a wrong gradient; without the kernel it says that it has none.
  tf.unregisterKernel(tf.MaxPoolGrad, "wasm");
  for (const replace of replacements) replace(kernels);
  return kernels;
}

const replacements: readonly ((kernels: Kernels) => void)[] = [
  replaceCopies,
  replaceRowKernels,
  replaceMatMul,
  replacePointwise,
  replaceSums,
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
