import { axis, axisKey, axisName, type Figure, type FigurePart, layout, plain } from "../shared/figure";
import type { Theme } from "../shared/theme";

/** A rectangle in the figure, in CSS pixels from its upper left corner. */
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

/** Saves plotly from measuring whether each label passes the figure's edge. */
const fastLabels = { ticklabeloverflow: "allow" } as const;

/** Builds a figure: panels in boxes of pixels become plotly's axes in fractions of the figure. */
export class Canvas {
  private readonly data: FigurePart[] = [];
  private readonly annotations: FigurePart[] = [];
  private readonly shapes: FigurePart[] = [];
  private readonly axes: Record<string, FigurePart> = {};
  private panels = 0;

  constructor(
    readonly theme: Theme,
    private readonly width: number,
    private readonly height: number,
  ) {}

  /** @param x a new axis, or the name of an axis that this panel shares with another below it */
  panel({ left, top, width, height }: Box, x: FigurePart | string, y: FigurePart): Axes {
    const index = this.panels++;
    const yaxis = axisName("y", index);
    const xaxis = typeof x === "string" ? x : axisName("x", index);
    if (typeof x !== "string") {
      const domain = [left / this.width, (left + width) / this.width];
      this.axes[axisKey("x", index)] = axis(this.theme, { domain, anchor: yaxis, ...fastLabels, ...x });
    }
    const domain = [1 - (top + height) / this.height, 1 - top / this.height];
    this.axes[axisKey("y", index)] = axis(this.theme, { domain, anchor: xaxis, ...fastLabels, ...y });
    return { xaxis, yaxis };
  }

  draw(...traces: readonly FigurePart[]): void {
    this.data.push(...traces);
  }

  shape(...shapes: readonly FigurePart[]): void {
    this.shapes.push(...shapes);
  }

  /** Draws a line of text above a point, left-aligned. */
  write(text: string, left: number, bottom: number, parts: FigurePart = {}): void {
    const x = left / this.width;
    const y = 1 - (bottom - 9) / this.height; // the text's middle, because renderers differ in line heights
    const position = { x, y, xref: "paper", yref: "paper", xanchor: "left", yanchor: "middle" };
    const font = { size: 11, color: this.theme.faint };
    this.annotations.push({ text, ...position, align: "left", showarrow: false, font, ...parts });
  }

  writeName(name: string, left: number, bottom: number): void {
    this.write(`<b>${plain(name)}</b>`, left, bottom, { font: { size: 13, color: this.theme.ink } });
  }

  figure(): Figure {
    const { theme, width, height, data, annotations, shapes } = this;
    return {
      data,
      layout: layout(theme, height, {
        width,
        plot_bgcolor: "rgba(0,0,0,0)", // panels may overlap
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
