import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { type Lengths, offsetsOf, scoped } from "../../src/engine";
import type { Prediction } from "../../src/model/head";
import type { Pass } from "../../src/model/network";
import type { Proposals, Proposed } from "../../src/model/proposer";
import { paddedExtents } from "../../src/model/pyramid";
import { type Gaussian, gaussianAt, precision, type Refinement } from "../../src/model/regressor";
import { readTensor } from "../../src/nn/parameters";
import { unpack } from "../support/padding";
import { pickedProbabilities } from "../support/prediction";

/** Our output for a module of the authors' code. */
export interface Output {
  readonly values: ArrayLike<number>;
  /**
   * Whether the number at an index is compared (default: yes). Padding is not: the two codes differ there and do not read it, except
   * where the padding leak carries it to positions that are compared.
   */
  readonly counts?: (index: number) => boolean;
}

type Recorded = ReadonlyMap<string, StoredTensor>;
type Named = readonly [name: string, output: Output | undefined];

/** All outputs of a pass and of its recorded modules, by the names of the authors' modules. */
export function outputsOf(pass: Pass, record: Recorded, lengths: Lengths): Map<string, Output> {
  const { levels } = pass.proposed;
  const entries = [
    ...levels.flatMap((_, l) => levelOutputs(levels, l, record)),
    ...proposerOutputs(pass.proposed, record, lengths),
    ...pass.refined.flatMap((refinement, l) => layerOutputs(refinement, l, record, lengths)),
    ...headOutputs(pass.prediction, record, lengths),
  ];
  return new Map(entries.filter((entry): entry is [string, Output] => entry[1] !== undefined));
}

function levelOutputs(levels: Proposed["levels"], l: number, record: Recorded): Named[] {
  const extents = paddedExtents(levels);
  const { span, lengths, features } = levels[l];
  const batch = lengths.length;
  const longest = Math.max(...lengths);
  /** The output of a module of one level, whose rows are those of the level `to`. */
  const outputOf = (name: string, level: number, to: number) => {
    const tensor = record.get(`proposer.pyramid.levels.${level}.${name}`);
    return tensor && unpack(tensor, extents[to].lengths, Math.max(...levels[to].lengths));
  };
  const positions = Array.from({ length: longest }, (_, position) => position);
  const forward = padded(outputOf("forward.linear", l, l), 1, lengths);
  const next = l + 1 < levels.length ? outputOf("convolution", l + 1, l + 1) : undefined;
  // The module of a convolution also returns the features of the next level, or at the top, of its level.
  const up = next ? padded(next, 1, levels[l + 1].lengths) : forward;
  const lower = levels[Math.max(0, l - 1)].lengths;
  const spread = l > 0 ? outputOf("transposed", l, l - 1) : undefined;
  const below = l + 1 < levels.length ? outputOf("transposed", l + 1, l) : undefined;
  const down = l > 0 ? padded(spread, 1, lower) : (padded(below, 1, lengths) ?? forward);
  const gru = (name: string) =>
    packed(record.get(`proposer.pyramid.levels.${l}.${name}.gru`), extents[l].steps);
  const paddedFeatures = padded(unpack(readTensor(features), lengths), 1, lengths);
  return [
    [`out.pyramid.features.${l}`, paddedFeatures],
    [`out.pyramid.locs.${l}`, { values: positions.flatMap((position) => [position, position + span - 1]) }],
    [
      `out.pyramid.masks.${l}`,
      {
        values: Array.from({ length: batch }, (_, s) =>
          positions.map((position) => Number(position < lengths[s])),
        ).flat(),
      },
    ],
    [`mid.proposer.pyramid.forward_blocks.${l}.rnn_block.gru`, gru("forward")],
    [`mid.proposer.pyramid.forward_blocks.${l}.rnn_block`, forward],
    [`mid.proposer.pyramid.forward_blocks.${l}.0`, forward],
    [`mid.proposer.pyramid.forward_blocks.${l}.1`, up],
    [
      `mid.proposer.pyramid.forward_blocks.${l}.conv_block`,
      padded(transposed(next, [0, 2, 1]), 2, levels[l + 1]?.lengths ?? []),
    ],
    [`mid.proposer.pyramid.backward_blocks.${l}.rnn_block.gru`, gru("backward")],
    [
      `mid.proposer.pyramid.backward_blocks.${l}.rnn_block`,
      padded(outputOf("backward.linear", l, l), 1, lengths),
    ],
    [`mid.proposer.pyramid.backward_blocks.${l}.conv_block`, padded(transposed(spread, [0, 2, 1]), 2, lower)],
    [`mid.proposer.pyramid.backward_blocks.${l}.0`, paddedFeatures],
    [`mid.proposer.pyramid.backward_blocks.${l}.1`, down],
  ];
}

function proposerOutputs({ levels, proposals }: Proposed, record: Recorded, lengths: Lengths): Named[] {
  const scores = record.get("proposer.scorer"); // [features of all levels, 2]
  return [
    ["mid.proposer.anchor_attn", scores && anchors(scores, levels)],
    ["mid.proposer.classifier", inside(record.get("proposer.classifier"), lengths)],
    ...proposalOutputs(["out.proposer", "mid.proposer"], proposals, lengths),
  ];
}

/** [features, 2], level by level, as [batch, positions of all levels, 2] */
function anchors({ values }: StoredTensor, levels: Proposed["levels"]): Output {
  let first = 0;
  const parts = levels.map(({ lengths }) => {
    const rows = offsetsOf(lengths)[lengths.length];
    const levelScores = { shape: [rows, 2], values: values.subarray(2 * first, 2 * (first + rows)) };
    first += rows;
    const longest = Math.max(...lengths);
    return { lengths, longest, values: unpack(levelScores, lengths).values };
  });
  const sentences = [...levels[0].lengths.keys()];
  const exists = sentences.flatMap((s) =>
    parts.flatMap(({ lengths, longest }) =>
      Array.from({ length: longest }, (_, position) => position < lengths[s]),
    ),
  );
  return {
    values: sentences.flatMap((s) =>
      parts.flatMap((part) => [...part.values.subarray(2 * s * part.longest, 2 * (s + 1) * part.longest)]),
    ),
    counts: (index) => exists[index >> 1],
  };
}

function layerOutputs(
  { proposals, attention }: Refinement,
  l: number,
  record: Recorded,
  lengths: Lengths,
): Named[] {
  const layer = `mid.regressor.layers.${l}`;
  const block = `${layer}.attention_block`;
  const output = (name: string) => record.get(`regressor.${l}.${name}`);
  const gaussian = gaussianAt(attention.gaussians, tf.expandDims(attention.inputLocations, 1));
  return [
    ...proposalOutputs([`out.regressor.${l}`, layer], proposals, lengths),
    ...locatorOutputs(`${block}.locator`, output("attention.locator"), gaussian, lengths),
    [`${block}.heads_attn`, inside(output("attention.headScorer"), lengths)],
    [`${block}.0`, inside(output("update.before"), lengths)],
    [`${block}.1`, inside(readTensor(proposals.locations), lengths)],
    [`${layer}.linear_block`, inside(readTensor(proposals.queries), lengths)],
    [`${layer}.classifier`, inside(output("classifier"), lengths)],
  ];
}

function headOutputs({ logClass, spans: scores }: Prediction, record: Recorded, lengths: Lengths): Named[] {
  const classes = inside(readTensor(tf.exp(logClass)), lengths);
  const spans = inside(byEnd(pickedProbabilities(scores), lengths), lengths);
  return [
    ["mid.predictor.classifier", inside(record.get("head.classifier"), lengths)],
    ...locatorOutputs("mid.predictor.locator", record.get("head.locator"), scores, lengths),
    ["mid.predictor.0", classes],
    ["out.predictor.labels_pros", classes],
    ["mid.predictor.1", spans],
    ["out.predictor.locs_pros", spans],
  ];
}

function proposalOutputs(modules: readonly string[], proposals: Proposals, lengths: Lengths): Named[] {
  const { queries, locations, logits } = proposals;
  return modules.flatMap((module) =>
    Object.entries({ queries, queries_locs: locations, queries_logits: logits }).map(
      ([name, tensor]): Named => [`${module}.${name}`, inside(readTensor(tensor), lengths)],
    ),
  );
}

/** Δn and Θ. @param mlp the locator's output, [tokens, 6], or with heads, [tokens, M, 6] */
function locatorOutputs(
  module: string,
  mlp: StoredTensor | undefined,
  { factor }: Gaussian,
  lengths: Lengths,
): Named[] {
  const offsets = mlp && {
    shape: [...mlp.shape.slice(0, -1), 2],
    values: mlp.values.filter((_, index) => index % 6 < 2),
  };
  // Theirs are by head, then by token.
  const byHead = (tensor: StoredTensor | undefined) =>
    tensor?.shape.length === 3
      ? padded(transposed(unpack(tensor, lengths), [0, 2, 1, 3]), 2, lengths)
      : inside(tensor, lengths);
  return [
    [`${module}.0`, byHead(offsets)],
    [`${module}.1`, byHead(readTensor(precision(factor)))],
  ];
}

/** Pads [tokens, ...] to [batch, L, ...]. Only tokens are compared. */
function inside(tensor: StoredTensor | undefined, lengths: Lengths): Output | undefined {
  return tensor && padded(unpack(tensor, lengths), 1, lengths);
}

/** @param axis the axis of tokens or features; axis 0 is the batch */
function padded(tensor: StoredTensor | undefined, axis: number, lengths: Lengths): Output | undefined {
  if (!tensor) return undefined;
  const { shape, values } = tensor;
  const stride = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const sentence = values.length / shape[0];
  return {
    values,
    counts: (index) => Math.floor(index / stride) % shape[axis] < lengths[Math.floor(index / sentence)],
  };
}

function transposed(tensor: StoredTensor | undefined, order: number[]): StoredTensor | undefined {
  return (
    tensor &&
    scoped(() => readTensor(tf.transpose(tf.tensor(tensor.values, [...tensor.shape], "float32"), order)))
  );
}

/**
 * [rows, width] in the order of PyTorch's packed sequences: by step, and in each step the longest sentences first.
 * @param steps the steps of each sentence
 */
function packed(tensor: StoredTensor | undefined, steps: Lengths): Output | undefined {
  if (!tensor) return undefined;
  const width = tensor.shape[1];
  const offsets = offsetsOf(steps);
  const longestFirst = [...steps.keys()].sort((a, b) => steps[b] - steps[a]);
  const rows = Array.from({ length: Math.max(...steps) }, (_, step) =>
    longestFirst
      .filter((s) => step < steps[s])
      .flatMap((s) => {
        const offset = (offsets[s] + step) * width;
        return [...tensor.values.subarray(offset, offset + width)];
      }),
  );
  return { values: rows.flat() };
}

/**
 * Converts [L, L, L] for (proposal, start, end) of each sentence to [tokens, P] for the pairs start ≤ end of the longest sentence,
 * by end, then start.
 */
function byEnd(values: Float32Array, lengths: Lengths): StoredTensor {
  const longest = Math.max(...lengths);
  const pairs = (longest * (longest + 1)) / 2;
  let first = 0;
  const rows = lengths.flatMap((length) =>
    Array.from({ length }, () => {
      const row = new Float32Array(pairs);
      let pair = 0;
      for (let end = 0; end < length; end++) {
        for (let start = 0; start <= end; start++) row[pair++] = values[first + start * length + end];
      }
      first += length ** 2;
      return [...row];
    }),
  );
  return { shape: [rows.length, pairs], values: Float32Array.from(rows.flat()) };
}
