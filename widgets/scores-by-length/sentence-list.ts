import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import { all } from "../shared/scores";
import { shorten, wrap } from "../shared/text";
import type { Theme } from "../shared/theme";
import { markedText, type TextMark } from "./marked-text";
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

/** Columns of a bold line that fits into the scene in a wide font. */
const headingColumns = 98;

const legend =
  "Below the words: ✓ gold and predicted · missed: gold, not predicted · boundary, type, spurious: predicted, not gold (with probability)";

/** A page of the sentences behind the chosen bar, with their entities marked. */
export function sentencesScene(data: PackedScores, state: State, chosen: Bar, theme: Theme): Scene {
  const marks: Mark[] = [];
  let top = 20;
  const write = (text: string, x: number, color: string, size: number, bold = false): void => {
    marks.push({ mark: "text", x, y: top, text, color, size, bold });
  };
  for (const line of wrap(listHeading(data, state, chosen), headingColumns)) {
    write(line, 4, theme.ink, 13, true);
    top += 20;
  }
  write(chosen.group === all ? legend : `${legend} · gray: other lengths`, 4, theme.faint, 11);
  top += 12;
  const { first, sentences } = currentPage(data, state);
  for (const [i, sentence] of sentences.entries()) {
    top += 18;
    write(`${first + i + 1}`, 4, theme.faint, 11);
    write(shorten(sentence.id, 110), 34, theme.faint, 11);
    top += 4;
    const entityMarks = textMarks(sentence, chosen.group, theme);
    const text = markedText(sentence.tokens, entityMarks, { x: 34, y: top, width: figureWidth - 44 }, theme);
    marks.push(...text.marks);
    top += text.height + 4;
  }
  return { width: figureWidth, height: Math.ceil(top + 8), marks };
}

/** The run and length, which of the sentences are shown, and how many were not stored. */
export function listHeading(data: PackedScores, state: State, chosen: Bar): string {
  const behind = behindOf(data, chosen);
  if (!behind) return "";
  const { length } = listedSentences(data, state);
  const { allWrong, allRight } = behind;
  const total = state.listed === "wrong" ? allWrong : allWrong + allRight;
  const errors = state.listed === "wrong" ? " with errors" : "";
  const name = `${data.runs[chosen.run].name}, entities ${ofLength(chosen.group)}: `;
  if (!total) return `${name}no sentences${errors}`;
  const { first, sentences } = currentPage(data, state);
  const range = `${first + 1}–${first + sentences.length}`;
  const omitted = total - length;
  const note = omitted ? ` (${omitted} others were left out to keep the file small)` : "";
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
