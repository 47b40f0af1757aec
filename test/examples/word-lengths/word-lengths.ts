import { display } from "../../../widgets/shared/display";
import type { WidgetInstance } from "../../../widgets/shared/widget";
import { type State, wordLengthsWidget } from "./word-lengths-widget";

export function wordLengths(words: readonly string[]): WidgetInstance<readonly string[], State> {
  return { widget: wordLengthsWidget, packed: words, state: { sorted: false } };
}

/** Shows {@link wordLengths} in the current cell; outside a notebook, prints it. */
export async function showWordLengths(words: readonly string[]): Promise<void> {
  await display(wordLengths(words));
}
