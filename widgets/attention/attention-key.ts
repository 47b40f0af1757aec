import type { Entity } from "../../src/corpus/types";
import type { Label, Mark, Path, Scene } from "../shared/scene";
import { shorten } from "../shared/text";
import { estimateWidth, flow } from "../shared/text-flow";
import { shade, type Theme } from "../shared/theme";
import { centersOf, isOnPlane, type PlaneRange, showsOthers } from "./attention-plane";
import type { AttentionState, TraceRows } from "./attention-state";
import { proposalStyle } from "./proposal-style";
import { fewTokens, isCut } from "./row-panels";

const size = 11.5;
const lineHeight = 20;
const symbolWidth = 18;

interface Entry {
  readonly text: string;
  /** A character that looks like the mark, or a line. */
  readonly symbol: string | "line" | "dots";
  readonly color: string;
}

const characters: Readonly<Record<string, string>> = { diamond: "◆", "triangle-up": "▲", square: "■" };
const shadeCount = 6;
const shadeWidth = 12;

/** Explains what the picture of rows contains, and nothing else. @param plane the positions that the plane spans */
export function rowKey(
  traces: readonly TraceRows[],
  state: AttentionState,
  plane: PlaneRange,
  width: number,
  theme: Theme,
): Scene {
  const [, prior] = theme.attention;
  const { color } = proposalStyle(theme, 0);
  const models = traces.map(({ model }) => model);
  const hasPrior = models.some((model) => model.prior === "on");
  const onPlane = ({ start, end }: Entity): boolean => isOnPlane(plane, start, end - 1);
  const isCutOff = traces.some(({ model: { scores }, rows: [row] }) =>
    [row.content, row.logPrior, row.sum].some((values) => values.some((value) => isCut(value, scores))),
  );
  const hasCenter = models.some((model) => centersOf(model, state).some(([x, y]) => isOnPlane(plane, x, y)));
  const isLong = models[0].tokens.length > fewTokens;
  const lowest = `−${-models[0].scores[0]}`;
  const entries = [
    isCutOff && { text: `below ${lowest}`, symbol: isLong ? "dots" : "▾", color: theme.ink },
    traces.some(({ before }) => before) && {
      text: "weight in the original sentence",
      symbol: "line",
      color: theme.chosen,
    },
    models.some(({ gold }) => gold.some(onPlane)) && { text: "gold span", symbol: "□", color: theme.gold },
    models.some(({ predicted }) => predicted.some(onPlane)) && {
      text: "predicted span",
      symbol: "◇",
      color: theme.series[0],
    },
    { text: "chosen proposal before the layer", symbol: "○", color },
    { text: "after it", symbol: "★", color },
    hasCenter && { text: "center μ of the prior", symbol: "×", color: prior },
    hasPrior && { text: "prior G = ½", symbol: "line", color: prior },
    hasPrior && showsOthers(state) && { text: "of the other heads", symbol: "dots", color: theme.faint },
  ].filter((entry) => entry !== false);
  const field = { ends: [`log G: ${lowest}`, "0"], colors: fieldShades(prior) } as const;
  const weights = { ends: ["less", "more attention"], colors: shades(theme) } as const;
  const scales = hasPrior ? [weights, field] : [weights];
  return keyScene(scales, [...entries, ...pinEntries(traces, theme)], width, theme);
}

export function mapKey(traces: readonly TraceRows[], width: number, theme: Theme): Scene {
  const entry = { text: "row of the chosen proposal", symbol: "□", color: proposalStyle(theme, 0).color };
  return keyScene([], [entry, ...pinEntries(traces, theme)], width, theme);
}

function pinEntries([{ model, proposals }]: readonly TraceRows[], theme: Theme): Entry[] {
  return proposals.slice(1).map((proposal, i) => {
    const { symbol, color } = proposalStyle(theme, i + 1);
    const text = `pinned: ${proposal} ${shorten(model.tokens[proposal], 20)}`;
    return { text, symbol: characters[symbol], color };
  });
}

/** A color scale between two texts. */
interface Scale {
  readonly ends: readonly [least: string, most: string];
  readonly colors: readonly string[];
}

function shades(theme: Theme): string[] {
  return Array.from({ length: shadeCount }, (_, i) => shade(theme, i / (shadeCount - 1)));
}

/** Shades of the field of log G, which is transparent at the lowest score. */
function fieldShades(color: string): string[] {
  return ["00", "2c", "58", "84", "b0"].map((alpha) => `${color}${alpha}`);
}

function scaleWidth({ ends: [least, most], colors }: Scale): number {
  return estimateWidth(least + most, size) + colors.length * shadeWidth + 10;
}

function keyScene(scales: readonly Scale[], entries: readonly Entry[], width: number, theme: Theme): Scene {
  const items = [
    ...scales.map((scale) => ({ width: scaleWidth(scale), gap: 18 })),
    ...entries.map(({ text }) => ({ width: symbolWidth + estimateWidth(text, size), gap: 14 })),
  ];
  const positions = flow(items, width - 8).map(({ x, line }) => ({ x: x + 4, y: line * lineHeight + 14 }));
  const marks = [
    ...scales.flatMap((scale, i) => scaleMarks(scale, positions[i].x, positions[i].y, theme)),
    ...entries.flatMap((entry, i): Mark[] => {
      const { x, y } = positions[scales.length + i];
      return [symbolMark(entry, x, y), label(entry.text, x + symbolWidth, y, theme)];
    }),
  ];
  return { width, height: Math.max(14, ...positions.map(({ y }) => y)) + 10, marks };
}

function label(text: string, x: number, y: number, theme: Theme): Label {
  return { mark: "text", x, y, text, color: theme.ink, size };
}

function symbolMark({ symbol, color }: Entry, x: number, y: number): Label | Path {
  if (symbol === "line" || symbol === "dots") {
    const dash = symbol === "dots" ? "2 2" : undefined;
    return { mark: "path", d: `M${x},${y - 4} h${symbolWidth - 3}`, stroke: color, strokeWidth: 2, dash };
  }
  return { mark: "text", x: x + symbolWidth / 2, y, text: symbol, color, size: 15, anchor: "middle" };
}

function scaleMarks({ ends: [least, most], colors }: Scale, x: number, y: number, theme: Theme): Mark[] {
  const from = x + estimateWidth(least, size) + 5;
  const boxes = colors.map((fill, i): Mark => {
    return { mark: "rect", x: from + shadeWidth * i, y: y - 10, width: shadeWidth, height: 12, fill };
  });
  const to = from + shadeWidth * colors.length + 5;
  return [label(least, x, y, theme), ...boxes, label(most, to, y, theme)];
}
