import { entityText } from "../sentence/entities";
import { words } from "../shared/span-plane";
import type { DataTable } from "../shared/widget";
import { lastStage, type OpenTrajectories } from "./paths";
import { shownTrajectories, type TrajectoriesState } from "./state";

type Value = string | number | null;

/**
 * One row for each state of each shown entity: where its proposal was (`start`, `end`: positions from 0, the end
 * inclusive) and its class probabilities, then the prediction. A missed entity has the states of the proposal that
 * finds it most probable, where there is one, then a row of its own.
 */
export function trajectoriesTable(data: OpenTrajectories, state: TrajectoriesState): DataTable {
  const rows: Record<string, Value>[] = [];
  for (const { entity, path } of shownTrajectories(data, state)) {
    const shared = {
      entity: entityText(entity),
      words: words(data.tokens, entity),
      verdict: entity.verdict ?? null,
      proposal: path?.proposal ?? null,
      probability: path?.probability ?? null,
    };
    const classes = (place: number): Record<string, Value> =>
      Object.fromEntries(
        [...data.types, "None"].map((name, type) => [`p(${name})`, path?.classes[place]?.[type] ?? null]),
      );
    for (const [place, [start, end]] of (path?.locations ?? []).entries())
      rows.push({ ...shared, state: data.stages[place], start, end, ...classes(place) });
    const last = entity.side === "gold" ? "gold" : lastStage;
    rows.push({
      ...shared,
      state: last,
      start: entity.start,
      end: entity.end - 1,
      ...classes(data.stages.length),
    });
  }
  const names = ["entity", "words", "verdict", "proposal", "probability", "state", "start", "end"];
  const all = [...names, ...[...data.types, "None"].map((name) => `p(${name})`)];
  return {
    name: "trajectories",
    columns: Object.fromEntries(all.map((name) => [name, rows.map((row) => row[name])])),
  };
}
