import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import type { ShownSentence } from "./entities";
import { firstState, type OpenSentence, type SentenceOptions, type SentenceState } from "./state";
import { sentenceWidget } from "./widget";

/**
 * A sentence with its gold and predicted entities, as far as they are given, as stacked brackets.
 * @throws RangeError when an entity lies outside the sentence, or an option says what there is not
 */
export function sentence(
  shown: ShownSentence,
  options?: SentenceOptions,
): Shown<ShownSentence, SentenceState, OpenSentence> {
  const { tokens, entities, predicted, types } = shown; // nothing else of what was handed in travels to the browser
  return {
    widget: sentenceWidget,
    packed: {
      tokens,
      ...(entities && { entities: entities.map(plainEntity) }),
      ...(predicted && { predicted: predicted.map(plainEntity) }),
      ...(types && { types }),
    },
    state: firstState(shown, options),
  };
}

/** Shows {@link sentence} in the running cell, or prints it as text. */
export async function showSentence(shown: ShownSentence, options?: SentenceOptions): Promise<void> {
  await display(sentence(shown, options));
}

function plainEntity<T extends { readonly start: number; readonly end: number; readonly type: string }>(
  entity: T & { readonly probability?: number },
): { start: number; end: number; type: string; probability?: number } {
  const { start, end, type, probability } = entity;
  return { start, end, type, ...(probability !== undefined && { probability }) };
}
