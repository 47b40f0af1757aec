import type * as tf from "@tensorflow/tfjs-core";
import type { SpanPicks } from "../ops/span-softmax";
import type { SpanKernelAttributes } from "../ops/span-softmax-fused";
import { moduleOf, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Attributes = SpanKernelAttributes & object;
type Inputs<More extends string = never> = Readonly<
  Record<"starts" | "ends" | "center" | "factor" | More, tf.TensorInfo>
>;

/** The lists of a call in memory; address 0 where there are no picks. */
interface Lists {
  readonly lengths: number;
  /** [rows + 1] the place of each row's first pick */
  readonly offsets: number;
  /** [picks, 2] */
  readonly picks: number;
}

export function registerSpanSoftmax(kernels: OwnKernels): void {
  const { backend } = kernels;
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);
  const make = (shape: number[]): tf.TensorInfo => backend.makeOutput(shape, "float32");
  const scores = ({ starts, ends, center, factor }: Inputs) => [starts, ends, center, factor].map(at);

  replaceKernel<Inputs, Attributes>("SpanNormalizers", () => ({ inputs, attrs }) => {
    const [batch, tokens] = inputs.starts.shape;
    const rows = batch * tokens;
    const statistics = make([rows, 2]);
    const best = backend.makeOutput([rows, 2], "int32");
    withLists(kernels, attrs, tokens, ({ lengths, offsets }) => {
      const parameters = [...scores(inputs), lengths, tokens, offsets, at(statistics), at(best)];
      kernels.run("spanNormalizers", rows, 15 * rows * tokens * tokens, ...parameters);
    });
    return [statistics, best];
  });

  replaceKernel<Inputs<"statistics">, Attributes>("SpanPicks", () => ({ inputs, attrs }) => {
    const [batch, tokens] = inputs.starts.shape;
    const count = attrs.picks?.rows.length ?? 0;
    const out = make([count]);
    withLists(kernels, attrs, tokens, ({ lengths, offsets, picks }) => {
      const parameters = [...scores(inputs), lengths, tokens, at(inputs.statistics), offsets, picks, at(out)];
      kernels.run("spanPicks", batch * tokens, 4 * tokens * count, ...parameters);
    });
    return [out];
  });

  replaceKernel<Inputs<"statistics" | "best" | "dy">, Attributes>(
    "SpanGradient",
    () =>
      ({ inputs, attrs }) => {
        const { starts, ends, center, factor, statistics, best, dy } = inputs;
        const [batch, tokens] = starts.shape;
        const rows = batch * tokens;
        const gradients = [starts, ends, center, factor].map(({ shape }) => make(shape));
        withLists(kernels, attrs, tokens, ({ lengths, offsets, picks }) => {
          const saved = [lengths, tokens, at(statistics), at(best), offsets, picks, at(dy)];
          const parameters = [...scores(inputs), ...saved, ...gradients.map(at)];
          kernels.run("spanGradient", rows, 15 * rows * tokens * tokens, ...parameters);
        });
        return gradients;
      },
  );
}

/** Puts the lists into memory for a call. */
function withLists(
  kernels: OwnKernels,
  { lengths, picks }: Attributes,
  tokens: number,
  compute: (lists: Lists) => void,
): void {
  const lists = picks ? [lengths, firstPicks(picks, lengths.length * tokens), spansOf(picks)] : [lengths];
  kernels.reserve(4 * kernels.call("spanScratch", tokens));
  kernels.withMemory(
    lists.map((list) => 4 * list.length),
    (...addresses) => {
      for (const [i, list] of lists.entries()) moduleOf(kernels.backend).HEAP32.set(list, addresses[i] >>> 2);
      const [own, offsets = 0, spans = 0] = addresses;
      compute({ lengths: own, offsets, picks: spans });
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
function spansOf({ starts, ends }: SpanPicks): Int32Array {
  return Int32Array.from({ length: 2 * starts.length }, (_, i) => (i & 1 ? ends : starts)[i >> 1]);
}
