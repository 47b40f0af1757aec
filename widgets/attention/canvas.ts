import { axis, type Figure, type FigurePart, layout } from "../shared/figure";
import type { Theme } from "../shared/theme";

/** A rectangle within the figure, in CSS pixels from its upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Names of a panel's axes, as traces and shapes refer to them. */
export interface Axes {
  readonly xaxis: string;
  readonly yaxis: string;
}

/** Plotly need not measure each label to see whether it passes the figure's edge. */
const quick = { ticklabeloverflow: "allow" } as const;

/** A figure in the making: panels in boxes of pixels become plotly's axes, fractions of the figure. */
export class Canvas {
  readonly theme: Theme;
  private readonly width: number;
  private readonly height: number;
  private readonly data: FigurePart[] = [];
  private readonly annotations: FigurePart[] = [];
  private readonly shapes: FigurePart[] = [];
  private readonly axes: Record<string, FigurePart> = {};
  private count = 0;

  constructor(theme: Theme, width: number, height: number) {
    this.theme = theme;
    this.width = width;
    this.height = height;
  }

  /** @param x a new axis, or the name of one that another panel has below this one */
  panel(box: Box, x: FigurePart | string, y: FigurePart): Axes {
    this.count++;
    const suffix = this.count > 1 ? String(this.count) : "";
    const { left, top, width, height } = box;
    const across = [left / this.width, (left + width) / this.width];
    const up = [1 - (top + height) / this.height, 1 - top / this.height];
    const yaxis = `y${suffix}`;
    const xaxis = typeof x === "string" ? x : `x${suffix}`;
    if (typeof x !== "string")
      this.axes[`xaxis${suffix}`] = axis(this.theme, { domain: across, anchor: yaxis, ...quick, ...x });
    this.axes[`yaxis${suffix}`] = axis(this.theme, { domain: up, anchor: xaxis, ...quick, ...y });
    return { xaxis, yaxis };
  }

  draw(...traces: readonly FigurePart[]): void {
    this.data.push(...traces);
  }

  shape(...shapes: readonly FigurePart[]): void {
    this.shapes.push(...shapes);
  }

  /** A line of text right above that point, flush left with it. */
  write(text: string, left: number, bottom: number, parts: FigurePart = {}): void {
    this.annotations.push({
      text,
      x: left / this.width,
      y: 1 - (bottom - 9) / this.height, // by its middle, because renderers differ in how high a line is
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: "middle",
      align: "left",
      showarrow: false,
      font: { size: 11, color: this.theme.faint },
      ...parts,
    });
  }

  figure(): Figure {
    const { theme, width, height, data, annotations, shapes } = this;
    return {
      data,
      layout: layout(theme, height, {
        width,
        plot_bgcolor: "rgba(0,0,0,0)", // panels may lie one over the other
        margin: { l: 0, r: 0, t: 0, b: 0 },
        hovermode: "closest",
        showlegend: false,
        annotations,
        shapes,
        ...this.axes,
      }),
    };
  }
}
