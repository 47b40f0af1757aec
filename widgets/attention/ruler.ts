import type { Label, Mark, Rect, Scene } from "../shared/scene";
import { isWide, shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import { flow, textRoom } from "./flow";
import { proposalStyle } from "./pin-style";
import { inkOn, shade } from "./shade";
import type { ShownRows } from "./shown-rows";

/** A line above the sentence. */
export interface Heading {
  readonly text: string;
  readonly main: boolean;
}

/** How tokens are set, in CSS pixels. */
interface Setting {
  readonly size: number;
  readonly tokenHeight: number;
  readonly lineHeight: number;
  /** Room left of all lines. */
  readonly left: number;
  /** Room between a word and its own frame, on either side. */
  readonly padding: number;
  /** Where positions stand: below every fifth token, or left of each line, of its first. */
  readonly positions: "below" | "left";
}

const roomy: Setting = {
  size: 13,
  tokenHeight: 21,
  lineHeight: 36,
  left: 4,
  padding: 3,
  positions: "below",
};
const compact: Setting = {
  size: 10,
  tokenHeight: 16,
  lineHeight: 20,
  left: 34,
  padding: 2,
  positions: "left",
};
/** Tokens of a sentence that is set roomily. */
const few = 100;
const headingHeight = 26;
/** Columns of a token's text. */
const longest = 28;

/** A token as the ruler sets it. */
interface Placed {
  readonly token: number;
  readonly text: string;
  readonly x: number;
  readonly top: number;
  readonly width: number;
}

/**
 * The sentence as one reads it, each token shaded by the attention that the chosen proposal pays it: words with gaps
 * between, East Asian characters without, long tokens cut. The shown proposals' own tokens are framed.
 * @param headings lines above
 * @param most the weight that has the strongest shade
 */
export function ruler(
  shown: ShownRows,
  headings: readonly Heading[],
  most: number,
  width: number,
  theme: Theme,
): Scene {
  const { tokens } = shown.model;
  const setting = tokens.length > few ? compact : roomy;
  const placed = setTokens(tokens, width, headings.length * headingHeight + 3, setting);
  const titles = headings.map(({ text, main }, line): Label => {
    const y = line * headingHeight + 16;
    return { mark: "text", x: roomy.left, y, text, color: theme.ink, size: main ? 14 : 13, bold: main };
  });
  const marks = placed.flatMap((one, at): Mark[] => [
    ...tokenMarks(one, shown, most, setting, theme),
    ...position(one, placed[at - 1], shown, setting, theme),
    ...frameAround(one, shown, setting, theme),
  ]);
  const bottom = placed.reduce((lowest, { top }) => Math.max(lowest, top), 0) + setting.lineHeight;
  return { width, height: bottom, marks: [...titles, ...marks] };
}

function setTokens(
  tokens: readonly string[],
  width: number,
  above: number,
  { size, padding, left, lineHeight }: Setting,
): Placed[] {
  const texts = tokens.map((token) => shorten(token, longest));
  const things = tokens.map((token, at) => {
    const adjacent = at > 0 && isWide(token) && isWide(tokens[at - 1].at(-1) ?? "");
    const room = textRoom(texts[at], size) + (isWide(token) ? 1 : 2 * padding);
    return { width: room, gap: adjacent ? 0 : padding + 1 };
  });
  return flow(things, width - left - roomy.left).map(({ x, line }, token) => ({
    token,
    text: texts[token],
    x: left + x,
    top: above + line * lineHeight,
    width: things[token].width,
  }));
}

function tokenMarks(
  { token, text, x, top, width }: Placed,
  { model, rows: [{ weights, unmodulated }] }: ShownRows,
  most: number,
  { size, tokenHeight }: Setting,
  theme: Theme,
): Mark[] {
  const share = weights[token] / most;
  const without = model.prior === "on" ? `, without the prior ${unmodulated[token].toFixed(4)}` : "";
  const title = `${token} ${model.tokens[token]}: weight ${weights[token].toFixed(4)}${without}`;
  const chosen = { value: { proposal: token }, title, tab: false };
  const fill = shade(theme, share);
  const y = top + tokenHeight / 2 + 0.38 * size;
  const word = { text, color: inkOn(theme, share), size, x: x + width / 2, y, anchor: "middle" } as const;
  return [
    { mark: "rect", x, y: top, width, height: tokenHeight, fill, radius: 2, ...chosen },
    { mark: "text", ...word, ...chosen },
  ];
}

function position(
  { token, x, top, width }: Placed,
  before: Placed | undefined,
  { proposals }: ShownRows,
  { positions, tokenHeight, left }: Setting,
  theme: Theme,
): Label[] {
  const number = { mark: "text", text: `${token}`, color: theme.faint, size: 9 } as const;
  if (positions === "left")
    return before?.top === top
      ? []
      : [{ ...number, x: left - 6, y: top + tokenHeight / 2 + 3.5, anchor: "end" }];
  const wanted = token % 5 === 0 || proposals.includes(token);
  return wanted ? [{ ...number, x: x + width / 2, y: top + tokenHeight + 9.5, anchor: "middle" }] : [];
}

function frameAround(
  { token, x, top, width }: Placed,
  { proposals }: ShownRows,
  { tokenHeight }: Setting,
  theme: Theme,
): Rect[] {
  const place = proposals.indexOf(token);
  if (place < 0) return [];
  const box = { x: x - 1, y: top - 2, width: width + 2, height: tokenHeight + 4 };
  const { color: stroke } = proposalStyle(theme, place);
  return [{ mark: "rect", ...box, radius: 3, stroke, strokeWidth: 2, ...(place ? { dash: "3 2" } : {}) }];
}
