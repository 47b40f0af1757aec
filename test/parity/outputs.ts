import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { scoped } from "../../src/engine";
import type { Pass } from "../../src/model/detector";
import { type Gaussian, precision } from "../../src/model/gaussian";
import type { Proposals } from "../../src/model/proposer";
import type { Level } from "../../src/model/pyramid";
import { readTensor } from "../../src/nn/parameters";

/** Ours of what a module of the authors' code returned. */
export interface Output {
  readonly values: ArrayLike<number>;
  /**
   * Whether the number at a place is compared: not where a sentence has no such token or feature. What the two codes put
   * there differs, and neither reads it, except where the padding leak carries it to places that are compared.
   */
  readonly counts?: (at: number) => boolean;
}

/** Everything of a pass and of what was recorded in it, under the names that the authors' modules have. */
export function outputsOf(
  { proposed, refined, prediction }: Pass,
  record: ReadonlyMap<string, StoredTensor>,
  lengths: readonly number[],
): Map<string, Output> {
  const { levels } = proposed;
  const features = levels.flatMap((level) =>
    Array.from({ length: level.features.shape[1] }, (_, place) => ({ level, place })),
  );
  const [tokens, classes, spans] = [lengths, prediction.logClass, prediction.logSpan];
  const outputs = new Map<string, Output>([
    ...levels.flatMap((_, l) => levelOutputs(levels, l, record)),
    ...proposalOutputs(["out.proposer", "mid.proposer"], proposed.proposals, tokens),
    ...named(
      "mid.predictor.locator",
      locatorOutputs(recorded(record, "head.locator"), prediction.gaussian, 1, tokens),
    ),
  ]);
  const set = (name: string, output: Output | undefined) => output && outputs.set(name, output);
  const scores = recorded(record, "proposer.scorer");
  if (scores) {
    set("mid.proposer.anchor_attn", {
      values: scores.values,
      counts: (at) => {
        const { level, place } = features[Math.floor(at / 2) % features.length];
        return place < level.lengths[Math.floor(at / 2 / features.length)];
      },
    });
  }
  set("mid.proposer.classifier", padded(recorded(record, "proposer.classifier"), 1, tokens));
  for (const [l, { proposals, attention }] of refined.entries()) {
    const layer = `mid.regressor.layers.${l}`;
    const own = (name: string) => recorded(record, `regressor.${l}.${name}`);
    const block = `${layer}.attention_block`;
    const { locations, queries } = proposals;
    const all = [
      ...proposalOutputs([`out.regressor.${l}`, layer], proposals, tokens),
      ...named(`${block}.locator`, locatorOutputs(own("attention.locator"), attention.gaussian, 2, tokens)),
    ];
    for (const [name, output] of all) outputs.set(name, output);
    set(`${block}.heads_attn`, padded(swapped(own("attention.headScorer"), [0, 2, 1, 3]), 1, tokens));
    set(`${block}.0`, padded(own("update.before"), 1, tokens));
    set(`${block}.1`, padded(readTensor(locations), 1, tokens));
    set(`${layer}.linear_block`, padded(readTensor(queries), 1, tokens));
    set(`${layer}.classifier`, padded(own("classifier"), 1, tokens));
  }
  set("mid.predictor.classifier", padded(recorded(record, "head.classifier"), 1, tokens));
  for (const name of ["mid.predictor.0", "out.predictor.labels_pros"]) {
    set(name, padded(readTensor(tf.exp(classes)), 1, tokens));
  }
  for (const name of ["mid.predictor.1", "out.predictor.locs_pros"]) {
    set(name, padded(byEnd(readTensor(tf.exp(spans))), 1, tokens));
  }
  return outputs;
}

type Named = [name: string, output: Output];

function levelOutputs(
  levels: readonly Level[],
  l: number,
  record: ReadonlyMap<string, StoredTensor>,
): Named[] {
  const { features, span, lengths } = levels[l];
  const [batch, places] = features.shape;
  const own = (name: string, level = l) => recorded(record, `proposer.pyramid.levels.${level}.${name}`);
  const range = Array.from({ length: places }, (_, place) => place);
  const forward = padded(own("forward.linear"), 1, lengths);
  // The module of a convolution also returns what it leaves, or at the top what it found.
  const up = l + 1 < levels.length ? padded(own("convolution", l + 1), 1, levels[l + 1].lengths) : forward;
  const lower = levels[Math.max(0, l - 1)].lengths;
  const down =
    l > 0 ? padded(own("transposed"), 1, lower) : (padded(own("transposed", 1), 1, lengths) ?? forward);
  const outputs: [string, Output | undefined][] = [
    [`out.pyramid.features.${l}`, padded(readTensor(features), 1, lengths)],
    [`out.pyramid.locs.${l}`, { values: range.flatMap((place) => [place, place + span - 1]) }],
    [
      `out.pyramid.masks.${l}`,
      {
        values: Array.from({ length: batch }, (_, s) =>
          range.map((place) => Number(place < lengths[s])),
        ).flat(),
      },
    ],
    [`mid.proposer.pyramid.forward_blocks.${l}.rnn_block.gru`, packed(own("forward.gru"), lengths)],
    [`mid.proposer.pyramid.forward_blocks.${l}.rnn_block`, forward],
    [`mid.proposer.pyramid.forward_blocks.${l}.0`, forward],
    [`mid.proposer.pyramid.forward_blocks.${l}.1`, up],
    [
      `mid.proposer.pyramid.forward_blocks.${l}.conv_block`,
      padded(swapped(own("convolution", l + 1), [0, 2, 1]), 2, levels[l + 1]?.lengths ?? []),
    ],
    [`mid.proposer.pyramid.backward_blocks.${l}.rnn_block.gru`, packed(own("backward.gru"), lengths)],
    [`mid.proposer.pyramid.backward_blocks.${l}.rnn_block`, padded(own("backward.linear"), 1, lengths)],
    [
      `mid.proposer.pyramid.backward_blocks.${l}.conv_block`,
      padded(swapped(own("transposed"), [0, 2, 1]), 2, lower),
    ],
    [`mid.proposer.pyramid.backward_blocks.${l}.0`, padded(readTensor(features), 1, lengths)],
    [`mid.proposer.pyramid.backward_blocks.${l}.1`, down],
  ];
  return outputs.filter((entry): entry is Named => entry[1] !== undefined);
}

function proposalOutputs(
  modules: readonly string[],
  proposals: Proposals,
  lengths: readonly number[],
): Named[] {
  const { queries, locations, logits } = proposals;
  return modules.flatMap((module) =>
    Object.entries({ queries, queries_locs: locations, queries_logits: logits }).map(
      ([name, tensor]): Named => [`${module}.${name}`, padded(readTensor(tensor), 1, lengths) as Output],
    ),
  );
}

/** Δn and Θ. @param mlp the locator's own output [..., 6] */
function locatorOutputs(
  mlp: StoredTensor | undefined,
  { factor }: Gaussian,
  axis: number,
  lengths: readonly number[],
): (Output | undefined)[] {
  const offsets = mlp && {
    shape: [...mlp.shape.slice(0, -1), 2],
    values: mlp.values.filter((_, at) => at % 6 < 2),
  };
  return [padded(offsets, axis, lengths), padded(readTensor(precision(factor)), axis, lengths)];
}

/** Outputs numbered as the members of what a module returned. */
const named = (module: string, outputs: readonly (Output | undefined)[]): Named[] =>
  outputs.flatMap((output, at): Named[] => (output ? [[`${module}.${at}`, output]] : []));

const recorded = (record: ReadonlyMap<string, StoredTensor>, name: string): StoredTensor | undefined =>
  record.get(name);

/** @param axis the tensor's axis of tokens or features; the first is the batch */
function padded(
  tensor: StoredTensor | undefined,
  axis: number,
  lengths: readonly number[],
): Output | undefined {
  if (!tensor) return undefined;
  const { shape, values } = tensor;
  const stride = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const sentence = values.length / shape[0];
  return {
    values,
    counts: (at) => Math.floor(at / stride) % shape[axis] < lengths[Math.floor(at / sentence)],
  };
}

function swapped(tensor: StoredTensor | undefined, order: number[]): StoredTensor | undefined {
  return (
    tensor &&
    scoped(() => readTensor(tf.transpose(tf.tensor(tensor.values, [...tensor.shape], "float32"), order)))
  );
}

/**
 * [batch, time, width] as PyTorch packs it: step by step, in each the sentences that are so long, the longest first. The
 * authors' code packs one step at least.
 */
function packed(tensor: StoredTensor | undefined, lengths: readonly number[]): Output | undefined {
  if (!tensor) return undefined;
  const { shape, values } = tensor;
  const [, time, width] = shape;
  const steps = lengths.map((length) => Math.max(1, length));
  const longestFirst = [...steps.keys()].sort((a, b) => steps[b] - steps[a]);
  const rows = Array.from({ length: Math.max(...steps) }, (_, step) =>
    longestFirst
      .filter((s) => step < steps[s])
      .flatMap((s) => {
        const at = (s * time + step) * width;
        return [...values.subarray(at, at + width)];
      }),
  );
  return { values: rows.flat() };
}

/** [batch, L, L · L] for (start, end) as [batch, L, L (L + 1) / 2] for the pairs start ≤ end, by end, then start. */
function byEnd({ shape: [batch, tokens], values }: StoredTensor): StoredTensor {
  const pairs = Array.from({ length: tokens }, (_, end) =>
    Array.from({ length: end + 1 }, (_, start) => start * tokens + end),
  ).flat();
  const rows = Array.from({ length: batch * tokens }, (_, row) =>
    pairs.map((at) => values[row * tokens * tokens + at]),
  );
  return { shape: [batch, tokens, pairs.length], values: Float32Array.from(rows.flat()) };
}
