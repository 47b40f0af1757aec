import type { Entity } from "../../src/corpus/types";
import type { Trace } from "../../src/detector/trace-types";
import type { OriginalSentence } from "../sentence/edit";
import { type EntityFilter, fullFilter, passes } from "../sentence/entity-filter";
import { type SentenceEntity, sameEntity, sentenceEntities } from "../sentence/sentence-entities";

/** [start, end] in token positions, the end inclusive. */
export type Location = readonly [number, number];

/** The states of one proposal. */
export interface Path {
  /** The token of the proposal. */
  readonly proposal: number;
  /** p^c(type) · p^n(span) of the entity in the prediction head. */
  readonly probability: number;
  /** Location in each shown state. */
  readonly locations: readonly Location[];
  /** Class probabilities in each shown state, then in the prediction head; the last class is None. */
  readonly classes: readonly (readonly number[])[];
}

/** The data of the trajectories widget, as JSON. */
export interface PackedTrajectories {
  readonly tokens: readonly string[];
  /** Absent if they are unknown, so that predictions cannot be judged. */
  readonly gold?: readonly Entity[];
  readonly predicted: readonly (Entity & { readonly probability: number })[];
  readonly types: readonly string[];
  /** Names of the states: "proposer", "layer 1", … */
  readonly stages: readonly string[];
  /**
   * By the entity's id: of a predicted entity, the path of its proposal; of a missed entity, the path of the proposal that gives it
   * the highest probability, if any.
   */
  readonly paths: Readonly<Record<string, Path>>;
  /** Set if the model made the trace without its prior. */
  readonly prior?: "off";
  /** The sentence before the reader edited it. */
  readonly original?: OriginalSentence;
}

/** The packed data with the judged entities of the sentence. */
export interface TrajectoriesData extends PackedTrajectories {
  readonly entities: readonly SentenceEntity[];
}

/** An entity and the path of its proposal. */
export interface Trajectory {
  readonly entity: SentenceEntity;
  readonly path: Path | undefined;
}

export interface TrajectoriesState extends EntityFilter {
  /** The spans of the proposals as bars under the words, or as points on the start–end plane. */
  readonly view: "lanes" | "plane";
  /** The state that is shown, counted from 0; after the last state comes the prediction. Fractions are in between. */
  readonly moment: number;
  /** Whether only the surroundings of the selected entity are shown, or the whole sentence. */
  readonly near: boolean;
  /** Id of the highlighted entity. */
  readonly selected: string | null;
}

export interface TrajectoryOptions {
  /** Number of states of a proposal to show, counted back from the last layer. Default: all. */
  readonly states?: number;
  /** Whether the trace's gold entities are known; otherwise predictions are not judged. Default true. */
  readonly judged?: boolean;
  /** A trace of the sentence before it was edited, to compare with. */
  readonly original?: Trace;
}

/**
 * Packs a trace, with entities in the order of the sentence.
 * @throws RangeError if `states` is not a number of states that the trace has
 */
export function packTrajectories(
  trace: Trace,
  { states = trace.states.length, judged = true, original }: TrajectoryOptions = {},
): PackedTrajectories {
  if (!Number.isInteger(states) || states < 0 || states > trace.states.length)
    throw new RangeError(`states: ${states} is not a whole number from 0 to ${trace.states.length}`);
  const first = trace.states.length - states;
  const { tokens, types } = trace;
  const traceGold = trace.gold.map(({ start, end, type }) => ({ start, end, type })).sort(inSentenceOrder);
  const gold = judged ? traceGold : undefined;
  const predicted = [...trace.predicted]
    .sort(inSentenceOrder)
    .map(({ start, end, type, probability }) => ({ start, end, type, probability }));
  const paths: Record<string, Path> = {};
  for (const { id, side, verdict, ...entity } of sentenceEntities({ tokens, entities: gold, predicted })) {
    const path = side === "predicted" || verdict === "missed" ? pathOf(trace, entity, first) : undefined;
    if (path) paths[id] = path;
  }
  const stages = trace.states.map((_, layer) => (layer ? `layer ${layer}` : "proposer")).slice(first);
  const before = original && { tokens: original.tokens, predicted: original.predicted };
  return {
    ...{ tokens, gold, predicted, types, stages, paths },
    ...(trace.prior === "off" && { prior: trace.prior }),
    ...(before && { original: before }),
  };
}

function inSentenceOrder(a: Entity, b: Entity): number {
  return a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : Number(a.type > b.type));
}

/**
 * The path of the proposal that predicts an entity or, if none does, of the one that gives it the highest probability; undefined if
 * all give it 0.
 * @param first of the states that the path has
 */
export function pathOf(trace: Trace, entity: Entity, first = 0): Path | undefined {
  const source =
    trace.predicted.find((other) => sameEntity(entity, other)) ?? likeliestProposal(trace, entity);
  if (!source) return undefined;
  const { proposal, probability } = source;
  const states = trace.states.slice(first);
  const classes = trace.types.length + 1;
  const row = (values: Float32Array, width: number): number[] =>
    Array.from(values.subarray(proposal * width, (proposal + 1) * width), shortened);
  return {
    proposal,
    probability,
    locations: states.map(({ locations }) => row(locations, 2) as [number, number]),
    classes: [...states, trace.head].map(({ probabilities }) => row(probabilities, classes)),
  };
}

/** Keeps the digits of a 32-bit number. */
function shortened(value: number): number {
  return Number(value.toPrecision(8));
}

/** The proposal that gives an entity the highest probability; undefined if all give it 0. */
function likeliestProposal(
  { tokens, types, head }: Trace,
  { start, end, type }: Entity,
): Pick<Path, "proposal" | "probability"> | undefined {
  const [length, typeIndex] = [tokens.length, types.indexOf(type)];
  if (typeIndex < 0) return undefined;
  let best: Pick<Path, "proposal" | "probability"> | undefined;
  for (let proposal = 0; proposal < length; proposal++) {
    const span = head.spans[(proposal * length + start) * length + end - 1];
    const probability = head.probabilities[proposal * (types.length + 1) + typeIndex] * span;
    if (probability > (best?.probability ?? 0)) best = { proposal, probability };
  }
  return best;
}

export function openTrajectories(packed: PackedTrajectories): TrajectoriesData {
  const { tokens, gold, predicted } = packed;
  return { ...packed, entities: sentenceEntities({ tokens, entities: gold, predicted }) };
}

/** Sentences up to this many tokens are shown as a whole. */
const shortSentence = 40;

/** Shows everything at the prediction, and selects the first wrong prediction, else the first one. */
export function initialState(packed: PackedTrajectories): TrajectoriesState {
  const { entities } = openTrajectories(packed);
  const predicted = entities.filter(({ side }) => side === "predicted");
  const selected = predicted.find(({ verdict }) => verdict !== "right") ?? predicted[0];
  return {
    ...fullFilter(entities),
    view: "lanes",
    moment: packed.stages.length,
    near: packed.tokens.length > shortSentence,
    selected: selected?.id ?? null,
  };
}

/** The predicted entities, then the missed ones. Other gold entities are among the predictions. */
export function judgedEntities({ entities }: TrajectoriesData): SentenceEntity[] {
  const predicted = entities.filter(({ side }) => side === "predicted");
  return [...predicted, ...entities.filter(({ verdict }) => verdict === "missed")];
}

/** The trajectories that a state shows: predicted entities, then missed ones. */
export function shownTrajectories(data: TrajectoriesData, state: TrajectoriesState): Trajectory[] {
  return judgedEntities(data)
    .filter((entity) => passes(state, entity))
    .map((entity) => ({ entity, path: data.paths[entity.id] }));
}

export function isMissed({ entity }: Trajectory): boolean {
  return entity.side === "gold";
}

/** Name of the step after the last state: what the prediction head returns. */
export const lastStage = "prediction";

/** "layer 2", or "layer 1 → layer 2" in between. */
export function momentText({ stages }: PackedTrajectories, moment: number): string {
  const names = [...stages, lastStage];
  const [before, after] = [names[Math.floor(moment)], names[Math.ceil(moment)]];
  return before === after ? before : `${before} → ${after}`;
}

/**
 * Location at a moment, interpolated between states. The moment after the last state is the predicted span; the proposal of a
 * missed entity stays at its last state.
 */
export function locationAt({ entity, path }: Trajectory, moment: number): Location {
  const span: Location = [entity.start, entity.end - 1];
  if (!path) return span;
  const { locations } = path;
  const stops = [...locations, (entity.side === "gold" && locations.at(-1)) || span];
  const before = Math.min(stops.length - 1, Math.max(0, Math.floor(moment)));
  const after = Math.min(stops.length - 1, before + 1);
  const share = Math.min(1, Math.max(0, moment - before));
  const interpolate = (side: 0 | 1): number =>
    stops[before][side] + share * (stops[after][side] - stops[before][side]);
  return [interpolate(0), interpolate(1)];
}
