import { lengthGroup, lengthGroups } from "../corpus/spans";
import type { Entity } from "../corpus/types";
import type { LayerTrace, Trace } from "../detector/trace-types";

/** A row of a table of means over traces. What `showTable` takes. */
export type TraceRow = Readonly<Record<string, string | number>>;

/** Adds up numbers by name, for their means. */
class Means<Name extends string> {
  private readonly sums = new Map<Name, number>();
  count = 0;

  add(values: Readonly<Record<Name, number>>): void {
    for (const [name, value] of Object.entries(values) as [Name, number][])
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    this.count++;
  }

  get means(): Record<string, number> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.count]));
  }
}

function meansOf<Name extends string>(groups: Map<string, Means<Name>>, key: string): Means<Name> {
  const found = groups.get(key) ?? new Means<Name>();
  groups.set(key, found);
  return found;
}

/**
 * How far proposals are from what they come to: a row an entity length, of right predictions alone. Each state's column is
 * the mean of |start − predicted start| + |end − predicted end|, in tokens; `n` counts the predictions.
 */
export function approachRows(traces: readonly Trace[]): TraceRow[] {
  const groups = new Map<string, Means<string>>();
  for (const { predicted, states, gold } of traces) {
    for (const entity of predicted.filter((one) => gold.some((other) => same(one, other)))) {
      const away = states.map(({ locations }, at) => {
        const [start, end] = locations.subarray(2 * entity.proposal);
        const distance = Math.abs(start - entity.start) + Math.abs(end - (entity.end - 1));
        return [at ? `layer ${at}` : "proposer", distance] as const;
      });
      meansOf(groups, lengthGroup(entity)).add(Object.fromEntries(away));
    }
  }
  return lengthGroups.flatMap((length) => {
    const found = groups.get(length);
    return found ? [{ "entity length": length, n: found.count, ...found.means }] : [];
  });
}

/**
 * What each head of each layer looks at: where the center of its prior lies from the proposal's own start and end, in
 * tokens, and the entropy of its attention, in nats; means over all proposals.
 */
export function headRows(traces: readonly Trace[]): TraceRow[] {
  const groups = new Map<string, Means<"center − start" | "center − end" | "entropy, nats">>();
  for (const { layers, states, tokens } of traces) {
    for (const [at, { heads, center, weights }] of layers.entries()) {
      const { locations } = states[at];
      for (let head = 0; head < heads; head++) {
        const means = meansOf(groups, `layer ${at + 1}, head ${head + 1}`);
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
  return [...groups].map(([attention, found]) => ({ attention, ...found.means }));
}

/**
 * How spread attention is: a row a layer, a column a set of traces, in nats. A sentence counts once, with the mean of its
 * heads and proposals.
 */
export function entropyRows(sets: Readonly<Record<string, readonly Trace[]>>): TraceRow[] {
  const groups = new Map<string, Map<string, Means<"entropy">>>();
  for (const [name, traces] of Object.entries(sets)) {
    for (const { layers, tokens } of traces) {
      for (const [at, layer] of layers.entries()) {
        const key = `layer ${at + 1}`;
        const columns = groups.get(key) ?? new Map<string, Means<"entropy">>();
        groups.set(key, columns);
        meansOf(columns, name).add({ entropy: layerEntropy(layer, tokens.length) });
      }
    }
  }
  return [...groups].map(([layer, columns]) => ({
    layer,
    ...Object.fromEntries([...columns].map(([name, { means }]) => [name, means.entropy])),
  }));
}

/** Mean over heads and proposals, in nats. */
function layerEntropy({ weights, heads }: LayerTrace, tokens: number): number {
  return entropy(weights) / (heads * tokens);
}

/** −Σ w log w, in nats. */
function entropy(weights: Float32Array): number {
  return -weights.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight) : 0), 0);
}

function same(one: Entity, other: Entity): boolean {
  return one.start === other.start && one.end === other.end && one.type === other.type;
}
