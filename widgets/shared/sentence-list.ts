import { figureWidth } from "./figure";
import { markedText, type TextMark } from "./marked-text";
import type { Mark, Scene } from "./scene";
import { shorten, wrap } from "./text";
import type { Theme } from "./theme";

/** A sentence of a list, with marks below its words. */
export interface ListedSentence {
  /** Counts from 1. */
  readonly number: number;
  readonly id: string;
  readonly tokens: readonly string[];
  readonly marks: readonly TextMark[];
  /** What a click on its number passes to the widget. */
  readonly value?: unknown;
}

/** Columns of a bold line that fits into the scene in a wide font. */
const headingColumns = 98;

/** Numbered sentences with marked spans, below a heading and a legend. */
export function sentenceListScene(
  heading: string,
  legend: string,
  sentences: readonly ListedSentence[],
  theme: Theme,
): Scene {
  const marks: Mark[] = [];
  let top = 20;
  const write = (text: string, x: number, color: string, size: number, bold = false): void => {
    marks.push({ mark: "text", x, y: top, text, color, size, bold });
  };
  for (const line of wrap(heading, headingColumns)) {
    write(line, 4, theme.ink, 13, true);
    top += 20;
  }
  write(legend, 4, theme.faint, 11);
  top += 12;
  for (const { number, id, tokens, marks: entityMarks, value } of sentences) {
    top += 18;
    if (value === undefined) write(String(number), 4, theme.faint, 11);
    else marks.push(openingMark(number, value, top, theme));
    write(shorten(id, 110), 34, theme.faint, 11);
    top += 4;
    const text = markedText(tokens, entityMarks, { x: 34, y: top, width: figureWidth - 44 }, theme);
    marks.push(...text.marks);
    top += text.height + 4;
  }
  return { width: figureWidth, height: Math.ceil(top + 8), marks };
}

/** The number of a sentence that a click opens. */
function openingMark(number: number, value: unknown, y: number, theme: Theme): Mark {
  const text = `▸ ${number}`;
  const look = { x: 4, y, color: theme.chosen, size: 12, bold: true };
  return { mark: "text", text, ...look, value, title: `open sentence ${number}` };
}
