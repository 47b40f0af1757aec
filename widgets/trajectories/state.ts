import type { SentenceEntity } from "../sentence/entities";
import { allOf, type EntityFilter, passes } from "../sentence/filter";
import { type OpenTrajectories, openTrajectories, type Trajectories, type Trajectory } from "./paths";

export interface TrajectoriesState extends EntityFilter {
  /** 0 is the first state, 1 the next; what comes after the last state is the prediction. Fractions lie in between. */
  readonly moment: number;
  /** Whether the plane shows the surroundings of the chosen entity, or the whole sentence. */
  readonly near: boolean;
  /** Id of the entity that stands out. */
  readonly selected: string | null;
}

/** Everything shown, at the end of the way. A wrong prediction stands out, or else the first one. */
export function firstState(packed: Trajectories): TrajectoriesState {
  const { entities } = openTrajectories(packed);
  const predicted = entities.filter(({ side }) => side === "predicted");
  const selected = predicted.find(({ verdict }) => verdict !== "right") ?? predicted[0];
  return {
    ...allOf(entities),
    moment: packed.stages.length,
    near: packed.tokens.length > short,
    selected: selected?.id ?? null,
  };
}

/** A sentence of so many tokens can be seen as a whole. */
const short = 14;

/** What a state shows: predicted entities, then missed ones, with their paths. */
export function shownTrajectories(data: OpenTrajectories, state: TrajectoriesState): Trajectory[] {
  return judgedEntities(data)
    .filter((entity) => passes(state, entity))
    .map((entity) => ({ entity, path: data.paths[entity.id] }));
}

/** The predicted entities and the missed ones; a gold entity that was found is there as a prediction. */
export function judgedEntities({ entities }: OpenTrajectories): SentenceEntity[] {
  const predicted = entities.filter(({ side }) => side === "predicted");
  return [...predicted, ...entities.filter(({ verdict }) => verdict === "missed")];
}
