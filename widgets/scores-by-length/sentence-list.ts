import type { TextMark } from "../shared/marked-text";
import type { Scene } from "../shared/scene";
import { all } from "../shared/scores";
import { sentenceListScene } from "../shared/sentence-list";
import type { Theme } from "../shared/theme";
import {
  type Bar,
  behindOf,
  belongsTo,
  currentPage,
  listedSentences,
  type MarkedEntity,
  type MarkedSentence,
  ofLength,
  type PackedScores,
  type State,
} from "./scores-data";

const legend =
  "Below the words: ✓ gold and predicted · missed: gold, not predicted · boundary, type, spurious: predicted, not gold (with probability)";

/** A page of the sentences behind the chosen bar, with their entities marked. */
export function sentencesScene(
  data: PackedScores,
  state: State,
  bar: Bar,
  theme: Theme,
  width: number,
): Scene {
  const { first, sentences } = currentPage(data, state);
  const listed = sentences.map((sentence, i) => ({
    number: first + i + 1,
    id: sentence.id,
    tokens: sentence.tokens,
    marks: textMarks(sentence, bar.group, theme),
  }));
  const note = bar.group === all ? legend : `${legend} · gray: other lengths`;
  return sentenceListScene(listHeading(data, state, bar), note, listed, theme, width);
}

/** The run and length, which of the sentences are shown, and how many were not stored. */
export function listHeading(data: PackedScores, state: State, bar: Bar): string {
  const behind = behindOf(data, bar);
  if (!behind) return "";
  const { length } = listedSentences(data, state);
  const { allWrong, allRight } = behind;
  const total = state.listed === "wrong" ? allWrong : allWrong + allRight;
  const errors = state.listed === "wrong" ? " with errors" : "";
  const name = `${data.runs[bar.run].name}, entities ${ofLength(bar.group)}: `;
  if (!total) return `${name}no sentences${errors}`;
  const { first, sentences } = currentPage(data, state);
  const range = `${first + 1}–${first + sentences.length}`;
  const omitted = total - length;
  const note = omitted ? ` (without ${omitted} others, to keep the file small)` : "";
  return `${name}${range} of ${length} sentence${length === 1 ? "" : "s"}${errors}${note}`;
}

function textMarks({ entities }: MarkedSentence, group: string, theme: Theme): TextMark[] {
  return entities
    .filter((entity) => belongsTo(entity, group) || entity.verdict !== "right")
    .map((entity) => {
      const { start, end, verdict } = entity;
      const tone = verdict === "right" ? "right" : verdict === "missed" ? "gold" : "wrong";
      const color = belongsTo(entity, group) ? theme[tone] : theme.faint;
      return { start, end, label: markLabel(entity), color, dash: verdict === "missed" ? "3 2" : undefined };
    });
}

/** "missed DNA", "boundary protein 0.61". */
export function markLabel({ verdict, type, probability }: MarkedEntity): string {
  if (verdict === "right") return `✓ ${type}`;
  const suffix = verdict !== "missed" && probability !== undefined ? ` ${probability.toFixed(2)}` : "";
  return `${verdict} ${type}${suffix}`;
}
