import { type LengthGroup, lengthGroup } from "../corpus/spans";
import type { Trace, TracedEntity } from "../detector/trace-types";
import { type BootstrapOptions, bootstrapSettings, bootstrapSums } from "./resample";
import type { Interval } from "./score-types";
import { sumByUnit, type TestUnits, unitsOf } from "./units";

/** Where attention falls, relative to the predicted span: mean weights, which sum to 1. A one-token span is all start. */
export interface AttentionShares {
  readonly left: number;
  readonly start: number;
  readonly inside: number;
  readonly end: number;
  readonly right: number;
}

/** Where a head looks: means over the proposals of predicted entities. */
export interface HeadSummary {
  /** Both count from 1. */
  readonly layer: number;
  readonly head: number;
  readonly shares: AttentionShares;
  /** Mean distance of the attended proposals from the span, in tokens; 0 inside. */
  readonly distance: number;
  /** Share of the weight that the prior moves: half the sum of |weights − Softmax(content)|. */
  readonly movedByPrior: number;
  /** Bootstrap intervals of these means; null if no draw has entities. */
  readonly intervals: Readonly<Record<HeadMean, Interval | null>>;
}

/** The names of a head's means. */
export type HeadMean = keyof AttentionShares | "distance" | "movedByPrior";

/** Where all heads look. */
export interface AttentionSummary {
  /** Entities whose proposals count. */
  readonly entities: number;
  /** By layer, then by head; empty without entities. */
  readonly heads: readonly HeadSummary[];
  readonly bootstrap: Required<BootstrapOptions> & { readonly units: TestUnits["name"] };
}

/** Which predicted entities count; all conditions must hold. */
export interface AttentionFilter {
  readonly type?: string;
  readonly length?: LengthGroup;
  readonly entity?: (entity: TracedEntity, trace: Trace) => boolean;
}

export interface AttentionSummaryOptions extends AttentionFilter, BootstrapOptions {
  /** Number of the document of each trace, if known. */
  readonly documents?: readonly number[];
}

const regions = ["left", "start", "inside", "end", "right"] as const;
const headMeans: readonly HeadMean[] = [...regions, "distance", "movedByPrior"];

/**
 * Where each head looks relative to the entities that the proposals become. The traces must be of one model. Intervals come from a
 * bootstrap over documents, or over sentences if there are fewer than 20 documents or they are unknown.
 * @throws RangeError if the traces differ in their layers or heads, or an option of the bootstrap is out of range
 */
export function attentionSummary(
  traces: readonly Trace[],
  { documents, seed, resamples, level, ...filter }: AttentionSummaryOptions = {},
): AttentionSummary {
  const shape = (trace: Trace): string => trace.layers.map(({ heads }) => heads).join(" ");
  if (new Set(traces.map(shape)).size > 1)
    throw new RangeError("traces: they are of models of different shapes");
  const settings = bootstrapSettings({ seed, resamples, level });
  const units = unitsOf({ documents, sentences: traces.length });
  const bootstrap = { ...settings, units: units.name };
  const rows = traces.map((trace) => sumsOf(trace, filter));
  const entities = rows.reduce((sum, [count]) => sum + count, 0);
  if (!entities) return { entities, heads: [], bootstrap };
  const total = rows.reduce((sums, row) => sums.map((sum, column) => sum + row[column]));
  const means = meansOf(total);
  const intervals = bootstrapSums(sumByUnit(rows, units), meansOf, settings);
  const heads = traces[0].layers.flatMap(({ heads: count }, layer) =>
    Array.from({ length: count }, (_, head) => ({ layer: layer + 1, head: head + 1 })),
  );
  const recordOf = <T>(values: readonly T[], head: number): Record<HeadMean, T> =>
    Object.fromEntries(
      headMeans.map((name, mean) => [name, values[head * headMeans.length + mean]]),
    ) as Record<HeadMean, T>;
  return {
    entities,
    heads: heads.map((head, index): HeadSummary => {
      const { distance, movedByPrior, ...shares } = recordOf(means, index);
      return { ...head, shares, distance, movedByPrior, intervals: recordOf(intervals, index) };
    }),
    bootstrap,
  };
}

/** The number of a trace's entities, then the sum of each mean of each head over them. */
function sumsOf(trace: Trace, filter: AttentionFilter): number[] {
  const entities = trace.predicted.filter((entity) => passes(entity, trace, filter));
  const sums = trace.layers.flatMap(({ heads }, layer) =>
    Array.from({ length: heads }, (_, head) => {
      const ofHead: Record<HeadMean, number> = {
        ...{ left: 0, start: 0, inside: 0, end: 0, right: 0 },
        ...{ distance: 0, movedByPrior: 0 },
      };
      for (const entity of entities) {
        const { weights, content } = rowsOf(trace, layer, head, entity.proposal);
        const unmodulated = softmax(content);
        for (const [token, weight] of weights.entries()) {
          ofHead[regionOf(token, entity)] += weight;
          ofHead.distance += weight * Math.max(0, entity.start - token, token - entity.end + 1);
          ofHead.movedByPrior += Math.abs(weight - unmodulated[token]) / 2;
        }
      }
      return headMeans.map((mean) => ofHead[mean]);
    }),
  );
  return [entities.length, ...sums.flat()];
}

/** The means of all heads; NaN without entities. */
function meansOf(sums: ArrayLike<number>): number[] {
  return Array.from({ length: sums.length - 1 }, (_, index) => sums[index + 1] / sums[0]);
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
 * verb. Each head is searched separately.
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
