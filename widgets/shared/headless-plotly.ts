import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure, FigurePart } from "./figure";
import { encodePng } from "./png";

/** The part of plotly that pictures need. */
interface Plotly {
  newPlot(element: Element, data: Figure["data"], layout: FigurePart, config: FigurePart): Promise<unknown>;
  toImage(element: Element, options: FigurePart): Promise<string>;
  purge(element: Element): void;
}

interface Page {
  readonly document: Document;
  readonly plotly: Plotly;
}

let page: Page | undefined;

/** A page in which plotly draws without a browser, created once. jsdom does no layout, so text sizes are estimates. */
export function headlessPage(): Page {
  if (page) return page;
  // It takes half a second to load, and most widgets are drawn without plotly.
  const { JSDOM }: typeof import("jsdom") = require("jsdom");
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    url: "http://localhost/",
  });
  Object.assign(window, {
    TextDecoder, // plotly's map library needs both
    TextEncoder,
    CSS: { supports: (property: string) => property === "image-rendering" }, // heat maps then use one pixel per cell
    matchMedia: () => ({ matches: false, addListener() {}, addEventListener() {} }),
  });
  Object.assign(window.URL, { createObjectURL: () => "blob:none", revokeObjectURL() {} });
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, _: string, options?: { readonly willReadFrequently?: boolean }) {
      return options?.willReadFrequently ? imageContext(this) : null; // plotly never draws on the one it gets on loading
    },
  });
  estimateSize(window.SVGElement.prototype, "getBBox");
  estimateSize(window.Element.prototype, "getBoundingClientRect");
  const source = readFileSync(require.resolve("plotly.js-dist"), "utf8");
  const module = { exports: {} };
  new window.Function("module", "exports", source)(module, module.exports);
  page = { document: window.document, plotly: module.exports as Plotly };
  return page;
}

/** The part of a canvas that plotly's heat maps use: pixels in, PNG out through `toDataURL`. */
function imageContext(canvas: HTMLCanvasElement): object {
  return {
    createImageData: (width: number, height: number) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: ({ data }: { readonly data: Uint8ClampedArray }) => {
      const png = encodePng(canvas.width, canvas.height, data).toString("base64");
      Object.assign(canvas, { toDataURL: () => `data:image/png;base64,${png}` });
    },
  };
}

/** Source of the build that notebooks embed: plotly's cartesian part in the same version, a quarter of the size. */
export function plotlySource(): string {
  const folder = require.resolve("plotly.js-cartesian-dist-min/package.json");
  return readFileSync(join(folder, "../plotly-cartesian.min.js"), "utf8");
}

const lineHeight = 1.2;
/** Height of a line above its baseline, as a share of the font's size. */
const ascent = 0.93;
const characterWidth = 0.58;
/** By `text-anchor`, the share of a text that is left of its position. */
const shareOnLeft: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };

/**
 * Makes a method of all elements return the estimated box of their text. Where plotly measures a text, its first baseline is at 0.
 * Of groups with a label, plotly only asks whether they are inside the figure; all count as inside.
 */
function estimateSize(prototype: object, method: string): void {
  Object.defineProperty(prototype, method, {
    configurable: true,
    writable: true,
    value(this: HTMLElement) {
      const size = Number.parseFloat(this.style?.fontSize) || 12;
      const lines = [...this.querySelectorAll("tspan.line")].map((line) => line.textContent ?? "");
      const texts = lines.length ? lines : [this.textContent ?? ""];
      const width = Math.max(...texts.map((text) => text.length * size * characterWidth));
      const height = size * lineHeight * texts.length;
      const left = -width * (shareOnLeft[this.getAttribute("text-anchor") ?? "start"] ?? 0);
      const top = this.localName === "text" && this.closest("#js-plotly-tester") ? -size * ascent : 0;
      return { x: left, y: top, left, top, width, height, right: left + width, bottom: top + height };
    },
  });
}
