import type { Entity } from "../../src/corpus/types";
import type { Trace, TracedEntity } from "../../src/detector/trace-types";
import { float32From, halfFrom, toBase64, toHalf } from "../shared/arrays";

/** One layer's attention over L tokens, M heads. Heads count from 0 here. */
export interface AttentionLayer {
  readonly heads: number;
  /** [L, L] scaled dot products of one head, proposal by token, at half precision. */
  content(head: number): Float32Array;
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
 * scores. Content scores are sent at half precision, the rest at full.
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
  /** A text per head, so that only those that are looked at are unpacked. */
  readonly content: readonly string[];
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
  const square = tokens.length ** 2;
  return {
    name,
    prior,
    predicted,
    layers: layers.map(({ heads, content, center, precision, headWeights }) => ({
      content: Array.from({ length: heads }, (_, head) =>
        toBase64(toHalf(content.subarray(head * square, (head + 1) * square))),
      ),
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
    layers: layers.map(unpackLayer),
    locations: locations.map(float32From),
  }));
}

function unpackLayer({ content, center, precision, headWeights }: PackedLayer): AttentionLayer {
  const unpacked: Float32Array[] = [];
  return {
    heads: content.length,
    content: (head) => {
      unpacked[head] ??= halfFrom(content[head]);
      return unpacked[head];
    },
    center: float32From(center),
    precision: float32From(precision),
    headWeights: float32From(headWeights),
  };
}
