import { showHtml } from "../shared/show";
import { buildSentence, type ShownSentence, sentenceText } from "./build";

/** Shows a sentence with its gold entities, and the predicted ones where they are given, as stacked bars. */
export function showSentence(sentence: ShownSentence): void {
  showHtml(buildSentence(sentence), sentenceText(sentence));
}
