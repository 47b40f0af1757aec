import { isWide } from "./text";

const narrow = /[iljtfrI.,:;'|!()[\] ·]/;
const broad = /[mwMW@%—…→]/;

/** Estimated width of a text in CSS pixels, enough for the usual fonts. */
export function estimateWidth(text: string, size: number): number {
  let ems = 0;
  for (const character of text) {
    if (isWide(character)) ems += 1;
    else if (narrow.test(character)) ems += 0.4;
    else if (broad.test(character)) ems += 0.98;
    else ems += /[A-Z]/.test(character) ? 0.72 : 0.63;
  }
  return ems * size;
}

/** Items `from … to - 1` on a line. */
export interface Line {
  readonly from: number;
  readonly to: number;
}

export interface FlowPosition {
  readonly x: number;
  readonly line: number;
}

/**
 * Sets items in lines, like words.
 * @param items each with its width and the gap before it, which is dropped at the start of a line
 */
export function flow(
  items: readonly { readonly width: number; readonly gap: number }[],
  lineWidth: number,
): FlowPosition[] {
  let [x, line] = [0, 0];
  return items.map(({ width, gap }, i) => {
    if (i > 0) x += gap;
    if (x + width > lineWidth && x > 0) [x, line] = [0, line + 1];
    const position = { x, line };
    x += width;
    return position;
  });
}

/** The items of each line of a flow. */
export function linesOf(positions: readonly FlowPosition[]): Line[] {
  const starts = positions.flatMap(({ line }, i) => (line !== positions[i - 1]?.line ? [i] : []));
  return starts.map((from, line) => ({ from, to: starts[line + 1] ?? positions.length }));
}

/** Bold letters are wider by this factor. */
export const boldness = 1.13;

/** Breaks a text at spaces into lines of at most that many CSS pixels. */
export function wrapToWidth(text: string, width: number, size: number, bold = false): string[] {
  const words = text.split(" ");
  const measured = bold ? boldness * size : size;
  const space = estimateWidth(" ", measured);
  const items = words.map((word) => ({ width: estimateWidth(word, measured), gap: space }));
  return linesOf(flow(items, width)).map(({ from, to }) => words.slice(from, to).join(" "));
}
