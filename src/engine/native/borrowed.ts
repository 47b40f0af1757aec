// Kernels that TensorFlow lacks are those of the wasm engine. A recurrence or a pass over all parameters is thousands of
// small operations for TensorFlow, each of which costs more than its arithmetic.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { SharedBackend } from "./shared-backend";

const backendName = "tensorflow";

/** Inputs that a kernel changes in place. */
const changedInputs: Readonly<Record<string, RegExp>> = {
  AdamW: /^(parameter|first|second)/,
  AdamWOutside: /^parameter/,
};

/** Kernels of models so large that their tensors must not lie in both memories. */
const passing: ReadonlySet<string> = new Set(["AdamWOutside"]);

/** Registers every kernel of the wasm engine that this backend lacks, on this backend's tensors. */
export function borrowKernels(backend: SharedBackend, wasm: BackendWasm): void {
  for (const { kernelName, kernelFunc, setupFunc } of tf.getKernelsForBackend("wasm")) {
    // Those of tfjs itself must be set up before they run.
    const ours = setupFunc === undefined;
    if (!ours || (tf.getKernel(kernelName, backendName) ?? undefined) !== undefined) continue;
    const kernelFuncHere = borrowed(backend, wasm, kernelName, kernelFunc);
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFuncHere });
  }
}

function borrowed(
  backend: SharedBackend,
  wasm: BackendWasm,
  name: string,
  kernel: tf.KernelFunc,
): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    backend.makeRoom();
    const given = Object.entries(inputs as Record<string, tf.TensorInfo>);
    const lent = Object.fromEntries(given.map(([key, tensor]) => [key, backend.lend(tensor)]));
    const made = kernel({ inputs: lent, attrs, backend: wasm });
    for (const [key, tensor] of given) {
      if (changedInputs[name]?.test(key)) backend.changed(tensor);
      if (passing.has(name)) backend.takeBack(tensor);
    }
    return [made].flat().map((output) => backend.adopt(output));
  };
}
