import type * as tf from "@tensorflow/tfjs-core";
import type { Lengths } from "../packing";
import { scoped } from "../scope";
import { customGradient } from "./custom-gradient";
import { runKernel } from "./fused";
import type { BestSpans, SpanPicks, SpanScores } from "./span-softmax";

/** Attributes of the kernels SpanNormalizers, SpanPicks and SpanGradient. */
export interface SpanKernelAttributes {
  readonly lengths: Lengths;
  /** SpanNormalizers without picks computes every row. */
  readonly picks?: SpanPicks;
}

const named = ([starts, ends, center, factor]: readonly tf.Tensor[]) => ({ starts, ends, center, factor });

/** By kernels that go over the spans once for the largest score, once for the sum and once for the gradient. */
export function fusedSpanLogProbabilities(
  { starts, ends, center, factor, lengths }: SpanScores,
  picks: SpanPicks,
): tf.Tensor1D {
  const inputs = [starts, ends, center, factor];
  const attributes: SpanKernelAttributes = { lengths, picks };
  return customGradient(inputs, (save) => {
    const [statistics, best] = runKernel("SpanNormalizers", named(inputs), attributes);
    const [value] = runKernel("SpanPicks", { ...named(inputs), statistics }, attributes);
    save([...inputs, statistics, best]);
    return {
      value,
      gradFunc: (dy, saved) =>
        runKernel(
          "SpanGradient",
          { ...named(saved), statistics: saved[4], best: saved[5], dy },
          { lengths, picks },
        ),
    };
  }) as tf.Tensor1D;
}

export function fusedBestSpans({ starts, ends, center, factor, lengths }: SpanScores): BestSpans {
  return scoped(() => {
    const outputs = runKernel("SpanNormalizers", named([starts, ends, center, factor]), { lengths });
    const [statistics, best] = outputs.map((output) => output.dataSync());
    const rows = best.length / 2;
    return {
      starts: Int32Array.from({ length: rows }, (_, row) => best[2 * row]),
      ends: Int32Array.from({ length: rows }, (_, row) => best[2 * row + 1]),
      logProbabilities: Float32Array.from(
        { length: rows },
        (_, row) => 0 - Math.log1p(statistics[2 * row + 1]),
      ),
    };
  });
}
