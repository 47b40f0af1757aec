import type { Label, Mark, Path, Scene } from "../shared/scene";
import { shorten } from "../shared/text";
import { estimateWidth, flow } from "../shared/text-flow";
import { shade, type Theme } from "../shared/theme";
import type { TraceRows } from "./attention-state";
import { proposalStyle } from "./proposal-style";

const size = 11.5;
const lineHeight = 20;
const symbolWidth = 18;

interface Entry {
  readonly text: string;
  /** A character that looks like the mark, or a line. */
  readonly symbol: string | "line";
  readonly color: string;
}

const characters: Readonly<Record<string, string>> = { diamond: "◆", "triangle-up": "▲", square: "■" };
const shades = 6;
const shadeWidth = 12;

export function rowKey(traces: readonly TraceRows[], width: number, theme: Theme): Scene {
  const [{ model }] = traces;
  const [, prior] = theme.attention;
  const { color } = proposalStyle(theme, 0);
  const hasPredictions = traces.some(({ model: { predicted } }) => predicted.length);
  const hasPrior = traces.some(({ model: { prior } }) => prior === "on");
  const entries: Entry[] = [
    ...(model.gold.length ? [{ text: "gold span", symbol: "□", color: theme.gold }] : []),
    ...(hasPredictions ? [{ text: "predicted span", symbol: "◇", color: theme.series[0] }] : []),
    { text: "the chosen proposal before the layer", symbol: "○", color },
    { text: "and after it", symbol: "★", color },
    { text: "center μ of a head's Gaussian", symbol: "×", color: prior },
    ...(hasPrior ? [{ text: "prior G at ½, dotted at ¹⁄₂₀", symbol: "line", color: prior }] : []),
  ];
  return keyScene(["less", "more attention"], [...entries, ...pinEntries(traces, theme)], width, theme);
}

export function mapKey(traces: readonly TraceRows[], width: number, theme: Theme): Scene {
  const chosen = { text: "row of the chosen proposal", symbol: "□", color: proposalStyle(theme, 0).color };
  return keyScene(["lowest", "highest of each view"], [chosen, ...pinEntries(traces, theme)], width, theme);
}

function pinEntries([{ model, proposals }]: readonly TraceRows[], theme: Theme): Entry[] {
  return proposals.slice(1).map((proposal, i) => {
    const { symbol, color } = proposalStyle(theme, i + 1);
    const text = `pinned: ${proposal} ${shorten(model.tokens[proposal], 20)}`;
    return { text, symbol: characters[symbol], color };
  });
}

/** @param ends texts at both ends of the color scale */
function keyScene(
  ends: readonly [least: string, most: string],
  entries: readonly Entry[],
  width: number,
  theme: Theme,
): Scene {
  const items = entries.map(({ text }) => ({ width: symbolWidth + estimateWidth(text, size), gap: 14 }));
  const scaleWidth = estimateWidth(ends.join(""), size) + shades * shadeWidth + 10;
  const [first, ...positions] = flow([{ width: scaleWidth, gap: 0 }, ...items], width - 8);
  const marks = entries.flatMap((entry, i): Mark[] => {
    const { x, line } = positions[i];
    const y = line * lineHeight + 14;
    return [symbolMark(entry, x + 4, y), label(entry.text, x + symbolWidth + 4, y, theme)];
  });
  const lines = 1 + Math.max(0, ...positions.map(({ line }) => line));
  marks.push(...scaleMarks(ends, first.x + 4, theme));
  return { width, height: lines * lineHeight + 4, marks };
}

function label(text: string, x: number, y: number, theme: Theme): Label {
  return { mark: "text", x, y, text, color: theme.ink, size };
}

function symbolMark({ symbol, color }: Entry, x: number, y: number): Label | Path {
  if (symbol === "line")
    return { mark: "path", d: `M${x},${y - 4} h${symbolWidth - 3}`, stroke: color, strokeWidth: 2 };
  return { mark: "text", x: x + symbolWidth / 2, y, text: symbol, color, size: 15, anchor: "middle" };
}

function scaleMarks([least, most]: readonly [string, string], x: number, theme: Theme): Mark[] {
  const from = x + estimateWidth(least, size) + 5;
  const boxes = Array.from({ length: shades }, (_, i): Mark => {
    const fill = shade(theme, i / (shades - 1));
    return { mark: "rect", x: from + shadeWidth * i, y: 4, width: shadeWidth, height: 12, fill };
  });
  return [label(least, x, 14, theme), ...boxes, label(most, from + shadeWidth * shades + 5, 14, theme)];
}
