import { Resvg } from "@resvg/resvg-js";
import { browserless } from "./browserless";
import type { Figure } from "./figure";

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
  const svg = (await figureToSvg(figure)).replace(/url\('#([^']+)'\)/g, "url(#$1)"); // resvg wants no quotes there
  const font = { loadSystemFonts: false, fontFiles: [fontFile()], defaultFontFamily: "DejaVu Sans" };
  const fitTo = { mode: "zoom", value: pixelsPerCssPixel } as const;
  return new Resvg(svg, { font, fitTo }).render().asPng();
}

function fontFile(): string {
  return require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
}
