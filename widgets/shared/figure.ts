import { printable } from "./html";
import { textWidth } from "./text";
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

/** Pixels of a row of a legend, of an entry's sign with the gaps around, and of a letter. */
const legendRow = 19;
const legendSign = 45;
const letter = 7;

/**
 * Height, margins and legend of a figure whose entries stand in rows below. Plotly takes the room of all rows but the first
 * from the plot, so it is given here instead. Every trace with an entry needs a `legendgroup`, else plotly breaks rows otherwise.
 * @param plot height of the plot in pixels
 * @param below pixels under it that axis and notes take
 */
export function withLegend(
  names: readonly string[],
  { plot, above, below }: { readonly plot: number; readonly above: number; readonly below: number },
  { left, right }: { readonly left: number; readonly right: number },
): { readonly height: number; readonly parts: FigurePart } {
  const room = figureWidth - left - right;
  let [rows, used] = [1, 0];
  for (const name of names) {
    const width = legendSign + letter * textWidth(name);
    if (used > 0 && used + width > room) [rows, used] = [rows + 1, 0];
    used += width;
  }
  const bottom = below + rows * legendRow + 22;
  return {
    height: above + plot + bottom,
    parts: {
      legend: {
        orientation: "h",
        x: 0.5,
        xanchor: "center",
        y: -below / plot,
        yanchor: "top",
        tracegroupgap: 0,
      },
      margin: { l: left, r: right, t: above, b: bottom },
    },
  };
}

/** Steps that people count in. */
const counted = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];

/** The step between labels of whole numbers up to `last`, for so many labels at most. */
export function wholeStep(last: number, most: number): number {
  return counted.find((step) => last / step <= most) ?? 1000 * Math.ceil(last / most / 1000);
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

/** Text for a figure: plotly reads texts as HTML, and what stands between dollars as a formula. */
export function plain(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\$/g, "&#36;");
}
