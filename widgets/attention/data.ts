import type { Entity } from "../../src/corpus/types";
import type { Trace, TracedEntity } from "../../src/detector/trace-types";
import { float32From, toBase64 } from "../shared/arrays";
import { type PackedScores, packScores, unpackScores } from "./scores";

/** One layer's attention over L tokens, M heads. Heads count from 0 here. */
export interface AttentionLayer {
  readonly heads: number;
  /** [L] content scores of one proposal in one head, token by token, as exactly as they travel. */
  content(head: number, proposal: number): Float32Array;
  /** [M, L, 2] μ */
  readonly center: Float32Array;
  /** [M, L, 3] Θ, which is symmetric: its corners for start and end, and between them what both share. */
  readonly precision: Float32Array;
  /** [L, M, 2] weight of each head in the new start and end (Eq. 15). */
  readonly headWeights: Float32Array;
}

/** A trace as far as the attention widget shows it. */
export interface AttentionModel {
  /** Tells it apart from the one beside it. */
  readonly name: string;
  readonly prior: Trace["prior"];
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly predicted: readonly TracedEntity[];
  readonly layers: readonly AttentionLayer[];
  /** [L, 2] per state: before the first layer, then after each. */
  readonly locations: readonly Float32Array[];
}

/** One trace, or two of the same sentence. */
export type AttentionData = readonly AttentionModel[];

/**
 * The same as JSON. What follows from the rest is left out: log G from Θ, μ and the locations, the weights from the
 * scores. Content scores are sent as {@link PackedScores} has it, the rest at full precision.
 */
export interface PackedAttention {
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly traces: readonly PackedTrace[];
}

interface PackedTrace extends Pick<AttentionModel, "name" | "prior" | "predicted"> {
  readonly layers: readonly PackedLayer[];
  readonly locations: readonly string[];
}

interface PackedLayer {
  /** A head each, so that only those that are looked at are unpacked. */
  readonly content: readonly PackedScores[];
  readonly center: string;
  readonly precision: string;
  readonly headWeights: string;
}

/** @param traces of the same sentence, each with its name */
export function packAttention(traces: readonly (readonly [name: string, trace: Trace])[]): PackedAttention {
  const [[, { tokens, gold }]] = traces;
  return { tokens, gold, traces: traces.map(([name, trace]) => packTrace(name, trace)) };
}

function packTrace(name: string, { tokens, prior, predicted, layers, states }: Trace): PackedTrace {
  return {
    name,
    prior,
    predicted,
    layers: layers.map(({ heads, queries, keys, content, center, precision, headWeights }) => ({
      content: Array.from({ length: heads }, (_, head) => {
        const own = (part: Float32Array): Float32Array =>
          part.subarray((head * part.length) / heads, ((head + 1) * part.length) / heads);
        return packScores({ queries: own(queries), keys: own(keys), content: own(content) }, tokens.length);
      }),
      center: toBase64(center),
      precision: toBase64(precision.filter((_, place) => place % 4 !== 2)),
      headWeights: toBase64(headWeights),
    })),
    locations: states.map((state) => toBase64(state.locations)),
  };
}

/** Runs in browsers too. */
export function unpackAttention({ tokens, gold, traces }: PackedAttention): AttentionData {
  return traces.map(({ name, prior, predicted, layers, locations }) => ({
    name,
    prior,
    tokens,
    gold,
    predicted,
    layers: layers.map((layer) => unpackLayer(layer, tokens.length)),
    locations: locations.map(float32From),
  }));
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
