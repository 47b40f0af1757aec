import type { LengthGroup } from "../../src/corpus/spans";
import { type Control, type ControlValue, choice, multiChoice } from "../shared/controls";
import { entityText, type SentenceEntity, type Verdict, verdictMark, verdicts } from "./sentence-entities";

/** Shows the entities whose type, length and verdict are all listed. */
export interface EntityFilter {
  readonly types: readonly string[];
  readonly lengths: readonly LengthGroup[];
  readonly verdicts: readonly Verdict[];
}

const lengthGroups: readonly LengthGroup[] = ["1", "2", "3", "4", "≥5"];

/** The length groups of the paper's Table 5. */
function lengthOf({ start, end }: SentenceEntity): LengthGroup {
  return lengthGroups[Math.min(end - start, 5) - 1];
}

export function fullFilter(entities: readonly SentenceEntity[]): EntityFilter {
  return {
    types: [...new Set(entities.map(({ type }) => type))].sort(),
    lengths: lengthGroups.filter((group) => entities.some((entity) => lengthOf(entity) === group)),
    verdicts: verdicts.filter((verdict) => entities.some((entity) => entity.verdict === verdict)),
  };
}

export function passes(filter: EntityFilter, entity: SentenceEntity): boolean {
  const { type, verdict } = entity;
  return (
    filter.types.includes(type) &&
    filter.lengths.includes(lengthOf(entity)) &&
    (verdict === undefined || filter.verdicts.includes(verdict))
  );
}

/** A control for each property in which the entities differ, with the number of entities per option. */
export function filterControls(entities: readonly SentenceEntity[], filter: EntityFilter): Control[] {
  const full = fullFilter(entities);
  const control = (
    name: keyof EntityFilter,
    property: (entity: SentenceEntity) => string | undefined,
    textOf: (value: string) => string,
  ): Control[] => {
    const options = full[name].map((value) => {
      const { length } = entities.filter((entity) => property(entity) === value);
      return [value, `${textOf(value)} (${length})`] as const;
    });
    return options.length > 1 ? [multiChoice(name, name, options, filter[name])] : [];
  };
  return [
    ...control("types", ({ type }) => type, String),
    ...control("lengths", lengthOf, (length) => `${length} ${length === "1" ? "token" : "tokens"}`),
    ...control("verdicts", ({ verdict }) => verdict, verdictLabel),
  ];
}

function verdictLabel(verdict: string): string {
  return `${verdictMark(verdict as Verdict)} ${verdict}`;
}

/** The state after a change of one of the filter's controls; undefined for another control. */
export function changeFilter<T extends EntityFilter>(
  state: T,
  control: string,
  value: ControlValue,
): T | undefined {
  const isFilter = control === "types" || control === "lengths" || control === "verdicts";
  return isFilter && Array.isArray(value) ? { ...state, [control]: value } : undefined;
}

const none = "none";

export function entityControl(entities: readonly SentenceEntity[], selected: string | null): Control {
  const options = entities.map((entity) => {
    const text = [verdictMark(entity.verdict), entity.side, entityText(entity)].filter(Boolean).join(" ");
    return [entity.id, text] as const;
  });
  const value = entities.find(({ id }) => id === selected)?.id ?? none;
  return choice("selected", "entity", [none, ...options], value, "vertical");
}

/** The id that a value of {@link entityControl} stands for. */
export function selectedId(value: ControlValue): string | null {
  return typeof value === "string" && value !== none ? value : null;
}

/** The state after a click on an entity's mark, which has its id. A second click deselects the entity. */
export function clickEntity<T extends { readonly selected: string | null }>(
  state: T,
  value: unknown,
  entities: readonly SentenceEntity[],
): T | undefined {
  const id = typeof value === "object" && value !== null && "entity" in value ? value.entity : undefined;
  const clicked = entities.find((entity) => entity.id === id);
  return clicked && { ...state, selected: clicked.id === state.selected ? null : clicked.id };
}
