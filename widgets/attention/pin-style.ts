import { seriesColor, type Theme } from "../shared/theme";

export interface ProposalStyle {
  readonly color: string;
  readonly symbol: string;
  readonly dash: string;
}

/** How the proposal at that place of the shown ones looks, never by color alone; 0 is the chosen one. */
export function proposalStyle(theme: Theme, place: number): ProposalStyle {
  if (place === 0) return { color: theme.chosen, symbol: "circle", dash: "solid" };
  const [hue, symbol, dash] = pins[place - 1];
  return { color: seriesColor(theme, hue), symbol, dash };
}

/** Of the series' colors, those that stand out from the colors of the four views. */
const pins = [
  [4, "diamond", "solid"],
  [5, "triangle-up", "5px,2px"],
  [7, "square", "2px,2px"],
] as const;
