import type { FigurePart } from "../shared/figure";
import type { AttentionModel } from "./attention-data";
import { headsOf, logGaussianAt } from "./attention-rows";
import type { LayerHead } from "./prior-contours";

/** Cells of the field along each axis. */
const resolution = 48;

/**
 * log G of a proposal's prior over the plane as a shaded field, as transparent as the scale's lowest score; for the mean of the heads,
 * their mean log G.
 */
export function priorField(
  { prior, layers, tokens, scores: [low] }: AttentionModel,
  { layer, head }: LayerHead,
  proposal: number,
  [from, to]: readonly [number, number],
  color: string,
): FigurePart[] {
  if (prior !== "on") return [];
  const attention = layers[layer - 1];
  const heads = headsOf(attention.heads, head);
  const step = (to - from) / resolution;
  const centers = Array.from({ length: resolution }, (_, i) => from + (i + 0.5) * step);
  const value = (start: number, end: number): number => {
    const values = heads.map((one) => logGaussianAt(attention, one * tokens.length + proposal, start, end));
    return values.reduce((sum, one) => sum + one, 0) / heads.length;
  };
  return [
    {
      type: "heatmap",
      name: "log prior",
      x: centers,
      y: centers,
      z: centers.map((end) => centers.map((start) => Math.max(low, value(start, end)))),
      zmin: low,
      zmax: 0,
      zsmooth: "fast",
      colorscale: [
        [0, `${color}00`],
        [1, `${color}b0`],
      ],
      showscale: false,
      hoverinfo: "skip",
    },
  ];
}
