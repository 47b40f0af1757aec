import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { attentionMaps } from "../../src/detector/attention-maps";
import { scoped } from "../../src/engine";
import { type Gaussian, precision } from "../../src/model/gaussian";
import type { Prediction } from "../../src/model/head";
import type { Pass } from "../../src/model/network";
import type { Proposals, Proposed } from "../../src/model/proposer";
import type { Level } from "../../src/model/pyramid";
import type { Refinement } from "../../src/model/regressor";
import { readTensor } from "../../src/nn/parameters";
import { pickedProbabilities } from "../support/prediction";

/** Ours of what a module of the authors' code returned. */
export interface Output {
  readonly values: ArrayLike<number>;
  /**
   * Whether the number at a place is compared: not where a sentence has no such token or feature. What the two codes put
   * there differs, and neither reads it, except where the padding leak carries it to places that are compared.
   */
  readonly counts?: (at: number) => boolean;
}

type Recorded = ReadonlyMap<string, StoredTensor>;
type Named = readonly [name: string, output: Output | undefined];

/** Everything of a pass and of what was recorded in it, under the names that the authors' modules have. */
export function outputsOf(pass: Pass, record: Recorded, lengths: readonly number[]): Map<string, Output> {
  const { levels } = pass.proposed;
  const all = [
    ...levels.flatMap((_, l) => levelOutputs(levels, l, record)),
    ...proposerOutputs(pass.proposed, record, lengths),
    ...pass.refined.flatMap((refinement, l) => layerOutputs(refinement, l, record, lengths)),
    ...headOutputs(pass.prediction, record, lengths),
  ];
  return new Map(all.filter((entry): entry is [string, Output] => entry[1] !== undefined));
}

function levelOutputs(levels: readonly Level[], l: number, record: Recorded): Named[] {
  const { features, span, lengths } = levels[l];
  const [batch, places] = features.shape;
  const own = (name: string, level = l) => record.get(`proposer.pyramid.levels.${level}.${name}`);
  const range = Array.from({ length: places }, (_, place) => place);
  const forward = padded(own("forward.linear"), 1, lengths);
  // The module of a convolution also returns what it leaves, or at the top what it found.
  const up = l + 1 < levels.length ? padded(own("convolution", l + 1), 1, levels[l + 1].lengths) : forward;
  const lower = levels[Math.max(0, l - 1)].lengths;
  const down =
    l > 0 ? padded(own("transposed"), 1, lower) : (padded(own("transposed", 1), 1, lengths) ?? forward);
  return [
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
}

function proposerOutputs(
  { levels, proposals }: Proposed,
  record: Recorded,
  lengths: readonly number[],
): Named[] {
  const features = levels.flatMap((level) =>
    Array.from({ length: level.features.shape[1] }, (_, place) => ({ level, place })),
  );
  const scores = record.get("proposer.scorer"); // [batch, features of all levels, 2]
  const anchors = scores && {
    values: scores.values,
    counts: (at: number) => {
      const { level, place } = features[Math.floor(at / 2) % features.length];
      return place < level.lengths[Math.floor(at / 2 / features.length)];
    },
  };
  return [
    ["mid.proposer.anchor_attn", anchors],
    ["mid.proposer.classifier", padded(record.get("proposer.classifier"), 1, lengths)],
    ...proposalOutputs(["out.proposer", "mid.proposer"], proposals, lengths),
  ];
}

function layerOutputs(
  { proposals, attention }: Refinement,
  l: number,
  record: Recorded,
  lengths: readonly number[],
): Named[] {
  const layer = `mid.regressor.layers.${l}`;
  const block = `${layer}.attention_block`;
  const own = (name: string) => record.get(`regressor.${l}.${name}`);
  const byHead = (tensor: StoredTensor | undefined) => swapped(tensor, [0, 2, 1, 3]);
  const { gaussian } = attentionMaps(attention);
  return [
    ...proposalOutputs([`out.regressor.${l}`, layer], proposals, lengths),
    ...locatorOutputs(`${block}.locator`, byHead(own("attention.locator")), gaussian, 2, lengths),
    [`${block}.heads_attn`, padded(own("attention.headScorer"), 1, lengths)],
    [`${block}.0`, padded(own("update.before"), 1, lengths)],
    [`${block}.1`, padded(readTensor(proposals.locations), 1, lengths)],
    [`${layer}.linear_block`, padded(readTensor(proposals.queries), 1, lengths)],
    [`${layer}.classifier`, padded(own("classifier"), 1, lengths)],
  ];
}

function headOutputs(
  { logClass, spans: scores }: Prediction,
  record: Recorded,
  lengths: readonly number[],
): Named[] {
  const classes = padded(readTensor(tf.exp(logClass)), 1, lengths);
  const [batch, tokens] = logClass.shape;
  const all = { shape: [batch, tokens, tokens ** 2], values: pickedProbabilities(scores) };
  const spans = padded(byEnd(all), 1, lengths);
  return [
    ["mid.predictor.classifier", padded(record.get("head.classifier"), 1, lengths)],
    ...locatorOutputs("mid.predictor.locator", record.get("head.locator"), scores, 1, lengths),
    ["mid.predictor.0", classes],
    ["out.predictor.labels_pros", classes],
    ["mid.predictor.1", spans],
    ["out.predictor.locs_pros", spans],
  ];
}

function proposalOutputs(
  modules: readonly string[],
  proposals: Proposals,
  lengths: readonly number[],
): Named[] {
  const { queries, locations, logits } = proposals;
  return modules.flatMap((module) =>
    Object.entries({ queries, queries_locs: locations, queries_logits: logits }).map(
      ([name, tensor]): Named => [`${module}.${name}`, padded(readTensor(tensor), 1, lengths)],
    ),
  );
}

/** Δn and Θ. @param mlp the locator's own output [..., 6] */
function locatorOutputs(
  module: string,
  mlp: StoredTensor | undefined,
  { factor }: Gaussian,
  axis: number,
  lengths: readonly number[],
): Named[] {
  const offsets = mlp && {
    shape: [...mlp.shape.slice(0, -1), 2],
    values: mlp.values.filter((_, at) => at % 6 < 2),
  };
  return [
    [`${module}.0`, padded(offsets, axis, lengths)],
    [`${module}.1`, padded(readTensor(precision(factor)), axis, lengths)],
  ];
}

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
