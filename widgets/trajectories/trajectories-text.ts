import { entityText, verdictMark } from "../sentence/sentence-entities";
import { spanText } from "../shared/text";
import type { DataTable } from "../shared/widget";
import {
  isMissed,
  judgedEntities,
  type Location,
  lastStage,
  momentText,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type Trajectory,
} from "./trajectory-data";

/**
 * One line per entity as in Table 8: the prediction, then the locations from the last regressor layer back to the proposer.
 * Positions count from 0, the end is inclusive. Missed gold entities come last.
 */
export function trajectoriesText(data: TrajectoriesData, state: TrajectoriesState): string {
  const lines = shownTrajectories(data, state).map((trajectory) => {
    const { entity, path } = trajectory;
    const prediction = `${verdictMark(entity.verdict)} ${entityText(entity)}`.trimStart();
    if (isMissed(trajectory)) return `${prediction} missed`;
    return [prediction, ...(path?.locations ?? []).toReversed().map(locationText)].join(" ← ");
  });
  return lines.join("\n") || emptyText(data);
}

export function locationText([start, end]: Location): string {
  return `(${start.toFixed(2)}, ${end.toFixed(2)})`;
}

/** The reason why there are no lines. */
export function emptyText(data: TrajectoriesData): string {
  return judgedEntities(data).length ? "the filters hide all entities" : "no entity is predicted or missed";
}

/** "trajectories of 3 predicted entities, 2 right, 1 missed; layer 2; selected ✗ (2, 3, CEL) T cells" */
export function trajectoriesTitle(data: TrajectoriesData, state: TrajectoriesState): string {
  const trajectories = shownTrajectories(data, state);
  const predicted = trajectories.filter((trajectory) => !isMissed(trajectory));
  const right = predicted.filter(({ entity }) => entity.verdict === "right").length;
  const missed = trajectories.length - predicted.length;
  const selected = trajectories.find(({ entity }) => entity.id === state.selected)?.entity;
  const name = selected && `${verdictMark(selected.verdict)} ${entityText(selected)}`.trimStart();
  const suffix = selected ? `; selected ${name} ${spanText(data.tokens, selected)}` : "";
  const entities = predicted.length === 1 ? "entity" : "entities";
  const verdictText = data.gold ? `, ${right} right, ${missed} missed` : "";
  return `trajectories of ${predicted.length} predicted ${entities}${verdictText}; ${momentText(data, state.moment)}${suffix}`;
}

type Value = string | number | null;

/**
 * One row for each state of each shown entity: the location of its proposal (`start`, `end`: positions from 0, the end inclusive)
 * and its class probabilities. Then one row for the prediction or, for a missed entity, the gold span; a missed entity has the
 * states of its likeliest proposal, if any.
 */
export function trajectoriesTable(data: TrajectoriesData, state: TrajectoriesState): DataTable {
  const classNames = [...data.types, "None"].map((type) => `p(${type})`);
  const rows = shownTrajectories(data, state).flatMap(({ entity, path }) => {
    const row = (name: string, stage: number, start: number, end: number): Record<string, Value> => ({
      entity: entityText(entity),
      words: spanText(data.tokens, entity),
      verdict: entity.verdict ?? null,
      proposal: path?.proposal ?? null,
      probability: path?.probability ?? null,
      state: name,
      start,
      end,
      ...Object.fromEntries(classNames.map((key, type) => [key, path?.classes[stage]?.[type] ?? null])),
    });
    const last = entity.side === "gold" ? "gold" : lastStage;
    return [
      ...(path?.locations ?? []).map(([start, end], stage) => row(data.stages[stage], stage, start, end)),
      row(last, data.stages.length, entity.start, entity.end - 1),
    ];
  });
  const names = "entity words verdict proposal probability state start end".split(" ");
  return {
    name: "trajectories",
    columns: Object.fromEntries(
      [...names, ...classNames].map((name) => [name, rows.map((row) => row[name])]),
    ),
  };
}

/**
 * The factors of the probability of an entity's proposal (Eq. 22, Algorithm 2):
 * "proposal 13: probability 0.931 = class 0.950 · span 0.980", and why it is predicted or not.
 */
export function probabilityTexts({ entity, path }: Trajectory, { types }: TrajectoriesData): string[] {
  if (!path) return ["every proposal gives it probability 0"];
  const { probability, proposal, classes } = path;
  const head = classes[classes.length - 1];
  const [type, none] = [head[types.indexOf(entity.type)] ?? 0, head[types.length]];
  const isGold = entity.side === "gold";
  const name = isGold ? "likeliest proposal" : "proposal";
  const span = type > 0 ? Math.min(1, probability / type) : 0;
  return [
    `${name} ${proposal}: probability ${number(probability)} = class ${number(type)} · span ${number(span)}`,
    isGold ? `p(None) is ${number(none)}` : `predicted, because p(None) is at most that: ${number(none)}`,
  ];
}

function number(value: number): string {
  return value >= 0.001 || value === 0 ? value.toFixed(3) : value.toExponential(1);
}
