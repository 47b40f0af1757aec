import type * as tf from "@tensorflow/tfjs-core";
import type { AttentionShape } from "../ops/attention";
import { offsetsOf, rowsOf, squaresOf } from "../packing";
import { moduleOf, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Attributes = AttentionShape & object;

interface Inputs {
  /** [tokens, 3 · d] */
  readonly transformed: tf.TensorInfo;
  readonly gaussians?: tf.TensorInfo;
  readonly locations?: tf.TensorInfo;
  readonly mask?: tf.TensorInfo;
}

interface GradientInputs extends Inputs {
  readonly weights: tf.TensorInfo;
  readonly dOutput: tf.TensorInfo;
}

/** Calls `compute` with what both kernels begin with, after the range, and reserves the kernels' scratch. */
function withCommon(
  kernels: OwnKernels,
  { transformed, gaussians, locations, mask }: Inputs,
  { heads, lengths, keys = lengths }: Attributes,
  compute: (common: readonly number[]) => void,
): void {
  const at = (tensor: tf.TensorInfo | undefined): number => (tensor ? kernels.address(tensor) : 0);
  const width = transformed.shape[1] / 3 / heads;
  kernels.reserve(kernels.call("attentionScratch", Math.max(...lengths)));
  kernels.withMemory([4 * (lengths.length + 1), 4 * lengths.length], (offsets, keyCounts) => {
    const { HEAP32 } = moduleOf(kernels.backend);
    HEAP32.set(offsetsOf(lengths), offsets >>> 2);
    HEAP32.set(keys, keyCounts >>> 2);
    compute([...[transformed, gaussians, locations, mask].map(at), offsets, keyCounts, heads, width]);
  });
}

export function registerAttention(kernels: OwnKernels): void {
  const { backend } = kernels;
  const make = (...shape: number[]): tf.TensorInfo => backend.makeOutput(shape, "float32");

  replaceKernel<Inputs, Attributes>("Attention", () => ({ inputs, attrs }) => {
    const { heads, lengths } = attrs;
    const [tokens, width] = inputs.transformed.shape;
    const squares = rowsOf(squaresOf(lengths));
    const [out, weights] = [make(tokens, width / 3), make(heads * squares)];
    withCommon(kernels, inputs as Inputs, attrs, (common) => {
      kernels.run(
        "attentionForward",
        lengths.length * heads,
        squares * (4 * (width / 3) + 40 * heads),
        ...common,
        kernels.address(out),
        kernels.address(weights),
      );
    });
    return [out, weights];
  });

  replaceKernel<GradientInputs, Attributes>("AttentionGradient", () => ({ inputs, attrs }) => {
    const { heads, lengths } = attrs;
    const [tokens, width] = inputs.transformed.shape;
    const dTransformed = make(tokens, width);
    const { gaussians } = inputs as GradientInputs;
    const dPrior = gaussians ? [make(tokens, heads, 6), make(heads, tokens, 2)] : [];
    const [dGaussians, dLocations] = gaussians ? dPrior.map((tensor) => kernels.address(tensor)) : [0, 0];
    withCommon(kernels, inputs as GradientInputs, attrs, (common) => {
      kernels.run(
        "attentionBackward",
        lengths.length * heads,
        rowsOf(squaresOf(lengths)) * (8 * (width / 3) + 30 * heads),
        ...common,
        lengths.length,
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
