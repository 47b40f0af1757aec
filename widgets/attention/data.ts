import type { Entity } from "../../src/corpus/types";
import type { LayerTrace, Trace, TracedEntity } from "../../src/model/trace-types";
import { float32From, halfFrom, toBase64, toHalf } from "../shared/arrays";

/** What is looked at. Layers and heads count from 1; a proposal has the number of its token, from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number | "mean";
  readonly proposal: number;
}

/** A trace as far as the attention widget shows it. */
export interface AttentionModel {
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly predicted: readonly TracedEntity[];
  readonly layers: readonly Omit<LayerTrace, "weights">[];
  /** [L, 2] per state: before the first layer, then after each. */
  readonly locations: readonly Float32Array[];
}

/** The same as JSON. Scores are sent at half precision; the weights are left out, for they follow from the scores. */
export interface PackedAttention extends Omit<AttentionModel, "layers" | "locations"> {
  readonly layers: readonly ({ readonly heads: number } & Readonly<Record<ArrayName, string>>)[];
  readonly locations: readonly string[];
  readonly selection: Selection;
}

type ArrayName = "content" | "logPrior" | "center" | "precision" | "headWeights";

export function packAttention(trace: Trace, selection: Selection): PackedAttention {
  const { tokens, gold, predicted } = trace;
  const layers = trace.layers.map((layer) => ({
    heads: layer.heads,
    content: toBase64(toHalf(layer.content)),
    logPrior: toBase64(toHalf(layer.logPrior)),
    center: toBase64(layer.center),
    precision: toBase64(layer.precision),
    headWeights: toBase64(layer.headWeights),
  }));
  const locations = trace.states.map((state) => toBase64(state.locations));
  return { tokens, gold, predicted, layers, locations, selection };
}

/** Runs in browsers too. */
export function unpackAttention({
  tokens,
  gold,
  predicted,
  layers,
  locations,
}: PackedAttention): AttentionModel {
  return {
    tokens,
    gold,
    predicted,
    layers: layers.map((layer) => ({
      heads: layer.heads,
      content: halfFrom(layer.content),
      logPrior: halfFrom(layer.logPrior),
      center: float32From(layer.center),
      precision: float32From(layer.precision),
      headWeights: float32From(layer.headWeights),
    })),
    locations: locations.map(float32From),
  };
}

/** What the four linked views show of one proposal, per token. */
export interface AttentionRow {
  readonly content: Float64Array;
  readonly logPrior: Float64Array;
  /** content + logPrior */
  readonly sum: Float64Array;
  /** Softmax of the sum; for the mean of the heads, the mean of their weights. They add up to 1. */
  readonly weights: Float64Array;
}

export function attentionRow(model: AttentionModel, selection: Selection): AttentionRow {
  const layer = model.layers[selection.layer - 1];
  const heads = headsOf(layer.heads, selection.head);
  const rows = heads.map((head) => headRow(layer, model.tokens.length, head, selection.proposal));
  const mean = (part: keyof AttentionRow): Float64Array =>
    Float64Array.from(
      model.tokens,
      (_, token) => rows.reduce((sum, row) => sum + row[part][token], 0) / rows.length,
    );
  const content = mean("content");
  const logPrior = mean("logPrior");
  return {
    content,
    logPrior,
    sum: content.map((score, token) => score + logPrior[token]),
    weights: mean("weights"),
  };
}

/** Places, from 0, of the heads that are meant. */
export function headsOf(heads: number, head: Selection["head"]): number[] {
  return head === "mean" ? Array.from({ length: heads }, (_, place) => place) : [head - 1];
}

function headRow(
  layer: AttentionModel["layers"][number],
  length: number,
  head: number,
  proposal: number,
): AttentionRow {
  const from = (head * length + proposal) * length;
  const content = Float64Array.from(layer.content.subarray(from, from + length));
  const logPrior = Float64Array.from(layer.logPrior.subarray(from, from + length));
  const sum = content.map((score, token) => score + logPrior[token]);
  return { content, logPrior, sum, weights: softmax(sum) };
}

function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/**
 * The selection with what the caller left open filled in: the last layer, the mean of its heads, and the proposal of
 * the most probable entity.
 * @throws RangeError for a layer, head or proposal that the trace does not have.
 */
export function select(trace: Trace, wanted: Partial<Selection> = {}): Selection {
  const likeliest = trace.predicted.toSorted((a, b) => b.probability - a.probability)[0];
  const selection: Selection = {
    layer: wanted.layer ?? trace.layers.length,
    head: wanted.head ?? "mean",
    proposal: wanted.proposal ?? likeliest?.proposal ?? 0,
  };
  within("layer", selection.layer, 1, trace.layers.length);
  if (selection.head !== "mean") within("head", selection.head, 1, trace.layers[selection.layer - 1].heads);
  within("proposal", selection.proposal, 0, trace.tokens.length - 1);
  return selection;
}

function within(what: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`${what} ${value} does not exist: this trace has ${what}s ${from} to ${to}`);
}
