import type * as tf from "@tensorflow/tfjs-core";
import type { Lengths } from "../packing";
import { customGradient } from "./custom-gradient";
import { runKernel } from "./fused";
import type { GruWeights } from "./gru";

/** Attributes of the kernels GruForward and GruBackward. */
export interface GruKernelAttributes {
  /** Tokens of each sentence, not all 0. */
  readonly lengths: Lengths;
}

const names = ["weightInput", "weightHidden", "biasInput", "biasHidden"] as const;

/** {@link gru} by one kernel forward and one backward. */
export function fusedGru(
  input: tf.Tensor2D,
  lengths: Lengths,
  directions: readonly [GruWeights, GruWeights],
): tf.Tensor2D {
  const attributes: GruKernelAttributes = { lengths };
  const keys = directions.flatMap((_, direction) => names.map((name) => `${name}${direction}`));
  const parameters = directions.flatMap((weights) => names.map((name) => weights[name]));
  const named = (tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(keys.map((key, i) => [key, tensors[i]]));
  return customGradient([input, ...parameters], (save) => {
    const [output, states] = runKernel("GruForward", { input, ...named(parameters) }, attributes);
    save([input, states, ...parameters]);
    return {
      value: output,
      gradFunc: (dOutput, [x, saved, ...weights]) =>
        runKernel("GruBackward", { dOutput, input: x, saved, ...named(weights) }, attributes),
    };
  }) as tf.Tensor2D;
}
