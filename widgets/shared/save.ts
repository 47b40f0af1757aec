import { extname } from "node:path";
import { fittingWidth } from "./figure";
import { widgetForms } from "./forms";
import { widgetPage } from "./html-page";
import { outlined } from "./outline";
import { panelOf } from "./panel";
import { picturePng, pictureSvg } from "./picture";
import { runtime } from "./runtime";
import { dark, light } from "./theme";
import type { DataTable, WidgetInstance } from "./widget";

type Content = string | Uint8Array;

export interface RenderOptions {
  /** Colors of pictures; pages follow the reader's setting. Default "light". */
  readonly theme?: "light" | "dark";
  /**
   * Width of the printed picture in CSS pixels, 1/96 inch each. Its parts are laid out at this width, so that their text has its true
   * size. Wide tables are divided; the few drawings that cannot be narrower are scaled down.
   */
  readonly width?: number;
  /** Name of an installed font for all texts of an SVG or PDF, which become outlines. */
  readonly font?: string;
  /** One panel: the number of a part from the top, or a part of the title of a figure's panel. Default: the whole picture. */
  readonly panel?: string;
}

type Render = <Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  options: RenderOptions,
) => Promise<Content>;

const renderers: Readonly<Record<string, Render>> = {
  ".svg": svgOf,
  ".pdf": pdfOf,
  ".png": (instance, options) => picturePng(...partsOf(instance, options)),
  ".html": (instance) => pageOf(instance),
  ".csv": async (instance) => (await import("./data-export.js")).tableToCsv(tableOf(instance)),
  ".arrow": async (instance) => (await import("./data-export.js")).tableToArrow(tableOf(instance)),
  ".txt": async ({ widget, packed, state }) => `${widget.text(widget.open(packed), state)}\n`,
};

/** File extensions that {@link renderWidget} supports. */
export const endings: readonly string[] = Object.keys(renderers);

/**
 * A widget as the content of a file, by the file's extension: a picture (.svg, .pdf, .png), a page that works without network (.html),
 * the numbers behind it (.csv, .arrow), or its text description (.txt).
 * @throws RangeError for any other extension, a missing font or a missing panel
 */
export function renderWidget<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  file: string,
  options: RenderOptions = {},
): Promise<Content> {
  const render = renderers[extname(file).toLowerCase()];
  if (!render) throw new RangeError(`"${file}": the name must end in one of ${endings.join(", ")}`);
  return render(instance, options);
}

/** Texts stay texts, unless the picture is for print. */
async function svgOf<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  options: RenderOptions,
): Promise<string> {
  const svg = await pictureSvg(...partsOf(instance, options));
  if (options.width === undefined && options.font === undefined) return svg.source;
  const { source, width, height } = outlined(svg, options.font);
  const inches = (pixels: number): string => `${(pixels / 96).toFixed(4)}in`;
  return source.replace(
    /^<svg width="[^"]*" height="[^"]*"/,
    () => `<svg width="${inches(width)}" height="${inches(height)}"`,
  );
}

async function pdfOf<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  options: RenderOptions,
): Promise<Uint8Array> {
  const svg = await pictureSvg(...partsOf(instance, options));
  const { svgToPdf } = await import("./pdf.js");
  return svgToPdf(outlined(svg, options.font));
}

function partsOf<Packed, State extends object, Data>(
  { widget, packed, state }: WidgetInstance<Packed, State, Data>,
  { theme = "light", width, panel }: RenderOptions,
): Parameters<typeof pictureSvg> {
  const colors = theme === "dark" ? dark : light;
  const parts = widget.build(widget.open(packed), state, colors, width);
  const selectedParts = panel === undefined ? parts : [panelOf(parts, panel, fittingWidth(width))];
  return [selectedParts, colors, width];
}

function tableOf<Packed, State extends object, Data>({
  widget,
  packed,
  state,
}: WidgetInstance<Packed, State, Data>): DataTable {
  return widget.table(widget.open(packed), state);
}

async function pageOf<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
): Promise<string> {
  const { widget, packed, state } = instance;
  const { staticHtml } = await widgetForms(instance, "page", runtime().name);
  const title = widget.title(widget.open(packed), state);
  return widgetPage({ kind: widget.kind, packed, state }, title, staticHtml, runtime());
}
