import { extname } from "node:path";
import { tableToArrow } from "./arrow";
import { widgetForms } from "./bundle";
import { tableToCsv } from "./csv";
import { widgetPage } from "./html-page";
import { picturePng, pictureSvg } from "./picture";
import { runtime } from "./runtime";
import { dark, light } from "./theme";
import type { Shown } from "./widget";

type Content = string | Uint8Array;

export interface RenderOptions {
  /** Colors of pictures; pages follow their reader. Default "light". */
  readonly theme?: "light" | "dark";
}

type Render = <Packed, State extends object, Data>(
  shown: Shown<Packed, State, Data>,
  options: RenderOptions,
) => Promise<Content>;

const renderers: Readonly<Record<string, Render>> = {
  ".svg": async (shown, options) => (await pictureSvg(...parts(shown, options))).source,
  ".png": (shown, options) => picturePng(...parts(shown, options)),
  ".html": (shown) => page(shown),
  ".csv": async ({ widget, packed, state }) => tableToCsv(widget.table(widget.open(packed), state)),
  ".arrow": async ({ widget, packed, state }) => tableToArrow(widget.table(widget.open(packed), state)),
  ".txt": async ({ widget, packed, state }) => `${widget.text(widget.open(packed), state)}\n`,
};

/** Endings of the files that {@link renderWidget} can make. */
export const endings: readonly string[] = Object.keys(renderers);

/**
 * A widget as the content of a file, by the ending of its name: a picture (.svg, .png), a page that works without
 * network (.html), the numbers behind it (.csv, .arrow), or words (.txt).
 * @throws RangeError for any other ending
 */
export function renderWidget<Packed, State extends object, Data>(
  shown: Shown<Packed, State, Data>,
  file: string,
  options: RenderOptions = {},
): Promise<Content> {
  const ending = extname(file).toLowerCase();
  const render = renderers[ending];
  if (!render) throw new RangeError(`"${file}": the name must end in one of ${endings.join(", ")}`);
  return render(shown, options);
}

function parts<Packed, State extends object, Data>(
  { widget, packed, state }: Shown<Packed, State, Data>,
  { theme = "light" }: RenderOptions,
): Parameters<typeof pictureSvg> {
  const colors = theme === "dark" ? dark : light;
  return [widget.build(widget.open(packed), state, colors), colors];
}

async function page<Packed, State extends object, Data>(shown: Shown<Packed, State, Data>): Promise<string> {
  const { widget, packed, state } = shown;
  const { still } = await widgetForms(shown, "page", runtime().name);
  const title = widget.title(widget.open(packed), state);
  return widgetPage({ kind: widget.kind, packed, state }, title, still, runtime());
}
