import type { Label, Mark, Path, Rect, Scene } from "../shared/scene";
import { shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import { flow, textRoom } from "./flow";
import { proposalStyle } from "./pin-style";
import { shade } from "./shade";
import type { ShownRows } from "./shown-rows";

const size = 11.5;
const lineHeight = 20;
const signWidth = 18;

/** A mark and what it means. */
interface Entry {
  readonly text: string;
  /** A character that looks like the mark, or a line. */
  readonly sign: string | "line";
  readonly color: string;
}

const signs: Readonly<Record<string, string>> = { diamond: "◆", "triangle-up": "▲", square: "■" };
const steps = 6;
const stepWidth = 12;

/** What the marks of the row view mean. */
export function rowKey(shown: readonly ShownRows[], width: number, theme: Theme): Scene {
  return keyOf(
    ["less", "more attention"],
    [...entriesOf(shown, theme), ...pinEntries(shown, theme)],
    width,
    theme,
  );
}

/** What the colors and frames of the maps mean. */
export function mapKey(shown: readonly ShownRows[], width: number, theme: Theme): Scene {
  const chosen = {
    text: "row and token of the chosen proposal",
    sign: "□",
    color: proposalStyle(theme, 0).color,
  };
  return keyOf(["lowest", "highest of each view"], [chosen, ...pinEntries(shown, theme)], width, theme);
}

type Ends = readonly [least: string, most: string];

function keyOf(ends: Ends, entries: readonly Entry[], width: number, theme: Theme): Scene {
  const things = entries.map(({ text }) => ({ width: signWidth + textRoom(text, size), gap: 14 }));
  const scaleWidth = textRoom(ends.join(""), size) + steps * stepWidth + 10;
  const [first, ...places] = flow([{ width: scaleWidth, gap: 0 }, ...things], width - 8);
  const marks = entries.flatMap((entry, at): Mark[] => {
    const { x, line } = places[at];
    const y = line * lineHeight + 14;
    const text: Label = { mark: "text", x: x + signWidth + 4, y, text: entry.text, color: theme.ink, size };
    return [signOf(entry, x + 4, y), text];
  });
  const lines = 1 + Math.max(0, ...places.map(({ line }) => line));
  return { width, height: lines * lineHeight + 4, marks: [...scale(ends, first.x + 4, theme), ...marks] };
}

function pinEntries([{ model, proposals }]: readonly ShownRows[], theme: Theme): Entry[] {
  return proposals.slice(1).map((proposal, pin) => {
    const { symbol, color } = proposalStyle(theme, pin + 1);
    return { text: `pinned: ${proposal} ${shorten(model.tokens[proposal], 20)}`, sign: signs[symbol], color };
  });
}

function entriesOf(shown: readonly ShownRows[], theme: Theme): Entry[] {
  const [{ model }] = shown;
  const [, prior] = theme.attention;
  const { color } = proposalStyle(theme, 0);
  return [
    ...(model.gold.length ? [{ text: "gold span", sign: "□", color: theme.gold }] : []),
    ...(shown.some((one) => one.model.predicted.length)
      ? [{ text: "predicted span", sign: "◇", color: theme.series[0] }]
      : []),
    { text: "the chosen proposal before", sign: "○", color },
    { text: "and after the layer", sign: "★", color },
    { text: "center μ of a head's Gaussian", sign: "×", color: prior },
    ...(shown.some((one) => one.model.prior === "on")
      ? [{ text: "prior G at ½, dotted at ¹⁄₂₀", sign: "line", color: prior }]
      : []),
  ];
}

function signOf({ sign, color }: Entry, x: number, y: number): Label | Path {
  if (sign === "line")
    return { mark: "path", d: `M${x},${y - 4} h${signWidth - 3}`, stroke: color, strokeWidth: 2 };
  return { mark: "text", x: x + signWidth / 2, y, text: sign, color, size: 15, anchor: "middle" };
}

/** The shades, from the least to the most. */
function scale([least, most]: Ends, x: number, theme: Theme): Mark[] {
  const from = x + textRoom(least, size) + 5;
  const boxes = Array.from({ length: steps }, (_, step): Rect => {
    const fill = shade(theme, step / (steps - 1));
    return { mark: "rect", x: from + stepWidth * step, y: 4, width: stepWidth, height: 12, fill };
  });
  const word = (text: string, at: number): Label => ({
    mark: "text",
    x: at,
    y: 14,
    text,
    color: theme.ink,
    size,
  });
  return [word(least, x), ...boxes, word(most, from + stepWidth * steps + 5)];
}
