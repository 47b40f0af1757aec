import type { LengthGroup } from "../../src/corpus/spans";
import type { Control, ControlValue } from "../shared/widget";
import { entityText, type SentenceEntity, verdictMark } from "./entities";
import { type Verdict, verdicts } from "./verdicts";

/** Which entities are shown: those whose type, length and verdict are all listed. */
export interface EntityFilter {
  readonly types: readonly string[];
  readonly lengths: readonly LengthGroup[];
  readonly verdicts: readonly Verdict[];
}

const lengthGroups: readonly LengthGroup[] = ["1", "2", "3", "4", "≥5"];

/** The group of an entity's length in tokens, as the paper's Table 5 has them. */
function lengthOf({ start, end }: SentenceEntity): LengthGroup {
  return lengthGroups[Math.min(end - start, 5) - 1];
}

/** The filter that lets all of these entities through. */
export function allOf(entities: readonly SentenceEntity[]): EntityFilter {
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

/** A control for each property in which the entities differ; it says how many there are of each kind. */
export function filterControls(entities: readonly SentenceEntity[], filter: EntityFilter): Control[] {
  const all = allOf(entities);
  const count = (is: (entity: SentenceEntity) => boolean): number => entities.filter(is).length;
  const controls: Control[] = [
    {
      type: "several",
      name: "types",
      label: "types",
      options: all.types.map((type) => ({
        value: type,
        text: `${type} (${count((entity) => entity.type === type)})`,
      })),
      value: filter.types,
    },
    {
      type: "several",
      name: "lengths",
      label: "lengths",
      options: all.lengths.map((group) => ({
        value: group,
        text: `${group} ${group === "1" ? "token" : "tokens"} (${count((entity) => lengthOf(entity) === group)})`,
      })),
      value: filter.lengths,
    },
    {
      type: "several",
      name: "verdicts",
      label: "verdicts",
      options: all.verdicts.map((verdict) => ({
        value: verdict,
        text: `${verdictMark(verdict)} ${verdict} (${count((entity) => entity.verdict === verdict)})`,
      })),
      value: filter.verdicts,
    },
  ];
  return controls.filter((control) => control.type === "several" && control.options.length > 1);
}

/** The filter after one of its controls changed; undefined when the control is none of them. */
export function changeFilter<T extends EntityFilter>(
  filter: T,
  control: string,
  value: ControlValue,
): T | undefined {
  const named = control === "types" || control === "lengths" || control === "verdicts";
  return named && Array.isArray(value) ? { ...filter, [control]: value } : undefined;
}

const none = "none";

/** Chooses one of the entities that are shown. */
export function entityControl(shown: readonly SentenceEntity[], selected: string | undefined): Control {
  return {
    type: "choice",
    name: "selected",
    label: "entity",
    options: [
      { value: none, text: none },
      ...shown.map((entity) => ({
        value: entity.id,
        text: [verdictMark(entity.verdict), entity.side, entityText(entity)].filter(Boolean).join(" "),
      })),
    ],
    value: shown.some(({ id }) => id === selected) && selected !== undefined ? selected : none,
    arrows: "vertical",
  };
}

/** What {@link entityControl}'s value stands for. */
export function entityOf(value: ControlValue): string | null {
  return typeof value === "string" && value !== none ? value : null;
}

/** The state after a click on an entity's mark, which hands its id over; a second click takes the choice back. */
export function clickEntity<T extends { readonly selected: string | null }>(
  state: T,
  value: unknown,
  entities: readonly SentenceEntity[],
): T | undefined {
  const id = typeof value === "object" && value !== null && "entity" in value ? value.entity : undefined;
  const clicked = entities.find((entity) => entity.id === id);
  return clicked && { ...state, selected: clicked.id === state.selected ? null : clicked.id };
}
