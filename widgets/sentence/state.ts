import { type SentenceEntity, type ShownSentence, type Side, sentenceEntities } from "./entities";
import { allOf, type EntityFilter, passes } from "./filter";

export type Sides = "both" | Side;

export interface SentenceState extends EntityFilter {
  readonly sides: Sides;
  readonly positions: boolean;
  /** Id of the entity whose details are shown. */
  readonly selected: string | null;
}

/** The sentence with its entities judged, once. */
export interface OpenSentence {
  readonly sentence: ShownSentence;
  readonly entities: readonly SentenceEntity[];
}

export interface SentenceOptions {
  /** Which entities are shown: "gold", "predicted" or "both", the default where there are both. */
  readonly sides?: Sides;
  /** Whether each word's position stands under it. Default true. */
  readonly positions?: boolean;
}

export function openSentence(sentence: ShownSentence): OpenSentence {
  return { sentence, entities: sentenceEntities(sentence) };
}

/** @throws RangeError when an entity lies outside the sentence, or an option says what there is not */
export function firstState(sentence: ShownSentence, options: SentenceOptions = {}): SentenceState {
  checkSpans(sentence);
  const choices = sidesOf(sentence);
  const { sides = choices[0], positions = true } = options;
  if (!choices.includes(sides))
    throw new RangeError(`sides: "${sides}" cannot be shown; there is ${choices.join(", ")}`);
  return { ...allOf(sentenceEntities(sentence)), sides, positions, selected: null };
}

/** What can be shown of a sentence; by default the first. */
export function sidesOf({ entities, predicted }: ShownSentence): Sides[] {
  if (!entities) return ["predicted"];
  return predicted ? ["both", "gold", "predicted"] : ["gold"];
}

/** The entities that a state shows, in the order of {@link sentenceEntities}. */
export function shownEntities({ entities }: OpenSentence, state: SentenceState): SentenceEntity[] {
  const { sides } = state;
  return entities.filter((entity) => (sides === "both" || sides === entity.side) && passes(state, entity));
}

function checkSpans({ tokens, entities = [], predicted = [] }: ShownSentence): void {
  for (const [name, list] of Object.entries({ entities, predicted })) {
    for (const [place, { start, end }] of list.entries()) {
      const whole = Number.isInteger(start) && Number.isInteger(end);
      if (whole && 0 <= start && start < end && end <= tokens.length) continue;
      throw new RangeError(
        `${name}[${place}]: start ${start}, end ${end} is no span of a sentence of ${tokens.length} tokens (end is exclusive)`,
      );
    }
  }
}
