import { markedText, type TextMark } from "./marked-text";
import type { Mark, Scene } from "./scene";
import { shortenTo } from "./text";
import { estimateWidth, wrapToWidth } from "./text-flow";
import type { Theme } from "./theme";

/** A sentence of a list, with marks below its words. */
export interface ListedSentence {
  /** Counts from 1. */
  readonly number: number;
  readonly id: string;
  readonly tokens: readonly string[];
  readonly marks: readonly TextMark[];
  /** A click on its number opens or closes it, and passes `value` to the widget. */
  readonly opening?: { readonly value: unknown; readonly isOpen: boolean };
}

/** Numbered sentences with marked spans, below a heading and a legend. */
export function sentenceListScene(
  heading: string,
  legend: string,
  sentences: readonly ListedSentence[],
  theme: Theme,
  width: number,
): Scene {
  const marks: Mark[] = [];
  let top = 20;
  const write = (text: string, x: number, color: string, size: number, bold = false): void => {
    marks.push({ mark: "text", x, y: top, text, color, size, bold });
  };
  for (const line of wrapToWidth(heading, width - 8, 13, true)) {
    write(line, 4, theme.ink, 13, true);
    top += 20;
  }
  for (const line of wrapToWidth(legend, width - 8, 11)) {
    write(line, 4, theme.faint, 11);
    top += 14;
  }
  top -= 2;
  for (const { number, id, tokens, marks: entityMarks, opening } of sentences) {
    top += 18;
    if (opening) marks.push(openingMark(number, opening, top, theme));
    else write(String(number), 4, theme.faint, 11);
    const shortId = shortenTo(id, width - 42, (text) => estimateWidth(text, 11));
    write(shortId, 34, theme.faint, 11);
    top += 4;
    const text = markedText(tokens, entityMarks, { x: 34, y: top, width: width - 44 }, theme);
    marks.push(...text.marks);
    top += text.height + 4;
  }
  return { width, height: Math.ceil(top + 8), marks };
}

/** The number of a sentence that a click opens or closes. */
function openingMark(
  number: number,
  { value, isOpen }: NonNullable<ListedSentence["opening"]>,
  y: number,
  theme: Theme,
): Mark {
  const look = { x: 4, y, color: theme.chosen, size: 12, bold: true };
  const title = `${isOpen ? "close" : "open"} sentence ${number}`;
  return { mark: "text", text: `${isOpen ? "▾" : "▸"} ${number}`, ...look, value, title };
}
