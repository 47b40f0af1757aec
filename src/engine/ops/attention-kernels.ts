import * as tf from "@tensorflow/tfjs-core";
import { offsetsOf, rowsOf, squaresOf } from "../packing";
import type { Kernels } from "../wasm/kernels";
import type { AttentionInput, AttentionShape, AttentionVersion } from "./attention-input";
import { type KernelOp, kernelOp } from "./fused";

interface Inputs {
  /** [tokens, 3 · d] */
  readonly transformed: tf.TensorInfo;
  readonly gaussians?: tf.TensorInfo;
  readonly locations?: tf.TensorInfo;
  readonly mask?: tf.TensorInfo;
}

/** Attention with a forward and a backward kernel. */
export const fusedAttention: AttentionVersion = {
  forward(input, shape) {
    const [output, weights] = attentionForward(namedInputs(input), shape);
    return [output, weights];
  },

  backward(dOut, weights, input, shape) {
    const gradients = attentionBackward({ dOut, weights, ...namedInputs(input) }, shape);
    if (!input.prior) return gradients;
    const [dTransformed, dGaussians, dLocationsOfHeads] = gradients; // [M, tokens, 2] for the locations
    return [dTransformed, dGaussians, tf.sum(dLocationsOfHeads, 0)];
  },
};

function namedInputs({ transformed, prior, mask }: AttentionInput) {
  return { transformed, ...prior, ...(mask && { mask }) };
}

export const attentionForward: KernelOp<Inputs, AttentionShape> = kernelOp(
  "Attention",
  (kernels, inputs: Inputs, shape: AttentionShape) => {
    const [tokens, width] = inputs.transformed.shape;
    const [out, weights] = [[tokens, width / 3], [shape.heads * pairsOf(shape)]].map((size) =>
      kernels.output(size),
    );
    withCommon(kernels, inputs, shape, (common) => {
      const operations = pairsOf(shape) * (4 * (width / 3) + 40 * shape.heads);
      kernels.run.attentionForward({ ...common, out, weights }, { units: unitsOf(shape), operations });
    });
    return [out, weights];
  },
  products,
);

const attentionBackward = kernelOp(
  "AttentionGradient",
  (kernels, inputs: Inputs & Readonly<Record<"weights" | "dOut", tf.TensorInfo>>, shape: AttentionShape) => {
    const { gaussians, weights, dOut } = inputs;
    const [tokens, width] = inputs.transformed.shape;
    const sizes = [
      [tokens, width],
      [tokens, shape.heads, 6],
      [shape.heads, tokens, 2],
    ];
    const gradients = (gaussians ? sizes : sizes.slice(0, 1)).map((size) => kernels.output(size));
    const [dTransformed, dGaussians, dLocations] = gradients;
    withCommon(kernels, inputs, shape, (common) => {
      const results = { dTransformed, dGaussians, dLocations };
      const operations = pairsOf(shape) * (8 * (width / 3) + 30 * shape.heads);
      kernels.run.attentionBackward(
        { ...common, sentences: shape.lengths.length, weights, dOut, ...results },
        { units: unitsOf(shape), operations },
      );
    });
    return gradients;
  },
  (inputs, shape) => 2 * products(inputs, shape),
);

/** Operations of the products with keys and values. */
function products({ transformed }: Inputs, shape: AttentionShape): number {
  return (2 * 2 * pairsOf(shape) * transformed.shape[1]) / 3;
}

const pairsOf = ({ lengths }: AttentionShape): number => rowsOf(squaresOf(lengths));

/** A unit is one head over one sentence. */
const unitsOf = ({ heads, lengths }: AttentionShape): number => lengths.length * heads;

/** Reserves scratch and calls `compute` with the arguments that both kernels share. */
function withCommon(
  kernels: Kernels,
  { transformed, gaussians, locations, mask }: Inputs,
  { heads, lengths, keys = lengths }: AttentionShape,
  compute: (common: {
    readonly transformed: tf.TensorInfo;
    readonly gaussians: tf.TensorInfo | undefined;
    readonly locations: tf.TensorInfo | undefined;
    readonly mask: tf.TensorInfo | undefined;
    readonly offsets: number;
    readonly keyCounts: number;
    readonly heads: number;
    readonly width: number;
  }) => void,
): void {
  kernels.reserve(kernels.run.attentionScratch({ longest: Math.max(...lengths) }));
  const width = transformed.shape[1] / 3 / heads;
  kernels.withLists([offsetsOf(lengths), keys], (offsets, keyCounts) => {
    compute({ transformed, gaussians, locations, mask, offsets, keyCounts, heads, width });
  });
}
