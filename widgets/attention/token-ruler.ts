import type { Label, Mark, Rect, Scene } from "../shared/scene";
import { isWide, shorten } from "../shared/text";
import { estimateWidth, flow, wrapToWidth } from "../shared/text-flow";
import { inkOn, shade, type Theme } from "../shared/theme";
import type { TraceRows } from "./attention-state";
import { proposalStyle } from "./proposal-style";

/** A line above the sentence. */
export interface Heading {
  readonly text: string;
  readonly bold: boolean;
}

interface Typesetting {
  readonly size: number;
  readonly tokenHeight: number;
  readonly lineHeight: number;
  /** Left margin of all lines. */
  readonly left: number;
  readonly padding: number;
  /** Positions are below every fifth token, or left of each line, for its first token. */
  readonly positions: "below" | "left";
}

const roomy: Typesetting = {
  size: 13,
  tokenHeight: 21,
  lineHeight: 36,
  left: 4,
  padding: 3,
  positions: "below",
};
const compact: Typesetting = {
  size: 10,
  tokenHeight: 16,
  lineHeight: 20,
  left: 34,
  padding: 2,
  positions: "left",
};
const fewTokens = 100;
const headingHeight = 20;
/** Longer tokens are shortened to this many columns. */
const longest = 28;

interface PlacedToken {
  readonly token: number;
  readonly text: string;
  readonly x: number;
  readonly top: number;
  readonly width: number;
}

interface Context {
  readonly trace: TraceRows;
  /** The weight with the strongest shade. */
  readonly most: number;
  readonly setting: Typesetting;
  readonly theme: Theme;
}

/**
 * The sentence in reading order, with each token shaded by the attention that the chosen proposal pays to it. The tokens of the
 * shown proposals are framed.
 * @param headings lines above the sentence
 * @param most the weight with the strongest shade
 */
export function tokenRuler(
  trace: TraceRows,
  headings: readonly Heading[],
  most: number,
  width: number,
  theme: Theme,
): Scene {
  const { tokens } = trace.model;
  const setting = tokens.length > fewTokens ? compact : roomy;
  const context = { trace, most, setting, theme };
  const titles = headings.flatMap(({ text, bold }) => {
    const size = bold ? 14 : 13;
    return wrapToWidth(text, width - 2 * roomy.left, size, bold).map((line) => ({ text: line, size, bold }));
  });
  const placed = placeTokens(tokens, width, titles.length * headingHeight + 8, setting);
  const titleMarks = titles.map((title, i): Label => {
    return { mark: "text", x: roomy.left, y: i * headingHeight + 16, color: theme.ink, ...title };
  });
  const marks = placed.flatMap((one, i): Mark[] => [
    ...tokenMarks(one, context),
    ...positionMarks(one, placed[i - 1]?.top !== one.top, context),
    ...frameMarks(one, context),
  ]);
  const bottom = Math.max(0, ...placed.map(({ top }) => top)) + setting.lineHeight;
  return { width, height: bottom, marks: [...titleMarks, ...marks] };
}

/** Words are separated by gaps, East Asian characters are not. */
function placeTokens(
  tokens: readonly string[],
  width: number,
  top: number,
  { size, padding, left, lineHeight }: Typesetting,
): PlacedToken[] {
  const texts = tokens.map((token) => shorten(token, longest));
  const items = tokens.map((token, i) => {
    const adjacent = i > 0 && isWide(token) && isWide(tokens[i - 1].at(-1) ?? "");
    const tokenWidth = estimateWidth(texts[i], size) + (isWide(token) ? 1 : 2 * padding);
    return { width: tokenWidth, gap: adjacent ? 0 : padding + 1 };
  });
  return flow(items, width - left - roomy.left).map(({ x, line }, token) => {
    const position = { x: left + x, top: top + line * lineHeight };
    return { token, text: texts[token], ...position, width: items[token].width };
  });
}

function tokenMarks({ token, text, x, top, width }: PlacedToken, context: Context): Mark[] {
  const { trace, most, setting, theme } = context;
  const { size, tokenHeight } = setting;
  const { model, rows } = trace;
  const [{ weights, unmodulated }] = rows;
  const share = weights[token] / most;
  const without = model.prior === "on" ? `, without the prior ${unmodulated[token].toFixed(4)}` : "";
  const title = `${token} ${model.tokens[token]}: weight ${weights[token].toFixed(4)}${without}`;
  const button = { value: { proposal: token }, title, tab: false };
  const y = top + tokenHeight / 2 + 0.38 * size;
  const word = { text, color: inkOn(theme, share), size, x: x + width / 2, y, anchor: "middle" } as const;
  return [
    { mark: "rect", x, y: top, width, height: tokenHeight, fill: shade(theme, share), radius: 2, ...button },
    { mark: "text", ...word, ...button },
  ];
}

function positionMarks(
  { token, x, top, width }: PlacedToken,
  startsLine: boolean,
  context: Context,
): Label[] {
  const { trace, setting, theme } = context;
  const { positions, tokenHeight, left } = setting;
  const number = { mark: "text", text: `${token}`, color: theme.faint, size: 9 } as const;
  if (positions === "left")
    return startsLine ? [{ ...number, x: left - 6, y: top + tokenHeight / 2 + 3.5, anchor: "end" }] : [];
  const isLabeled = token % 5 === 0 || trace.proposals.includes(token);
  return isLabeled ? [{ ...number, x: x + width / 2, y: top + tokenHeight + 9.5, anchor: "middle" }] : [];
}

function frameMarks({ token, x, top, width }: PlacedToken, { trace, setting, theme }: Context): Rect[] {
  const index = trace.proposals.indexOf(token);
  if (index < 0) return [];
  const box = { x: x - 1, y: top - 2, width: width + 2, height: setting.tokenHeight + 4 };
  const { color: stroke } = proposalStyle(theme, index);
  return [{ mark: "rect", ...box, radius: 3, stroke, strokeWidth: 2, ...(index ? { dash: "3 2" } : {}) }];
}
