import type { TextMark } from "../shared/marked-text";
import type { Scene } from "../shared/scene";
import { sentenceListScene } from "../shared/sentence-list";
import type { Theme } from "../shared/theme";
import {
  type ChosenCell,
  currentPage,
  isIn,
  listHeading,
  type PackedCase,
  type PackedErrors,
  type State,
} from "./errors-data";

const legend =
  "Below the words: ✓ gold and predicted · gold: a missed entity · the kind of error: a false prediction (with probability) · gray: other cells";

/** A page of the sentences of the chosen cell, with their entities marked. */
export function errorSentences(
  data: PackedErrors,
  cell: ChosenCell,
  page: State["page"],
  theme: Theme,
  width: number,
): Scene {
  const { first, sentences } = currentPage(data, cell, page);
  const listedSentences = sentences.map(({ id, tokens, cases }, i) => ({
    number: first + i + 1,
    id,
    tokens,
    marks: cases.flatMap((one) => marksOf(one, isIn(data, cell, one), theme)),
  }));
  return sentenceListScene(listHeading(data, cell, page), legend, listedSentences, theme, width);
}

function marksOf(one: PackedCase, isChosen: boolean, theme: Theme): TextMark[] {
  const { kind, gold, predicted } = one;
  if (kind === "correct")
    return gold ? [{ ...gold, label: `✓ ${gold.type}`, color: isChosen ? theme.right : theme.faint }] : [];
  const goldMark = gold && {
    ...gold,
    label: predicted ? `gold ${gold.type}` : `${kind} ${gold.type}`,
    color: isChosen ? theme.gold : theme.faint,
    dash: "3 2",
  };
  const predictedMark = predicted && {
    ...predicted,
    label: predictedLabel(one),
    color: isChosen ? theme.wrong : theme.faint,
  };
  return [...(goldMark ? [goldMark] : []), ...(predictedMark ? [predictedMark] : [])];
}

/** "too long protein 0.61" */
export function predictedLabel({ kind, predicted }: PackedCase): string {
  const { type, probability } = predicted!;
  return `${kind} ${type}${probability === undefined ? "" : ` ${probability.toFixed(2)}`}`;
}
