import { figureWidth } from "../shared/figure";
import { markedText, type TextMark } from "../shared/marked-text";
import type { Mark, Scene } from "../shared/scene";
import { shorten, wrap } from "../shared/text";
import type { Theme } from "../shared/theme";
import { all, counts, type MarkedEntity, type MarkedSentence, type PackedScores } from "./data";
import { behindOf, type Chosen, listed, ofLength, perPage, type State } from "./state";

/** Columns of a bold line as wide as the scene, under a wide font. */
const headingColumns = 98;

/** The sentences behind the chosen bar, with the words of their entities marked; a page of them. */
export function sentencesScene(data: PackedScores, state: State, chosen: Chosen, theme: Theme): Scene {
  const places = listed(data, state);
  const from = state.page * perPage;
  const marks: Mark[] = [];
  let top = 20;
  const say = (text: string, x: number, color: string, size: number, bold = false): void => {
    marks.push({ mark: "text", x, y: top, text, color, size, bold });
  };
  for (const line of wrap(heading(data, state, chosen), headingColumns)) {
    say(line, 4, theme.ink, 13, true);
    top += 20;
  }
  say(chosen.group === all ? legend : `${legend} · gray: of other lengths`, 4, theme.faint, 11);
  top += 12;
  for (const [at, place] of places.slice(from, from + perPage).entries()) {
    const sentence = data.runs[chosen.run].sentences[place];
    top += 18;
    say(`${from + at + 1}`, 4, theme.faint, 11);
    say(shorten(sentence.id, 110), 34, theme.faint, 11);
    top += 4;
    const laid = markedText(
      sentence.tokens,
      textMarks(sentence, chosen.group, theme),
      { x: 34, y: top, width: figureWidth - 44 },
      theme,
    );
    marks.push(...laid.marks);
    top += laid.height + 4;
  }
  return { width: figureWidth, height: Math.ceil(top + 8), marks };
}

/** Says whose sentences these are, which of them are shown, and what was left out. */
export function heading(data: PackedScores, state: State, chosen: Chosen): string {
  const behind = behindOf(data, chosen);
  if (!behind) return "";
  const places = listed(data, state);
  const { allWrong, allRight } = behind;
  const total = state.listed === "wrong" ? allWrong : allWrong + allRight;
  const errors = state.listed === "wrong" ? " with errors" : "";
  const name = `${data.runs[chosen.run].name}, entities ${ofLength(chosen.group)}: `;
  if (!total) return `${name}no sentences${errors}`;
  const from = state.page * perPage;
  const range = `${from + 1}–${Math.min(from + perPage, places.length)}`;
  const left = total - places.length;
  const kept = left ? ` (${left} more were left out to keep the file small)` : "";
  return `${name}${range} of ${places.length} sentence${places.length === 1 ? "" : "s"}${errors}${kept}`;
}

const legend =
  "Under the words: ✓ gold and predicted · missed: gold, not predicted · boundary, type, spurious: predicted, not gold (its probability)";

function textMarks({ entities }: MarkedSentence, group: string, theme: Theme): TextMark[] {
  return entities
    .filter((entity) => counts(entity, group) || entity.verdict !== "right")
    .map((entity) => {
      const { start, end } = entity;
      const within = counts(entity, group);
      const color = within ? verdictColor(entity, theme) : theme.faint;
      const dash = entity.verdict === "missed" ? "3 2" : undefined;
      return { start, end, label: markLabel(entity), color, dash };
    });
}

function verdictColor({ verdict }: MarkedEntity, theme: Theme): string {
  return verdict === "right" ? theme.right : verdict === "missed" ? theme.gold : theme.wrong;
}

/** "missed DNA", "boundary protein 0.61". */
export function markLabel({ verdict, type, probability }: MarkedEntity): string {
  if (verdict === "right") return `✓ ${type}`;
  const sure = verdict !== "missed" && probability !== undefined ? ` ${probability.toFixed(2)}` : "";
  return `${verdict} ${type}${sure}`;
}
