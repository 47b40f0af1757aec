import type { Entity } from "../../src/corpus/types";
import type { Trace, TracedEntity } from "../../src/model/trace-types";

/** A predicted entity and how its proposal came to it. */
export interface Path extends TracedEntity {
  /** Same span and type as a gold entity. */
  readonly right: boolean;
  /** Where the proposal was: [start, end], end inclusive, from the proposer to the last regressor layer. */
  readonly locations: readonly (readonly [number, number])[];
}

/** What the trajectories widget shows. */
export interface Trajectories {
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  readonly paths: readonly Path[];
  /** Gold entities that no prediction matches. */
  readonly missed: readonly Entity[];
  /** What computed each of a path's locations: "proposer", "layer 1", … */
  readonly stages: readonly string[];
}

export interface TrajectoryOptions {
  /** How many of a proposal's states are shown, counted back from the last layer; all by default. */
  readonly states?: number;
}

/** Everything in the order of the sentence. */
export function trajectories(
  trace: Trace,
  { states = trace.states.length }: TrajectoryOptions = {},
): Trajectories {
  const { tokens, gold } = trace;
  const shown = states > 0 ? trace.states.slice(-states) : [];
  const paths = trace.predicted.map((entity) => ({
    ...entity,
    right: gold.some((other) => same(entity, other)),
    locations: shown.map(
      ({ locations }) => [locations[2 * entity.proposal], locations[2 * entity.proposal + 1]] as const,
    ),
  }));
  const missed = gold.filter((entity) => !trace.predicted.some((other) => same(entity, other)));
  const stages = trace.states.map((_, layer) => (layer ? `layer ${layer}` : "proposer"));
  return {
    tokens,
    gold,
    paths: paths.sort(inOrder),
    missed: missed.sort(inOrder),
    stages: stages.slice(stages.length - shown.length),
  };
}

/**
 * One line an entity in the manner of Table 8: the prediction, then the last regressor layer's location back to the
 * proposer's. Positions count from 0, the end is inclusive. Gold entities that were missed come last.
 */
export function trajectoryLines({ paths, missed }: Trajectories): string[] {
  const lines = paths.map(({ right, locations, ...entity }) => {
    const states = locations.toReversed().map(([start, end]) => `(${start.toFixed(2)}, ${end.toFixed(2)})`);
    return [`${right ? "✓" : "✗"} ${span(entity)}`, ...states].join(" ← ");
  });
  return [...lines, ...missed.map((entity) => `– ${span(entity)} missed`)];
}

export function span({ start, end, type }: Entity): string {
  return `(${start}, ${end - 1}, ${type})`;
}

function same(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type;
}

function inOrder(a: Entity, b: Entity): number {
  return a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : Number(a.type > b.type));
}
