import type { NumberFunction } from "../wasm/heap";
import { gruKernels, gruParameters } from "./blas-gru";
import { bindMultiply, productKernels, productParameters } from "./blas-product";
import type { BlasLibrary } from "./library";

/** The parameter names of {@link blasKernels}, in order. */
export const blasParameters: typeof productParameters & typeof gruParameters = {
  ...productParameters,
  ...gruParameters,
};

/**
 * The kernels of a thread that multiply with the library.
 *
 * @param wasm our WebAssembly kernels, for everything else
 * @throws EngineFailure if the library does not load
 */
export function blasKernels(
  library: BlasLibrary,
  memory: WebAssembly.Memory,
  wasm: Readonly<Record<"finishRows" | "gruForwardCells" | "gruBackwardCells", NumberFunction>>,
): Readonly<Record<keyof typeof blasParameters, NumberFunction>> {
  const multiply = bindMultiply(library, memory);
  return { ...productKernels(multiply, wasm.finishRows), ...gruKernels(multiply, memory, wasm) };
}
