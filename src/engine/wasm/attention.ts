import type * as tf from "@tensorflow/tfjs-core";
import type { AttentionShape } from "../ops/attention";
import { moduleOf, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Attributes = AttentionShape & object;

interface Inputs {
  /** [batch, L, 3 · d] */
  readonly transformed: tf.TensorInfo;
  readonly gaussians?: tf.TensorInfo;
  readonly locations?: tf.TensorInfo;
  readonly mask?: tf.TensorInfo;
}

interface GradientInputs extends Inputs {
  readonly weights: tf.TensorInfo;
  readonly dOutput: tf.TensorInfo;
}

/** Addresses and counts that both kernels begin with, after the range. */
function common(kernels: OwnKernels, inputs: Inputs, { heads, allQueries }: Attributes, lengths: number) {
  const [, tokens, width] = inputs.transformed.shape;
  const at = (tensor: tf.TensorInfo | undefined): number => (tensor ? kernels.address(tensor) : 0);
  const { transformed, gaussians, locations, mask } = inputs;
  return [
    at(transformed),
    at(gaussians),
    at(locations),
    at(mask),
    lengths,
    heads,
    tokens,
    width / 3 / heads,
    allQueries ? 1 : 0,
  ] as const;
}

/** Calls `compute` with the sentences' lengths in memory, and sees to the kernels' scratch. */
function withLengths(
  kernels: OwnKernels,
  tokens: number,
  lengths: readonly number[],
  compute: (lengths: number) => void,
): void {
  kernels.reserve(kernels.call("attentionScratch", tokens));
  kernels.withMemory([4 * lengths.length], (address) => {
    moduleOf(kernels.backend).HEAP32.set(lengths, address >>> 2);
    compute(address);
  });
}

export function registerAttention(kernels: OwnKernels): void {
  const { backend } = kernels;
  const make = (...shape: number[]): tf.TensorInfo => backend.makeOutput(shape, "float32");

  replaceKernel<Inputs, Attributes>("Attention", () => ({ inputs, attrs }) => {
    const { heads, lengths } = attrs;
    const [batch, tokens, width] = inputs.transformed.shape;
    const [out, weights] = [make(batch, tokens, width / 3), make(batch, heads, tokens, tokens)];
    withLengths(kernels, tokens, lengths, (address) => {
      const given = common(kernels, inputs as Inputs, attrs, address);
      kernels.run(
        "attentionForward",
        batch * heads,
        batch * tokens * tokens * (4 * (width / 3) + 40 * heads),
        ...given,
        kernels.address(out),
        kernels.address(weights),
      );
    });
    return [out, weights];
  });

  replaceKernel<GradientInputs, Attributes>("AttentionGradient", () => ({ inputs, attrs }) => {
    const { heads, lengths } = attrs;
    const [batch, tokens, width] = inputs.transformed.shape;
    const dTransformed = make(batch, tokens, width);
    const { gaussians } = inputs as GradientInputs;
    const dPrior = gaussians ? [make(batch, tokens, heads, 6), make(batch, heads, tokens, 2)] : [];
    const [dGaussians, dLocations] = gaussians ? dPrior.map((tensor) => kernels.address(tensor)) : [0, 0];
    withLengths(kernels, tokens, lengths, (address) => {
      kernels.run(
        "attentionBackward",
        batch * heads,
        batch * tokens * tokens * (8 * (width / 3) + 30 * heads),
        ...common(kernels, inputs as GradientInputs, attrs, address),
        kernels.address(inputs.weights),
        kernels.address(inputs.dOutput),
        kernels.address(dTransformed),
        dGaussians,
        dLocations,
      );
    });
    return [dTransformed, ...dPrior];
  });
}
