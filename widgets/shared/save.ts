import { extname } from "node:path";
import { tableToArrow, tableToCsv } from "./data-export";
import { widgetForms } from "./forms";
import { widgetPage } from "./html-page";
import { picturePng, pictureSvg } from "./picture";
import { runtime } from "./runtime";
import { dark, light } from "./theme";
import type { DataTable, WidgetInstance } from "./widget";

type Content = string | Uint8Array;

export interface RenderOptions {
  /** Colors of pictures; pages follow the reader's setting. Default "light". */
  readonly theme?: "light" | "dark";
}

type Render = <Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  options: RenderOptions,
) => Promise<Content>;

const renderers: Readonly<Record<string, Render>> = {
  ".svg": async (instance, options) => (await pictureSvg(...partsOf(instance, options))).source,
  ".png": (instance, options) => picturePng(...partsOf(instance, options)),
  ".html": (instance) => pageOf(instance),
  ".csv": async (instance) => tableToCsv(tableOf(instance)),
  ".arrow": async (instance) => tableToArrow(tableOf(instance)),
  ".txt": async ({ widget, packed, state }) => `${widget.text(widget.open(packed), state)}\n`,
};

/** File extensions that {@link renderWidget} supports. */
export const endings: readonly string[] = Object.keys(renderers);

/**
 * A widget as the content of a file, by the file's extension: a picture (.svg, .png), a page that works without network (.html),
 * the numbers behind it (.csv, .arrow), or its text description (.txt).
 * @throws RangeError for any other extension
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

function partsOf<Packed, State extends object, Data>(
  { widget, packed, state }: WidgetInstance<Packed, State, Data>,
  { theme = "light" }: RenderOptions,
): Parameters<typeof pictureSvg> {
  const colors = theme === "dark" ? dark : light;
  return [widget.build(widget.open(packed), state, colors), colors];
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
