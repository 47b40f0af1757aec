import type * as tf from "@tensorflow/tfjs-core";
import type { SpanPicks } from "../ops/span-softmax";
import type { SpanKernelAttributes } from "../ops/span-softmax-fused";
import { type Lengths, offsetsOf, rowsOf } from "../packing";
import { moduleOf, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Attributes = SpanKernelAttributes & object;
type Inputs<More extends string = never> = Readonly<
  Record<"starts" | "ends" | "center" | "factor" | More, tf.TensorInfo>
>;

/** The lists of a call in memory; address 0 where there are no picks. */
interface Lists {
  /** [rows + 1] the place of each row's first score */
  readonly scores: number;
  /** [rows + 1] the place of each row's first pick */
  readonly offsets: number;
  /** [picks, 2] */
  readonly picks: number;
}

export function registerSpanSoftmax(kernels: OwnKernels): void {
  const { backend } = kernels;
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);
  const make = (shape: number[]): tf.TensorInfo => backend.makeOutput(shape, "float32");
  const given = ({ starts, ends, center, factor }: Inputs) => [starts, ends, center, factor].map(at);

  replaceKernel<Inputs, Attributes>("SpanNormalizers", () => ({ inputs, attrs }) => {
    const rows = rowsOf(attrs.lengths);
    const statistics = make([rows, 2]);
    const best = backend.makeOutput([rows, 2], "int32");
    withLists(kernels, attrs, ({ scores, offsets }) => {
      const parameters = [...given(inputs), scores, offsets, at(statistics), at(best)];
      kernels.run("spanNormalizers", rows, 15 * spansOf(attrs.lengths), ...parameters);
    });
    return [statistics, best];
  });

  replaceKernel<Inputs<"statistics">, Attributes>("SpanPicks", () => ({ inputs, attrs }) => {
    const count = attrs.picks?.rows.length ?? 0;
    const out = make([count]);
    withLists(kernels, attrs, ({ scores, offsets, picks }) => {
      const parameters = [...given(inputs), scores, at(inputs.statistics), offsets, picks, at(out)];
      kernels.run("spanPicks", rowsOf(attrs.lengths), 4 * Math.max(...attrs.lengths) * count, ...parameters);
    });
    return [out];
  });

  replaceKernel<Inputs<"statistics" | "best" | "dy">, Attributes>(
    "SpanGradient",
    () =>
      ({ inputs, attrs }) => {
        const { starts, ends, center, factor, statistics, best, dy } = inputs;
        const gradients = [starts, ends, center, factor].map(({ shape }) => make(shape));
        withLists(kernels, attrs, ({ scores, offsets, picks }) => {
          const saved = [scores, at(statistics), at(best), offsets, picks, at(dy)];
          const parameters = [...given(inputs), ...saved, ...gradients.map(at)];
          kernels.run("spanGradient", rowsOf(attrs.lengths), 15 * spansOf(attrs.lengths), ...parameters);
        });
        return gradients;
      },
  );
}

/** About twice as many spans as all proposals have together. */
function spansOf(lengths: Lengths): number {
  return lengths.reduce((sum, length) => sum + length ** 3, 0);
}

/** Puts the lists into memory for a call. */
function withLists(
  kernels: OwnKernels,
  { lengths, picks }: Attributes,
  compute: (lists: Lists) => void,
): void {
  const scores = offsetsOf(lengths.flatMap((length) => new Array<number>(length).fill(length)));
  const lists = picks ? [scores, firstPicks(picks, rowsOf(lengths)), pairsOf(picks)] : [scores];
  kernels.reserve(4 * kernels.call("spanScratch", Math.max(...lengths)));
  kernels.withMemory(
    lists.map((list) => 4 * list.length),
    (...addresses) => {
      for (const [i, list] of lists.entries()) moduleOf(kernels.backend).HEAP32.set(list, addresses[i] >>> 2);
      const [own, offsets = 0, pairs = 0] = addresses;
      compute({ scores: own, offsets, picks: pairs });
    },
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
