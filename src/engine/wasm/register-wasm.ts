import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../../base/errors";
import { replaceCopies } from "./copies";
import type { EmscriptenModule, WasmModule } from "./heap";
import { type BackendWithKernels, Kernels } from "./kernels";
import {
  replaceElementwise,
  replaceGather,
  replaceMatMul,
  replaceSums,
  replaceTranspose,
} from "./replacements";
import type { KernelRunner } from "./runner";

/** tfjs's part of a description of the engine. */
export const tfjsWasm: string = `tfjs-backend-wasm ${wasm.version_wasm}`;

/** Registers a backend "wasm" with our kernels in place of tfjs's kernels that are missing, wrong or slow. */
export function registerWasm(module: EmscriptenModule, runner: KernelRunner): void {
  const withFunctions: WasmModule = Object.assign(module, { tfjs: tfjsFunctions(module) });
  refuseFailedAllocation(withFunctions);
  wasm.setThreadsCount(1);
  const backend = new wasm.BackendWasm(
    withFunctions as unknown as ConstructorParameters<typeof wasm.BackendWasm>[0],
  );
  const kernels = new Kernels(backend, runner);
  const withKernels: BackendWithKernels = Object.assign(backend, { kernels });
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", () => withKernels);
  // The stock kernel computes a wrong gradient. Without it, tfjs throws.
  tf.unregisterKernel(tf.MaxPoolGrad, "wasm");
  for (const replace of [
    replaceCopies,
    replaceGather,
    replaceMatMul,
    replaceTranspose,
    replaceElementwise,
    replaceSums,
  ])
    replace(kernels);
}

/** The C++ functions that tfjs's backend calls, wrapped as by its loader. */
function tfjsFunctions({ cwrap }: EmscriptenModule) {
  return {
    init: cwrap("init", null, []),
    initWithThreadsCount: cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: cwrap("get_threads_count", "number", []),
    registerTensor: cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: cwrap("dispose_data", null, ["number"]),
    dispose: cwrap("dispose", null, []),
  };
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
