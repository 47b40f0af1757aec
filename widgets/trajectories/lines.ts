import { entityText, verdictMark } from "../sentence/entities";
import { words } from "../shared/span-plane";
import { type Location, lastStage, type OpenTrajectories } from "./paths";
import { judgedEntities, shownTrajectories, type TrajectoriesState } from "./state";

/**
 * One line an entity in the manner of Table 8: the prediction, then the last regressor layer's location back to the
 * proposer's. Positions count from 0, the end is inclusive. Gold entities that were missed come last.
 */
function trajectoryLines(data: OpenTrajectories, state: TrajectoriesState): string[] {
  return shownTrajectories(data, state).map(({ entity, path }) => {
    const prediction = `${verdictMark(entity.verdict)} ${entityText(entity)}`.trimStart();
    if (entity.side === "gold") return `${prediction} missed`;
    return [prediction, ...(path?.locations ?? []).toReversed().map(locationText)].join(" ← ");
  });
}

export function locationText([start, end]: Location): string {
  return `(${start.toFixed(2)}, ${end.toFixed(2)})`;
}

/** Why no line is there. */
export function nothing(data: OpenTrajectories): string {
  return judgedEntities(data).length
    ? "the filters leave nothing to show"
    : "nothing predicted, nothing missed";
}

/** The lines, or why there are none. */
export function trajectoriesText(data: OpenTrajectories, state: TrajectoriesState): string {
  const lines = trajectoryLines(data, state);
  if (lines.length) return lines.join("\n");
  return nothing(data);
}

/** Says what is shown: "3 predicted entities of 4 and 1 missed, at layer 2; ✗ (2, 3, CEL) T cells". */
export function trajectoriesTitle(data: OpenTrajectories, state: TrajectoriesState): string {
  const shown = shownTrajectories(data, state);
  const predicted = shown.filter(({ entity }) => entity.side === "predicted");
  const right = predicted.filter(({ entity }) => entity.verdict === "right").length;
  const missed = shown.length - predicted.length;
  const chosen = shown.find(({ entity }) => entity.id === state.selected)?.entity;
  const about = chosen
    ? `; chosen ${`${verdictMark(chosen.verdict)} ${entityText(chosen)}`.trimStart()} ${words(data.tokens, chosen)}`
    : "";
  const entities = predicted.length === 1 ? "entity" : "entities";
  const judged = data.gold ? `, ${right} right, ${missed} missed` : "";
  return `trajectories of ${predicted.length} predicted ${entities}${judged}; ${momentText(data, state.moment)}${about}`;
}

/** "layer 2", or "layer 1 → layer 2" in between. */
export function momentText({ stages }: OpenTrajectories, moment: number): string {
  const names = [...stages, lastStage];
  const [before, after] = [names[Math.floor(moment)], names[Math.ceil(moment)]];
  return before === after ? before : `${before} → ${after}`;
}
