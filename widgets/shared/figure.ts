import { printable } from "./html";
import { font, type Theme } from "./theme";

export type FigurePart = Readonly<Record<string, unknown>>;

/** A plotly figure as plain data. Width and height are in CSS pixels. */
export interface Figure {
  readonly data: readonly FigurePart[];
  readonly layout: FigurePart & { readonly width: number; readonly height: number };
}

/** Width that a notebook's cell and a page both have room for. */
export const figureWidth = 900;

/** What all figures have in common; `parts` come on top. */
export function layout(theme: Theme, height: number, parts: FigurePart): Figure["layout"] {
  return {
    width: figureWidth,
    height,
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: font, size: 12, color: theme.ink },
    margin: { l: 60, r: 20, t: 40, b: 50 },
    hoverlabel: { align: "left" },
    ...parts,
  };
}

export function axis(theme: Theme, parts: FigurePart): FigurePart {
  return { gridcolor: theme.grid, linecolor: theme.grid, zeroline: false, automargin: false, ...parts };
}

/** A heading centered over the part of the figure between two x fractions. */
export function panelTitle(text: string, x: number, y = 1): FigurePart {
  return {
    text,
    x,
    y,
    xref: "paper",
    yref: "paper",
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 13 },
  };
}

/** Text for a figure: plotly reads texts as HTML. */
export function plain(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
