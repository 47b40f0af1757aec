import { axis, axisKey, axisName, type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { estimateWidth } from "../shared/text-flow";
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

export type ColorScale = "scores" | "weights";

/** Name of a color axis, as maps refer to it. */
export function colorAxisOf(scale: ColorScale): string {
  return scale === "scores" ? "coloraxis" : "coloraxis2";
}

export interface ColorAxis {
  readonly range: readonly [number, number];
  readonly colors: readonly (readonly [number, string])[];
  readonly title: string;
}

const titleSize = 11;

/** Stops plotly from measuring whether labels pass the figure's edge or overlap. Panels have few enough numbers. */
const fastLabels = { ticklabeloverflow: "allow", tickangle: 0 } as const;

/** Builds a figure: panels in boxes of pixels become plotly's axes in fractions of the figure. */
export class Canvas {
  private readonly data: FigurePart[] = [];
  private readonly annotations: FigurePart[] = [];
  private readonly shapes: FigurePart[] = [];
  private readonly axes: Record<string, FigurePart> = {};
  private panels = 0;
  private readonly colorAxes: Record<string, FigurePart> = {};

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

  /** A scale of colors for maps, with its bar in a box. Maps refer to it by {@link colorAxisOf}. */
  colorAxis(name: ColorScale, box: Box, { range, colors, title }: ColorAxis): void {
    const x = box.left / this.width;
    const y = 1 - (box.top + box.height / 2) / this.height;
    const position = {
      x,
      y,
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: "middle",
      xpad: 0,
      ypad: 0,
    };
    const size = { len: box.height, lenmode: "pixels", thickness: 12, outlinewidth: 0 };
    const text = { tickfont: { size: 10 }, title: { text: title, side: "right", font: { size: 11 } } };
    this.colorAxes[colorAxisOf(name)] = {
      cmin: range[0],
      cmax: range[1],
      colorscale: colors,
      colorbar: { ...position, ...size, ...text },
    };
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
    const font = { size: titleSize, color: this.theme.faint };
    this.annotations.push({ text, ...position, align: "left", showarrow: false, font, ...parts });
  }

  /** Draws the first of the texts that is as narrow as the box, else the last, as the title of the box. */
  writeTitle(texts: readonly string[], { left, top, width }: Box): void {
    const isNarrow = (text: string): boolean =>
      estimateWidth(text.replace(/<[^>]*>/g, ""), titleSize) <= width + 10;
    this.write(texts.find(isNarrow) ?? texts[texts.length - 1], left, top - 1);
  }

  writeName(name: string, left: number, bottom: number): void {
    this.write(`<b>${plain(name)}</b>`, left, bottom, { font: { size: 13, color: this.theme.ink } });
  }

  figure(): Figure {
    const { theme, width, height, data, annotations, shapes } = this;
    return {
      data,
      layout: layout(theme, [width, height], {
        plot_bgcolor: "rgba(0,0,0,0)", // panels may overlap
        margin: { l: 0, r: 0, t: 0, b: 0 },
        hovermode: "closest",
        showlegend: false,
        annotations,
        shapes,
        ...this.axes,
        ...this.colorAxes,
      }),
    };
  }
}
