import { type LengthGroup, lengthGroup } from "../corpus/spans";
import type { Trace, TracedEntity } from "../detector/trace-types";

/** Where attention falls, relative to the predicted span: mean weights, which sum to 1. A one-token span is all start. */
export interface AttentionShares {
  readonly left: number;
  readonly start: number;
  readonly inside: number;
  readonly end: number;
  readonly right: number;
}

/** What a head looks at, as means over the proposals of predicted entities. */
export interface HeadSummary {
  /** Both count from 1. */
  readonly layer: number;
  readonly head: number;
  readonly shares: AttentionShares;
  /** Mean distance of the attended proposals from the span, in tokens; 0 inside. */
  readonly distance: number;
  /** Share of the weight that the prior moves: half the sum of |weights − Softmax(content)|. */
  readonly movedByPrior: number;
}

/** What all heads look at. */
export interface AttentionSummary {
  /** Entities whose proposals count. */
  readonly entities: number;
  /** By layer, then by head; empty without entities. */
  readonly heads: readonly HeadSummary[];
}

/** Which predicted entities count; all conditions must hold. */
export interface AttentionFilter {
  readonly type?: string;
  readonly length?: LengthGroup;
  readonly entity?: (entity: TracedEntity, trace: Trace) => boolean;
}

const regions = ["left", "start", "inside", "end", "right"] as const;

/**
 * Where each head looks relative to the entities that the proposals become. The traces must be of one model.
 * @throws RangeError if the traces differ in their layers or heads
 */
export function attentionSummary(traces: readonly Trace[], filter: AttentionFilter = {}): AttentionSummary {
  const shape = (trace: Trace): string => trace.layers.map(({ heads }) => heads).join(" ");
  if (new Set(traces.map(shape)).size > 1)
    throw new RangeError("traces: they are of models of different shapes");
  const proposals = traces.flatMap((trace) =>
    trace.predicted.filter((entity) => passes(entity, trace, filter)).map((entity) => ({ trace, entity })),
  );
  if (!proposals.length) return { entities: 0, heads: [] };
  const [{ layers }] = traces;
  const heads = layers.flatMap(({ heads: count }, layer) =>
    Array.from({ length: count }, (_, head): HeadSummary => {
      const sums = { left: 0, start: 0, inside: 0, end: 0, right: 0 };
      let [distance, moved] = [0, 0];
      for (const { trace, entity } of proposals) {
        const { weights, content } = rowsOf(trace, layer, head, entity.proposal);
        const unmodulated = softmax(content);
        for (const [token, weight] of weights.entries()) {
          sums[regionOf(token, entity)] += weight;
          distance += weight * Math.max(0, entity.start - token, token - entity.end + 1);
          moved += Math.abs(weight - unmodulated[token]) / 2;
        }
      }
      const mean = (sum: number): number => sum / proposals.length;
      const shares = Object.fromEntries(regions.map((region) => [region, mean(sums[region])]));
      return {
        ...{ layer: layer + 1, head: head + 1, shares: shares as Record<(typeof regions)[number], number> },
        ...{ distance: mean(distance), movedByPrior: mean(moved) },
      };
    }),
  );
  return { entities: proposals.length, heads };
}

/** A proposal whose attention falls on certain tokens. */
export interface AttentionFinding {
  /** Index of the trace. */
  readonly trace: number;
  /** Both count from 1. */
  readonly layer: number;
  readonly head: number;
  readonly entity: TracedEntity;
  /** Weight on all these tokens together. */
  readonly weight: number;
}

/**
 * Searches for proposals of predicted entities whose attention falls on certain tokens, such as names of genes that attend to a
 * verb. Heads count one by one.
 * @param isTarget whether a token counts; gets the index of its trace, for tags that the trace does not have
 * @param least weight on these tokens together, from 0 to 1. Default 0.5
 * @returns the findings with the highest weight first
 */
export function searchAttention(
  traces: readonly Trace[],
  isTarget: (token: number, trace: number) => boolean,
  { least = 0.5, ...filter }: AttentionFilter & { readonly least?: number } = {},
): AttentionFinding[] {
  const findings = traces.flatMap((trace, index) => {
    const targets = trace.tokens.flatMap((_, token) => (isTarget(token, index) ? [token] : []));
    return trace.predicted
      .filter((entity) => passes(entity, trace, filter))
      .flatMap((entity) =>
        trace.layers.flatMap(({ heads }, layer) =>
          Array.from({ length: heads }, (_, head): AttentionFinding => {
            const { weights } = rowsOf(trace, layer, head, entity.proposal);
            const weight = targets.reduce((sum, token) => sum + weights[token], 0);
            return { trace: index, layer: layer + 1, head: head + 1, entity, weight };
          }),
        ),
      );
  });
  return findings.filter(({ weight }) => weight >= least).sort((one, other) => other.weight - one.weight);
}

function passes(
  entity: TracedEntity,
  trace: Trace,
  { type, length, entity: counts }: AttentionFilter,
): boolean {
  if (type !== undefined && entity.type !== type) return false;
  if (length !== undefined && lengthGroup(entity) !== length) return false;
  return counts ? counts(entity, trace) : true;
}

/** A proposal's weights and content scores in a head, over all proposals. */
function rowsOf(
  { layers, tokens }: Trace,
  layer: number,
  head: number,
  proposal: number,
): { readonly weights: Float32Array; readonly content: Float32Array } {
  const first = (head * tokens.length + proposal) * tokens.length;
  const row = (values: Float32Array): Float32Array => values.subarray(first, first + tokens.length);
  return { weights: row(layers[layer].weights), content: row(layers[layer].content) };
}

function softmax(scores: Float32Array): number[] {
  const highest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function regionOf(token: number, { start, end }: TracedEntity): (typeof regions)[number] {
  if (token < start) return "left";
  if (token >= end) return "right";
  if (token === start) return "start";
  return token === end - 1 ? "end" : "inside";
}
