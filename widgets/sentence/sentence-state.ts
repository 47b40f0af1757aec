import { type Control, choice, toggle } from "../shared/controls";
import type { View } from "../shared/widget";
import {
  changeFilter,
  clickEntity,
  type EntityFilter,
  entityControl,
  filterControls,
  fullFilter,
  passes,
  selectedId,
} from "./entity-filter";
import {
  type AnnotatedSentence,
  type SentenceEntity,
  type Side,
  sentenceEntities,
} from "./sentence-entities";

export type Sides = "both" | Side;

export interface SentenceState extends EntityFilter {
  readonly sides: Sides;
  readonly positions: boolean;
  /** Id of the entity whose details are shown. */
  readonly selected: string | null;
}

export interface SentenceOptions {
  /** Which entities are shown. Default "both" if there are both. */
  readonly sides?: Sides;
  /** Whether each word's position is shown below it. Default true. */
  readonly positions?: boolean;
}

/** The sentence with its judged entities. */
export interface SentenceData {
  readonly sentence: AnnotatedSentence;
  readonly entities: readonly SentenceEntity[];
}

/** @throws RangeError for an entity outside the sentence, or for a side that the sentence does not have */
export function initialState(sentence: AnnotatedSentence, options: SentenceOptions = {}): SentenceState {
  validateSpans(sentence);
  const choices = sidesOf(sentence);
  const { sides = choices[0], positions = true } = options;
  if (!choices.includes(sides))
    throw new RangeError(`sides: "${sides}" cannot be shown; this sentence has ${choices.join(", ")}`);
  return { ...fullFilter(sentenceEntities(sentence)), sides, positions, selected: null };
}

/** The sides that can be shown; the first is the default. */
function sidesOf({ entities, predicted }: AnnotatedSentence): Sides[] {
  if (!entities) return ["predicted"];
  return predicted ? ["both", "gold", "predicted"] : ["gold"];
}

export function shownEntities({ entities }: SentenceData, state: SentenceState): SentenceEntity[] {
  const { sides } = state;
  return entities.filter((entity) => (sides === "both" || sides === entity.side) && passes(state, entity));
}

function validateSpans({ tokens, entities = [], predicted = [] }: AnnotatedSentence): void {
  for (const [name, list] of Object.entries({ entities, predicted })) {
    for (const [i, { start, end }] of list.entries()) {
      const isWhole = Number.isInteger(start) && Number.isInteger(end);
      if (isWhole && 0 <= start && start < end && end <= tokens.length) continue;
      throw new RangeError(
        `${name}[${i}]: start ${start}, end ${end} is not a span of a sentence of ${tokens.length} tokens (end is exclusive)`,
      );
    }
  }
}

const sidesTexts: Readonly<Record<Sides, string>> = {
  both: "gold and predicted",
  gold: "gold",
  predicted: "predicted",
};

export const sentenceView: View<SentenceState, SentenceData> = {
  controls: (data, state): Control[] => {
    const { sides, positions, selected } = state;
    const sidesOptions = sidesOf(data.sentence).map((value) => [value, sidesTexts[value]] as const);
    return [
      ...(sidesOptions.length > 1 ? [choice("sides", "show", sidesOptions, sides, "horizontal")] : []),
      ...filterControls(data.entities, state),
      ...(data.entities.length ? [entityControl(shownEntities(data, state), selected)] : []),
      toggle("positions", "positions", positions),
    ];
  },
  change: (data, state, control, value) => {
    switch (control) {
      case "sides": {
        const sides = sidesOf(data.sentence).find((one) => one === value);
        return sides ? { ...state, sides } : state;
      }
      case "positions":
        return { ...state, positions: value === true };
      case "selected":
        return { ...state, selected: selectedId(value) };
      default:
        return changeFilter(state, control, value) ?? state;
    }
  },
  click: (data, state, value) => clickEntity(state, value, data.entities),
};
