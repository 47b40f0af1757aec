import { readFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import type { Figure, FigurePart } from "./figure";
import { rasterOf } from "./raster";

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

/** A page without a browser in which plotly draws; made once. jsdom lays nothing out, so sizes of texts are estimated. */
export function browserless(): Page {
  if (page) return page;
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    url: "http://localhost/",
  });
  Object.assign(window, {
    TextDecoder, // asked for by the map library that the whole of plotly brings along
    TextEncoder,
    CSS: { supports: (property: string) => property === "image-rendering" }, // heat maps get a pixel a cell
    matchMedia: () => ({ matches: false, addListener() {}, addEventListener() {} }),
  });
  Object.assign(window.URL, { createObjectURL: () => "blob:none", revokeObjectURL() {} });
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, _: string, options?: { readonly willReadFrequently?: boolean }) {
      return options?.willReadFrequently ? rasterOf(this) : null; // on loading one is asked for and never drawn on
    },
  });
  measure(window.SVGElement.prototype, "getBBox");
  measure(window.Element.prototype, "getBoundingClientRect");
  const source = readFileSync(require.resolve("plotly.js-dist"), "utf8");
  const plotly = new window.Function("module", "exports", source);
  const module = { exports: {} };
  plotly(module, module.exports);
  page = { document: window.document, plotly: module.exports as Plotly };
  return page;
}

/** The build that notebooks embed: the cartesian part of the same version, a quarter of the size. */
export function plotlySource(): string {
  const folder = require.resolve("plotly.js-cartesian-dist-min/package.json");
  return readFileSync(join(folder, "../plotly-cartesian.min.js"), "utf8");
}

const lineHeight = 1.2;
const characterWidth = 0.58;
/** Share of a text that lies left of the point it is placed at. */
const anchored: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };

function measure(prototype: object, method: string): void {
  Object.defineProperty(prototype, method, {
    configurable: true,
    writable: true,
    value(this: HTMLElement) {
      const size = Number.parseFloat(this.style?.fontSize) || 12;
      const rows = [...this.querySelectorAll("tspan.line")].map((line) => line.textContent ?? "");
      const texts = rows.length ? rows : [this.textContent ?? ""];
      const width = Math.max(...texts.map((text) => text.length * size * characterWidth));
      const height = size * lineHeight * texts.length;
      const left = -width * (anchored[this.getAttribute("text-anchor") ?? "start"] ?? 0);
      return { x: left, y: 0, left, top: 0, width, height, right: left + width, bottom: height };
    },
  });
}
