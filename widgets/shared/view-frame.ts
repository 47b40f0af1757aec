import type { Figure } from "./figure";
import { dark, light, type Theme } from "./theme";

/** The part of plotly that views use. */
export interface PlotlyView {
  react(
    element: HTMLElement,
    data: Figure["data"],
    layout: Figure["layout"],
    config: object,
  ): Promise<unknown>;
}

/** What plotly adds to the element it draws in. */
export interface PlotElement extends HTMLElement {
  on(event: "plotly_click", listener: (event: PlotClick) => void): void;
}

export interface PlotClick {
  readonly points: readonly { readonly customdata?: unknown }[];
}

/** Brings a widget to life inside `element`. */
export type View<Data> = (
  element: HTMLElement,
  data: Data,
  plotly: PlotlyView,
  theme: Theme,
) => Promise<void>;

/** Plotly's own tool bar, without what sends a chart to plotly's server. */
export const plotConfig: object = {
  displaylogo: false,
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["sendChartToCloud", "sendDataToCloud", "lasso2d", "select2d", "autoScale2d"],
  toImageButtonOptions: { format: "svg", filename: "pnr" },
};

/** The view of a widget without controls. */
export function figureView<Data>(build: (data: Data, theme: Theme) => Figure): View<Data> {
  return async (element, data, plotly, theme) => {
    const plot = document.createElement("div");
    element.replaceChildren(plot);
    const figure = build(data, theme);
    await plotly.react(plot, figure.data, figure.layout, plotConfig);
  };
}

/** The theme that goes with what the element stands on. */
export function themeAround(element: Element): Theme {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const [red, green, blue, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? []).map(
      Number,
    );
    if (red !== undefined && alpha > 0) return 0.3 * red + 0.59 * green + 0.11 * blue < 128 ? dark : light;
  }
  return light;
}
