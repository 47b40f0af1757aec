import { type Grid, gridToHtml } from "../shared/grid";
import { sceneToSvg } from "../shared/scene";
import { textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import { make, type PlotElement, type Plotly } from "./page";

/** Plotly's own tool bar, without what sends a chart to plotly's server; the menu saves pictures. */
const plotConfig: object = {
  displaylogo: false,
  plotlyServerURL: "",
  responsive: false,
  modeBarButtonsToRemove: [
    "toImage",
    "sendChartToCloud",
    "sendDataToCloud",
    "lasso2d",
    "select2d",
    "autoScale2d",
  ],
};

/** Narrower than this a figure or a drawing scrolls instead: its words could not be read. */
const narrowest = 640;

type PartType = "figure" | "scene" | "grid";

/** Keeps the parts of a widget on the page, each in an element of its own that stays while the part's type does. */
export class Drawing {
  private readonly drawn: { readonly type: PartType; readonly element: HTMLElement }[] = [];

  private readonly number = nextNumber();

  constructor(
    private readonly body: HTMLElement,
    private readonly plotly: Plotly,
    /** Given what the clicked mark carries. */
    private readonly onClick: (value: unknown) => void,
  ) {
    body.addEventListener("click", ({ target }) => this.pressed(target));
    body.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (this.pressed(event.target)) event.preventDefault();
    });
  }

  /** @param room width in CSS pixels that there is; a figure goes along with it, as far as it stays readable */
  async show(parts: readonly Part[], theme: Theme, room: number): Promise<void> {
    for (const [place, part] of parts.entries()) {
      const element = this.elementFor(place, part);
      if ("figure" in part) {
        const { data, layout } = part.figure;
        const width = Math.max(Math.min(layout.width, room), narrowest);
        await this.plotly.react(element, data, { uirevision: "kept", ...layout, width }, plotConfig);
        this.listen(element as PlotElement);
        nameFigure(element);
      } else if ("scene" in part) {
        const least = Math.min(part.scene.width, narrowest);
        const attributes = ` role="group" style="min-width:${least}px"`;
        refill(element, sceneToSvg(part.scene, attributes, `${this.number}-${place}`));
      } else {
        refill(element, gridToHtml(part.grid, theme));
        element.classList.toggle("pnr-pinned", hasShortNames(part.grid));
        element.style.setProperty("--pnr-paper", theme.paper);
      }
    }
    while (this.drawn.length > parts.length) this.drop();
  }

  /** The element of a figure, for saving it as a picture. */
  figure(place: number): HTMLElement {
    return this.drawn[place].element;
  }

  clear(): void {
    while (this.drawn.length) this.drop();
  }

  private elementFor(place: number, part: Part): HTMLElement {
    const type: PartType = "figure" in part ? "figure" : "scene" in part ? "scene" : "grid";
    const known = this.drawn[place];
    if (known?.type === type) return known.element;
    while (this.drawn.length > place) this.drop();
    const element = make("div", "pnr-part");
    this.drawn.push({ type, element });
    this.body.append(element);
    return element;
  }

  private listen(plot: PlotElement): void {
    if (plot.dataset.listens) return;
    plot.dataset.listens = "true";
    plot.on("plotly_click", ({ points }) => this.onClick(points[0]?.customdata));
  }

  private pressed(target: EventTarget | null): boolean {
    const mark = target instanceof Element ? target.closest<HTMLElement>("[data-value]") : null;
    const value = mark?.getAttribute("data-value");
    if (value === null || value === undefined) return false;
    this.onClick(JSON.parse(value));
    return true;
  }

  private drop(): void {
    const last = this.drawn.pop();
    if (last?.type === "figure") this.plotly.purge(last.element);
    last?.element.remove();
  }
}

/** No two drawings of a page have the same, not even those of notebooks that were made with different versions. */
function nextNumber(): number {
  const page = window as { pnrDrawings?: number };
  page.pnrDrawings = (page.pnrDrawings ?? 0) + 1;
  return page.pnrDrawings;
}

/** Columns of a name that may stay in sight while its row scrolls. */
const longestPinned = 30;

/** Whether the first column tells what the rows are and leaves room for the others. */
function hasShortNames({ rows, align }: Grid): boolean {
  return align[0] === "left" && rows.every(([{ text }]) => textWidth(text) <= longestPinned);
}

/** Plotly leaves its drawings and tools without a name; what they show, the widget's name and words say. */
function nameFigure(element: HTMLElement): void {
  const measure = document.getElementById("js-plotly-tester");
  for (const drawing of [measure, ...element.querySelectorAll("svg.main-svg, .modebar svg")])
    drawing?.setAttribute("aria-hidden", "true");
  element.querySelector(".modebar[role=toolbar]")?.setAttribute("aria-label", "zoom");
}

/** Replaces what an element holds. Where a mark in it had the keyboard's focus, the mark of the same value has it again. */
function refill(element: HTMLElement, html: string): void {
  const { activeElement } = element.ownerDocument;
  const value = element.contains(activeElement) ? activeElement?.getAttribute("data-value") : null;
  element.innerHTML = html;
  if (value === null || value === undefined) return;
  const marks = [...element.querySelectorAll<SVGElement>("[data-value][tabindex]")];
  marks.find((mark) => mark.getAttribute("data-value") === value)?.focus({ preventScroll: true });
}
