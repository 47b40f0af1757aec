import type { Entity } from "../../src/corpus/types";
import type { Trace, TracedEntity } from "../../src/detector/trace-types";
import { alignTokens } from "../sentence/edit";
import { float32From, toBase64 } from "../shared/arrays";
import { type PackedScores, packScores, unpackScores } from "./packed-scores";

/** The attention of one layer over L tokens with M heads. Heads count from 0 here. */
export interface AttentionLayer {
  readonly heads: number;
  /** [L] content scores of a proposal in a head, at the precision of {@link PackedScores} */
  content(head: number, proposal: number): Float32Array;
  /** [M, L, 2] μ */
  readonly center: Float32Array;
  /** [M, L, 3] the symmetric Θ: start–start, start–end, end–end */
  readonly precision: Float32Array;
  /** [L, M, 2] weight of each head in the new start and end (Eq. 15) */
  readonly headWeights: Float32Array;
}

/** The part of a trace that the attention widget shows. */
export interface AttentionModel {
  /** Distinguishes the two traces. */
  readonly name: string;
  readonly prior: Trace["prior"];
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly predicted: readonly TracedEntity[];
  readonly layers: readonly AttentionLayer[];
  /** [L, 2] per state: before the first layer, then after each layer. */
  readonly locations: readonly Float32Array[];
  /** The scale of content scores, log priors and their sums: the same for all layers, heads, proposals and traces. */
  readonly scores: ScoreRange;
  /** The sentence before the reader edited it. */
  readonly original?: Original;
}

/** The original of an edited sentence. */
export interface Original {
  readonly model: AttentionModel;
  /** The original's token for each token of the edited sentence; null for an inserted one. */
  readonly tokenOf: readonly (number | null)[];
}

/** The lowest and the highest score of a scale that contains 0. */
export type ScoreRange = readonly [low: number, high: number];

/** One trace, or two traces of the same sentence. */
export type AttentionData = readonly AttentionModel[];

/**
 * The same as JSON, without what can be computed: log G follows from Θ, μ and the locations, the weights from the scores. Everything
 * but the content scores has full precision.
 */
export interface PackedAttention {
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly scores: ScoreRange;
  readonly traces: readonly PackedTrace[];
  readonly original?: PackedAttention;
}

interface PackedTrace extends Pick<AttentionModel, "name" | "prior" | "predicted"> {
  readonly layers: readonly PackedLayer[];
  readonly locations: readonly string[];
}

interface PackedLayer {
  /** One per head, so that a head is unpacked only when it is shown. */
  readonly content: readonly PackedScores[];
  readonly center: string;
  readonly precision: string;
  readonly headWeights: string;
}

/**
 * @param traces of the same sentence, each with its name
 * @param original of an edited sentence
 */
export function packAttention(
  traces: readonly (readonly [name: string, trace: Trace])[],
  original?: Trace,
): PackedAttention {
  const [[, { tokens, gold }]] = traces;
  const scores = scoreRange([...traces.map(([, trace]) => trace), ...(original ? [original] : [])]);
  return {
    tokens,
    gold,
    scores,
    traces: traces.map(([name, trace]) => packTrace(name, trace)),
    ...(original && { original: { ...packAttention([["original", original]]), scores } }),
  };
}

/** Scores this far below the highest get less than a millionth of the weight. */
const deepest = 15;
/** Content scores beyond ± this are cut off, so that a single one does not flatten all others. */
const mostContent = 30;

/** All content scores, and the log priors that matter to a softmax. */
function scoreRange(traces: readonly Trace[]): ScoreRange {
  let [low, high, lowestPrior] = [0, 1, 0];
  for (const { content, logPrior } of traces.flatMap(({ layers }) => layers)) {
    for (const score of content) {
      if (score < low) low = score;
      if (score > high) high = score;
    }
    for (const score of logPrior) if (score < lowestPrior) lowestPrior = score;
  }
  const least = Math.min(low, Math.max(lowestPrior, -deepest));
  return [Math.floor(Math.max(-mostContent, least)), Math.ceil(Math.min(mostContent, high))];
}

function packTrace(name: string, { tokens, prior, predicted, layers, states }: Trace): PackedTrace {
  return {
    name,
    prior,
    predicted,
    layers: layers.map(({ heads, queries, keys, content, center, precision, headWeights }) => ({
      content: Array.from({ length: heads }, (_, head) => {
        const ofHead = (values: Float32Array): Float32Array =>
          values.subarray((head * values.length) / heads, ((head + 1) * values.length) / heads);
        const scores = { queries: ofHead(queries), keys: ofHead(keys), content: ofHead(content) };
        return packScores(scores, tokens.length);
      }),
      center: toBase64(center),
      precision: toBase64(precision.filter((_, i) => i % 4 !== 2)),
      headWeights: toBase64(headWeights),
    })),
    locations: states.map((state) => toBase64(state.locations)),
  };
}

export function unpackAttention({ tokens, gold, scores, traces, original }: PackedAttention): AttentionData {
  return traces.map(({ name, prior, predicted, layers, locations }) => ({
    name,
    prior,
    tokens,
    gold,
    predicted,
    layers: layers.map((layer) => unpackLayer(layer, tokens.length)),
    locations: locations.map(float32From),
    scores,
    ...(original && { original: originalOf(unpackAttention(original)[0], tokens) }),
  }));
}

function originalOf(model: AttentionModel, tokens: readonly string[]): Original {
  const tokenOf: (number | null)[] = tokens.map(() => null);
  for (const { before, after } of alignTokens(model.tokens, tokens))
    if (after !== null) tokenOf[after] = before;
  return { model, tokenOf };
}

function unpackLayer(
  { content, center, precision, headWeights }: PackedLayer,
  length: number,
): AttentionLayer {
  const unpacked: ((proposal: number) => Float32Array)[] = [];
  return {
    heads: content.length,
    content: (head, proposal) => {
      unpacked[head] ??= unpackScores(content[head], length);
      return unpacked[head](proposal);
    },
    center: float32From(center),
    precision: float32From(precision),
    headWeights: float32From(headWeights),
  };
}
