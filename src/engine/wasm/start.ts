import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { EngineFailure } from "../failure";
import { replaceCopies } from "./copies";
import { registerGru } from "./gru";
import { moduleOf, type WasmModule } from "./heap";
import { registerLayers } from "./layers";
import { replaceMatMul as replaceStockMatMul } from "./matmul";
import { registerOptimizer } from "./optimizer";
import { OwnKernels } from "./own-kernels";
import { replaceSumsPlainly } from "./plain-sums";
import { replacePointwise } from "./pointwise";
import { replaceMatMul } from "./product";
import { replaceRowKernels } from "./rows";
import { replaceSums } from "./sums";
import { replaceTanh } from "./tanh";

const processEvents = ["uncaughtException", "unhandledRejection"] as const;

/** Which kernels compute, once they are in place. */
let kernelsDetail: string | undefined;

/**
 * Makes wasm the backend, with our kernels in place of those of tfjs that are missing, wrong or slow. Returns what runs.
 *
 * @throws EngineFailure when the module does not load.
 */
export async function startWasm(): Promise<string> {
  const folder = dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));
  if (!existsSync(join(folder, "tfjs-backend-wasm-simd.wasm"))) {
    throw new EngineFailure("its .wasm files are missing", 'install the packages again with "npm ci"');
  }
  if (kernelsDetail === undefined) {
    wasm.setWasmPaths(join(folder, "/"));
    wasm.setThreadsCount(1);
  }
  const listeners = processEvents.map((event) => process.listeners(event as "uncaughtException"));
  const started = await tf.setBackend("wasm");
  // emscripten listens to both events of the whole process and throws the errors again.
  processEvents.forEach((event, i) => {
    for (const listener of process.listeners(event as "uncaughtException")) {
      if (!listeners[i].includes(listener)) process.off(event, listener);
    }
  });
  if (!started) {
    throw new EngineFailure(
      "its WebAssembly module does not load",
      'install the packages again with "npm ci"',
    );
  }
  kernelsDetail ??= replaceKernels(tf.backend() as wasm.BackendWasm);
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? "SIMD" : "no SIMD";
  return `tfjs-backend-wasm ${wasm.version_wasm}, ${simd}, ${kernelsDetail}`;
}

/** Puts our kernels in place of those of tfjs; without the compiled ones, what plain JavaScript can do. Says which. */
function replaceKernels(backend: wasm.BackendWasm): string {
  refuseFailedAllocation(moduleOf(backend));
  replaceCopies();
  replaceRowKernels();
  replaceTanh();
  try {
    const kernels = OwnKernels.load(backend);
    replaceMatMul(kernels);
    registerGru(kernels);
    registerOptimizer(kernels);
    registerLayers(kernels);
    replacePointwise(kernels);
    replaceSums(kernels);
    return "own kernels";
  } catch (error) {
    replaceStockMatMul(backend);
    replaceSumsPlainly();
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `slower stock kernels because our own do not load: ${reason}`;
  }
}

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
