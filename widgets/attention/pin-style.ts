import { seriesColor, type Theme } from "../shared/theme";

/** How the proposal at that place of the shown ones looks, without color alone: 0 is the chosen one. */
export function proposalStyle(
  theme: Theme,
  place: number,
): { readonly color: string; readonly symbol: string } {
  if (place === 0) return { color: theme.chosen, symbol: "circle" };
  return { color: seriesColor(theme, hues[place - 1]), symbol: symbols[place - 1] };
}

/** Of the series' colors, those that stand out from the colors of the four views. */
const hues = [4, 5, 7] as const;
const symbols = ["diamond", "triangle-up", "square"] as const;
