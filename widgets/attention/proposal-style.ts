import { seriesColor, type Theme } from "../shared/theme";

export interface ProposalStyle {
  readonly color: string;
  readonly symbol: string;
  readonly dash: string;
}

/** Style of a shown proposal, distinct also without color. @param index 0 for the chosen proposal, then the pinned ones */
export function proposalStyle(theme: Theme, index: number): ProposalStyle {
  if (index === 0) return { color: theme.chosen, symbol: "circle", dash: "solid" };
  const [series, symbol, dash] = pins[index - 1];
  return { color: seriesColor(theme, series), symbol, dash };
}

/** Series colors that differ from the colors of the four views. */
const pins = [
  [4, "diamond", "solid"],
  [5, "triangle-up", "5px,2px"],
  [7, "square", "2px,2px"],
] as const;
