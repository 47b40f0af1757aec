import { type Grid, gridToHtml } from "../shared/grid";
import { sceneToSvg } from "../shared/scene";
import { textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import { make, type PlotElement, type Plotly } from "./page";

/** Plotly's tool bar without the buttons that upload a chart to plotly's server or save it: the menu saves pictures. */
const plotConfig: object = {
  displaylogo: false,
  plotlyServerURL: "",
  responsive: false,
  modeBarButtonsToRemove: "toImage sendChartToCloud sendDataToCloud lasso2d select2d autoScale2d".split(" "),
};

/** Drawings of a fixed width shrink to this many CSS pixels, so that text stays readable; below it they scroll. */
const narrowest = 640;

type PartType = "figure" | "scene" | "grid";

/** Keeps the parts of a widget on the page. A part keeps its element as long as its type does not change. */
export class Drawing {
  private readonly elements: { readonly type: PartType; readonly element: HTMLElement }[] = [];
  private readonly number = nextNumber();

  constructor(
    private readonly body: HTMLElement,
    private readonly plotly: Plotly,
    /** Gets the value of the clicked mark. */
    private readonly onClick: (value: unknown) => void,
  ) {
    body.addEventListener("click", ({ target }) => this.press(target));
    body.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (this.press(event.target)) event.preventDefault();
    });
  }

  async show(parts: readonly Part[], theme: Theme): Promise<void> {
    for (const [index, part] of parts.entries()) {
      const element = this.elementFor(index, part);
      element.style.setProperty("--pnr-paper", theme.paper);
      element.style.setProperty("--pnr-ink", theme.ink);
      if ("figure" in part) {
        const { data, layout } = part.figure;
        hideTooltips(element);
        await this.plotly.react(element, data, { uirevision: "kept", ...layout }, plotConfig);
        this.listen(element as PlotElement);
        labelFigure(element);
      } else if ("scene" in part) {
        const least = Math.min(part.scene.width, narrowest);
        const attributes = ` role="group" style="min-width:${least}px"`;
        setHtml(element, sceneToSvg(part.scene, attributes, `${this.number}-${index}`));
      } else {
        setHtml(element, gridToHtml(part.grid, theme));
        element.classList.toggle("pnr-pinned", hasShortNames(part.grid));
      }
    }
    while (this.elements.length > parts.length) this.removeLast();
  }

  /** The element of a figure, for saving it as a picture. */
  figure(index: number): HTMLElement {
    return this.elements[index].element;
  }

  clear(): void {
    while (this.elements.length) this.removeLast();
  }

  private elementFor(index: number, part: Part): HTMLElement {
    const type: PartType = "figure" in part ? "figure" : "scene" in part ? "scene" : "grid";
    const current = this.elements[index];
    if (current?.type === type) return current.element;
    while (this.elements.length > index) this.removeLast();
    const element = make("div", "pnr-part");
    this.elements.push({ type, element });
    this.body.append(element);
    return element;
  }

  private listen(plot: PlotElement): void {
    if (plot.dataset.listens) return;
    plot.dataset.listens = "true";
    plot.on("plotly_click", ({ points }) => this.onClick(points[0]?.customdata));
    plot.addEventListener("pointerleave", () => hideTooltips(plot));
  }

  private press(target: EventTarget | null): boolean {
    const mark = target instanceof Element ? target.closest<HTMLElement>("[data-value]") : null;
    const value = mark?.getAttribute("data-value");
    if (value === null || value === undefined) return false;
    this.onClick(JSON.parse(value));
    return true;
  }

  private removeLast(): void {
    const last = this.elements.pop();
    if (last?.type === "figure") this.plotly.purge(last.element);
    last?.element.remove();
  }
}

/** Unique in a window, even if it holds notebooks of several versions. */
function nextNumber(): number {
  const page = window as { pnrDrawings?: number };
  page.pnrDrawings = (page.pnrDrawings ?? 0) + 1;
  return page.pnrDrawings;
}

/** A first column of at most this many text columns stays visible while its table scrolls. */
const longestPinned = 30;

/** Whether the first column names the rows and leaves room for the others. */
function hasShortNames({ rows, align }: Grid): boolean {
  return align[0] === "left" && rows.every(([{ text }]) => textWidth(text) <= longestPinned);
}

/** Plotly leaves a tooltip where it is if the mark below it is replaced, or if the pointer leaves a scrolled part. */
function hideTooltips(figure: HTMLElement): void {
  for (const layer of figure.querySelectorAll(".hoverlayer")) layer.replaceChildren();
}

/** Hides plotly's unnamed drawings from screen readers, which get the widget's title and text, and names its tool bar. */
function labelFigure(element: HTMLElement): void {
  const measure = document.getElementById("js-plotly-tester");
  for (const svg of [measure, ...element.querySelectorAll("svg.main-svg, .modebar svg")])
    svg?.setAttribute("aria-hidden", "true");
  element.querySelector(".modebar[role=toolbar]")?.setAttribute("aria-label", "zoom");
}

/** Replaces an element's content. If a mark in it had the focus, the new mark with the same value gets it. */
function setHtml(element: HTMLElement, html: string): void {
  const { activeElement } = element.ownerDocument;
  const value = element.contains(activeElement) ? activeElement?.getAttribute("data-value") : null;
  element.innerHTML = html;
  if (value === null || value === undefined) return;
  const marks = [...element.querySelectorAll<SVGElement>("[data-value][tabindex]")];
  marks.find((mark) => mark.getAttribute("data-value") === value)?.focus({ preventScroll: true });
}
