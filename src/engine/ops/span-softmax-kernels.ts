// The kernels visit all spans three times: for the largest score, for the sum and for the gradient.
import type * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../memory";
import { type Lengths, offsetsOf, rowsOf } from "../packing";
import { wordBytes } from "../wasm/heap";
import type { Kernels } from "../wasm/kernels";
import { customGradient } from "./custom-gradient";
import { type KernelOp, kernelOp } from "./fused";
import type { BestSpans, SpanPicks, SpanScores } from "./span-scores";

type Scores<Others extends string = never> = Readonly<
  Record<"starts" | "ends" | "center" | "factor" | Others, tf.TensorInfo>
>;

interface Attributes {
  readonly lengths: Lengths;
  /** Only rows with picks are computed (default: all rows). */
  readonly picks?: SpanPicks;
}

export function fusedSpanLogProbabilities(
  { starts, ends, center, factor, lengths }: SpanScores,
  picks: SpanPicks,
): tf.Tensor1D {
  const inputs = [starts, ends, center, factor];
  return customGradient(inputs, (save) => {
    const scores = { starts, ends, center, factor };
    const [statistics, best] = spanNormalizers(scores, { lengths, picks });
    const [value] = spanPicks({ ...scores, statistics }, { lengths, picks });
    save([...inputs, statistics, best]);
    return {
      value,
      gradFunc: (dy, saved) =>
        spanGradient(
          {
            starts: saved[0],
            ends: saved[1],
            center: saved[2],
            factor: saved[3],
            statistics: saved[4],
            best: saved[5],
            dy,
          },
          { lengths, picks },
        ),
    };
  }) as tf.Tensor1D;
}

export function fusedBestSpans({ starts, ends, center, factor, lengths }: SpanScores): BestSpans {
  return scoped(() => {
    const outputs = spanNormalizers({ starts, ends, center, factor }, { lengths });
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

/** The largest score of each row with Σ exp(score - largest) over the other spans, [rows, 2], and its span, [rows, 2]. */
export const spanNormalizers: KernelOp<Scores, Attributes> = kernelOp(
  "SpanNormalizers",
  (kernels, { starts, ends, center, factor }: Scores, attributes: Attributes) => {
    const rows = rowsOf(attributes.lengths);
    const [statistics, best] = [kernels.output([rows, 2]), kernels.output([rows, 2], "int32")];
    withLists(kernels, attributes, ({ scores, offsets }) => {
      kernels.run.spanNormalizers(
        { starts, ends, center, factor, scores, offsets, statistics, best },
        { units: rows, operations: 15 * spansOf(attributes.lengths) },
      );
    });
    return [statistics, best];
  },
);

/** The log probability of each pick, [picks]. */
const spanPicks = kernelOp(
  "SpanPicks",
  (kernels, { starts, ends, center, factor, statistics }: Scores<"statistics">, attributes: Attributes) => {
    const { lengths, picks: { rows } = { rows: [] } } = attributes;
    const out = kernels.output([rows.length]);
    withLists(kernels, attributes, ({ scores, offsets, picks }) => {
      kernels.run.spanPicks(
        { starts, ends, center, factor, scores, statistics, offsets, picks, out },
        { units: rowsOf(lengths), operations: 4 * Math.max(...lengths) * rows.length },
      );
    });
    return [out];
  },
);

/** Gradients of the four tensors of the scores. */
const spanGradient = kernelOp(
  "SpanGradient",
  (kernels, inputs: Scores<"statistics" | "best" | "dy">, attributes: Attributes) => {
    const { starts, ends, center, factor } = inputs;
    const gradients = [starts, ends, center, factor].map(({ shape }) => kernels.output(shape));
    const [dStarts, dEnds, dCenter, dFactor] = gradients;
    withLists(kernels, attributes, (lists) => {
      kernels.run.spanGradient(
        { ...inputs, ...lists, dStarts, dEnds, dCenter, dFactor },
        { units: rowsOf(attributes.lengths), operations: 15 * spansOf(attributes.lengths) },
      );
    });
    return gradients;
  },
);

/** About twice the number of spans of all proposals. */
function spansOf(lengths: Lengths): number {
  return lengths.reduce((sum, length) => sum + length ** 3, 0);
}

/** Addresses of the lists of a call; 0 without picks. */
interface Lists {
  /** [rows + 1] the position of each row's first score */
  readonly scores: number;
  /** [rows + 1] the position of each row's first pick */
  readonly offsets: number;
  /** [picks, 2] */
  readonly picks: number;
}

function withLists(kernels: Kernels, { lengths, picks }: Attributes, compute: (lists: Lists) => void): void {
  kernels.reserve(wordBytes * kernels.run.spanScratch({ longest: Math.max(...lengths) }));
  const scores = offsetsOf(lengths.flatMap((length) => new Array<number>(length).fill(length)));
  const lists = picks ? [scores, firstPicks(picks, rowsOf(lengths)), pairsOf(picks)] : [scores];
  kernels.withLists(lists, (scoresAt, offsets = 0, pairs = 0) =>
    compute({ scores: scoresAt, offsets, picks: pairs }),
  );
}

/** [rows + 1] */
function firstPicks({ rows }: SpanPicks, count: number): Int32Array {
  const offsets = new Int32Array(count + 1);
  for (const row of rows) offsets[row + 1]++;
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row];
  return offsets;
}

/** [picks, 2] */
function pairsOf({ starts, ends }: SpanPicks): Int32Array {
  return Int32Array.from({ length: 2 * starts.length }, (_, i) => (i & 1 ? ends : starts)[i >> 1]);
}
