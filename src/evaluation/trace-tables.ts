import { lengthGroup, lengthGroups } from "../corpus/spans";
import type { Entity } from "../corpus/types";
import type { Trace } from "../detector/trace-types";

/** A row of means over traces, for `showTable`. */
export type TraceRow = Readonly<Record<string, string | number>>;

/** Means of named numbers. */
class Means {
  private readonly sums = new Map<string, number>();
  count = 0;

  add(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values))
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    this.count++;
  }

  get means(): Record<string, number> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.count]));
  }
}

/** The group's means, which are added to the map if they are not there. */
function meansOf(groups: Map<string, Means>, group: string): Means {
  const means = groups.get(group) ?? new Means();
  groups.set(group, means);
  return means;
}

/**
 * How far proposals are from the entities that they become: a row per entity length, over correct predictions. The column of
 * each state has the mean of |start − predicted start| + |end − predicted end|, in tokens; `n` counts the predictions.
 */
export function approachRows(traces: readonly Trace[]): TraceRow[] {
  const groups = new Map<string, Means>();
  for (const { predicted, states, gold } of traces) {
    for (const entity of predicted.filter((prediction) => gold.some(sameEntity(prediction)))) {
      const distances = states.map(({ locations }, layer) => {
        const [start, end] = locations.subarray(2 * entity.proposal);
        const distance = Math.abs(start - entity.start) + Math.abs(end - (entity.end - 1));
        return [layer ? `layer ${layer}` : "proposer", distance] as const;
      });
      meansOf(groups, lengthGroup(entity)).add(Object.fromEntries(distances));
    }
  }
  return lengthGroups.flatMap((length) => {
    const group = groups.get(length);
    return group ? [{ "entity length": length, n: group.count, ...group.means }] : [];
  });
}

/**
 * The attention of each head of each layer: the center of its prior relative to the proposal's own start and end, in tokens, and
 * the entropy of its attention, in nats. Means over all proposals.
 */
export function headRows(traces: readonly Trace[]): TraceRow[] {
  const groups = new Map<string, Means>();
  for (const { layers, states, tokens } of traces) {
    for (const [layer, { heads, center, weights }] of layers.entries()) {
      const { locations } = states[layer];
      for (let head = 0; head < heads; head++) {
        const means = meansOf(groups, `layer ${layer + 1}, head ${head + 1}`);
        for (let proposal = 0; proposal < tokens.length; proposal++) {
          const row = head * tokens.length + proposal;
          means.add({
            "center − start": center[2 * row] - locations[2 * proposal],
            "center − end": center[2 * row + 1] - locations[2 * proposal + 1],
            "entropy, nats": entropy(weights.subarray(row * tokens.length, (row + 1) * tokens.length)),
          });
        }
      }
    }
  }
  return [...groups].map(([attention, { means }]) => ({ attention, ...means }));
}

/**
 * Entropy of attention in nats: a row per layer, a column per set of traces. Means over sentences, each with the mean of its heads
 * and proposals.
 */
export function entropyRows(sets: Readonly<Record<string, readonly Trace[]>>): TraceRow[] {
  const rows: Record<string, number>[] = [];
  for (const [name, traces] of Object.entries(sets)) {
    const layers = new Map<string, Means>();
    for (const trace of traces) {
      for (const [layer, { weights, heads }] of trace.layers.entries())
        meansOf(layers, String(layer)).add({ [name]: entropy(weights) / (heads * trace.tokens.length) });
    }
    for (const [layer, { means }] of layers) rows[Number(layer)] = { ...rows[Number(layer)], ...means };
  }
  return rows.map((row, layer) => ({ layer: `layer ${layer + 1}`, ...row }));
}

/** −Σ w log w, in nats. */
export function entropy(weights: Float32Array): number {
  return -weights.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight) : 0), 0);
}

/** Whether another entity has the same start, end and type. */
export function sameEntity(one: Entity): (other: Entity) => boolean {
  return (other) => one.start === other.start && one.end === other.end && one.type === other.type;
}
