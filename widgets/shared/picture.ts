import { Resvg } from "@resvg/resvg-js";
import { browserless } from "./browserless";
import type { Figure } from "./figure";
import { isWide } from "./text";

const pixelsPerCssPixel = 1.5;

/** The figure as SVG, drawn without a browser. */
export async function figureToSvg({ data, layout }: Figure): Promise<string> {
  const { document, plotly } = browserless();
  const { width, height } = layout;
  const element = document.createElement("div");
  const box = { x: 0, y: 0, left: 0, top: 0, width, height, right: width, bottom: height };
  Object.assign(element, { getBoundingClientRect: () => box });
  document.body.append(element);
  try {
    await plotly.newPlot(element, structuredClone(data), structuredClone(layout), { staticPlot: true });
    const address = await plotly.toImage(element, { format: "svg", width, height });
    return decodeURIComponent(address.replace(/^data:image\/svg\+xml,/, ""));
  } finally {
    plotly.purge(element);
    element.remove();
  }
}

/** The figure as PNG. The same figure gives the same bytes, on every machine: only the bundled font is used. */
export async function figureToPng(figure: Figure): Promise<Buffer> {
  const svg = (await figureToSvg(drawable(figure) as Figure))
    .replace(/url\('#([^']+)'\)/g, "url(#$1)") // resvg wants no quotes there
    .replace(/([";\s])opacity: 0?\.\d+/g, "$1opacity: 1"); // see-through elements beside far ones make it abort
  const font = { loadSystemFonts: false, fontFiles: [fontFile()], defaultFontFamily: "DejaVu Sans" };
  const fitTo = { mode: "zoom", value: pixelsPerCssPixel } as const;
  return new Resvg(svg, { font, fitTo }).render().asPng();
}

/**
 * The bundled font has no East Asian characters. Where they are all that a label says, its position says it instead:
 * the token's number on an axis, a dash elsewhere.
 */
function drawable(part: unknown): unknown {
  if (typeof part === "string") return [...part].some(isWide) ? withoutWide(part) : part;
  if (Array.isArray(part)) return part.map(drawable);
  if (typeof part !== "object" || part === null) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, drawable(value)]);
  const { tickvals, ticktext } = part as { tickvals?: unknown[]; ticktext?: string[] };
  if (tickvals && ticktext) {
    entries.push([
      "ticktext",
      ticktext.map((text, i) => ([...text].some(isWide) ? String(tickvals[i]) : text)),
    ]);
  }
  return Object.fromEntries(entries);
}

function withoutWide(text: string): string {
  return [...text]
    .map((character) => (isWide(character) ? "–" : character))
    .join("")
    .replace(/–+/g, "–");
}

function fontFile(): string {
  return require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
}
