import { gruKernels, gruParameters } from "./gru";
import type { BlasLibrary } from "./library";
import { bindMultiply, type NumberFunction, productKernels, productParameters } from "./product";

/** The names of the parameters of {@link blasKernels}, in order; the range comes first. */
export const blasParameters: typeof productParameters & typeof gruParameters = {
  ...productParameters,
  ...gruParameters,
};

/**
 * The kernels of a thread that multiply by the library.
 *
 * @param own our own kernels, for the rest
 * @throws EngineFailure when the library does not load
 */
export function blasKernels(
  library: BlasLibrary,
  memory: WebAssembly.Memory,
  own: Readonly<Record<"finishRows" | "gruForwardCells" | "gruBackwardCells", NumberFunction>>,
): Readonly<Record<keyof typeof blasParameters, NumberFunction>> {
  const multiply = bindMultiply(library, memory);
  return { ...productKernels(multiply, own.finishRows), ...gruKernels(multiply, memory, own) };
}
