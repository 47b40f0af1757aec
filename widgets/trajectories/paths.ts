import type { Entity } from "../../src/corpus/types";
import type { Trace } from "../../src/detector/trace-types";
import { type SentenceEntity, sentenceEntities } from "../sentence/entities";

/** [start, end] in token positions, the end inclusive. */
export type Location = readonly [number, number];

/** The way of one proposal through the model. */
export interface Path {
  /** The token whose proposal it is. */
  readonly proposal: number;
  /** p^c(type) · p^n(span) that the head gives the entity. */
  readonly probability: number;
  /** Where each of the shown states puts it. */
  readonly locations: readonly Location[];
  /** Class probabilities in each of the shown states, then in the head; the last class is None. */
  readonly classes: readonly (readonly number[])[];
}

/** What the trajectories widget shows, as JSON. */
export interface Trajectories {
  readonly tokens: readonly string[];
  /** Absent where nobody knows them, so that predictions cannot be judged. */
  readonly gold?: readonly Entity[];
  readonly predicted: readonly (Entity & { readonly probability: number })[];
  readonly types: readonly string[];
  /** What computed each of a path's locations: "proposer", "layer 1", … */
  readonly stages: readonly string[];
  /**
   * By the entity's id: of a predicted entity, the path of its proposal; of a missed one, the path of the proposal that
   * finds it most probable, where there is one.
   */
  readonly paths: Readonly<Record<string, Path>>;
}

export interface TrajectoryOptions {
  /** How many of a proposal's states are shown, counted back from the last layer; all by default. */
  readonly states?: number;
  /** Whether the trace's gold entities are known; else nothing is judged. Default true. */
  readonly judged?: boolean;
}

/**
 * A trace as the trajectories widget needs it, entities in the order of the sentence.
 * @throws RangeError when `states` is not a number of states that the trace has
 */
export function packTrajectories(
  trace: Trace,
  { states = trace.states.length, judged = true }: TrajectoryOptions = {},
): Trajectories {
  if (!Number.isInteger(states) || states < 0 || states > trace.states.length)
    throw new RangeError(`states: ${states} is not a whole number from 0 to ${trace.states.length}`);
  const first = trace.states.length - states;
  const { tokens, types } = trace;
  const known = trace.gold.map(({ start, end, type }) => ({ start, end, type })).sort(inOrder);
  const gold = judged ? known : undefined;
  const traced = [...trace.predicted].sort(inOrder);
  const predicted = traced.map(({ start, end, type, probability }) => ({ start, end, type, probability }));
  const paths: Record<string, Path> = {};
  for (const { id, side, verdict, ...entity } of sentenceEntities({ tokens, entities: gold, predicted })) {
    const missed = verdict === "missed" ? likeliestProposal(trace, entity) : undefined;
    const own = side === "predicted" ? traced[Number(id.split(" ")[1])] : missed;
    if (own) paths[id] = pathOf(trace, own.proposal, own.probability, first);
  }
  const stages = trace.states.map((_, layer) => (layer ? `layer ${layer}` : "proposer")).slice(first);
  return { tokens, gold, predicted, types, stages, paths };
}

function pathOf(trace: Trace, proposal: number, probability: number, first: number): Path {
  const states = trace.states.slice(first);
  const classes = trace.types.length + 1;
  const row = (all: Float32Array): number[] =>
    [...all.subarray(proposal * classes, (proposal + 1) * classes)].map(short);
  return {
    proposal,
    probability,
    locations: states.map(({ locations }) => [
      short(locations[2 * proposal]),
      short(locations[2 * proposal + 1]),
    ]),
    classes: [...states.map(({ probabilities }) => row(probabilities)), row(trace.head.probabilities)],
  };
}

/** As many digits as a 32-bit number has. */
function short(value: number): number {
  return Number(value.toPrecision(8));
}

/** The proposal that gives an entity the highest probability; undefined where none gives it any. */
function likeliestProposal(
  { tokens, types, head }: Trace,
  { start, end, type }: Entity,
): { readonly proposal: number; readonly probability: number } | undefined {
  const [length, category] = [tokens.length, types.indexOf(type)];
  if (category < 0) return undefined;
  let best: { proposal: number; probability: number } | undefined;
  for (let proposal = 0; proposal < length; proposal++) {
    const span = head.spans[(proposal * length + start) * length + end - 1];
    const probability = head.probabilities[proposal * (types.length + 1) + category] * span;
    if (probability > (best?.probability ?? 0)) best = { proposal, probability };
  }
  return best;
}

/** An entity with the path that led to it. */
export interface Trajectory {
  readonly entity: SentenceEntity;
  readonly path: Path | undefined;
}

/** The sentence's entities, judged; made once from what travels. */
export interface OpenTrajectories extends Trajectories {
  readonly entities: readonly SentenceEntity[];
}

export function openTrajectories(packed: Trajectories): OpenTrajectories {
  const { tokens, gold, predicted } = packed;
  return { ...packed, entities: sentenceEntities({ tokens, entities: gold, predicted }) };
}

/** Name of the last step: what the head predicts. */
export const lastStage = "prediction";

/**
 * Where a path is at a moment: 0 is the first of its states, a fraction lies between two, and the moment after the last
 * state is the predicted span. A missed entity's proposal stays at its last state.
 */
export function locationAt({ entity, path }: Trajectory, moment: number): Location {
  const end: Location = [entity.start, entity.end - 1];
  if (!path) return end;
  const { locations } = path;
  const stops = [
    ...locations,
    entity.side === "gold" && locations.length ? locations[locations.length - 1] : end,
  ];
  const before = Math.min(stops.length - 1, Math.max(0, Math.floor(moment)));
  const after = Math.min(stops.length - 1, before + 1);
  const share = Math.min(1, Math.max(0, moment - before));
  const between = (side: 0 | 1): number =>
    stops[before][side] + share * (stops[after][side] - stops[before][side]);
  return [between(0), between(1)];
}

function inOrder(a: Entity, b: Entity): number {
  return a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : Number(a.type > b.type));
}
