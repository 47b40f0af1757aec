// cspell:ignore TOBESTRIPPED
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "./figure";
import { headlessPage } from "./headless-plotly";
import { encodePng } from "./png";
import { partsToSvg, type Svg, svgFromUrl } from "./svg";
import { isWide } from "./text";
import { light, type Theme } from "./theme";
import type { Part } from "./widget";

const pixelsPerCssPixel = 1.5;

/** The parts of a widget as one SVG document, drawn without a browser. @param printWidth as for {@link partsToSvg} */
export function pictureSvg(parts: readonly Part[], theme: Theme = light, printWidth?: number): Promise<Svg> {
  return partsToSvg(parts, theme, ({ figure }) => figureSvg(figure), printWidth);
}

/** The parts of a widget as PNG. The bytes are the same on every machine, because only bundled fonts are used. */
export async function picturePng(
  parts: readonly Part[],
  theme: Theme = light,
  printWidth?: number,
): Promise<Buffer> {
  return svgToPng(await pictureSvg(parts, theme, printWidth));
}

/** A plotly figure as SVG, drawn without a browser. */
export async function figureSvg({ data, layout }: Figure): Promise<Svg> {
  const { document, plotly } = headlessPage();
  const { width, height } = layout;
  const element = document.createElement("div");
  const box = { x: 0, y: 0, left: 0, top: 0, width, height, right: width, bottom: height };
  Object.assign(element, { getBoundingClientRect: () => box });
  document.body.append(element);
  try {
    await plotly.newPlot(element, structuredClone(data), structuredClone(layout), { staticPlot: true });
    const svg = svgFromUrl(await plotly.toImage(element, { format: "svg", width, height }), width, height);
    // Plotly marks the quotes around font names and removes its marks again, but only next to the quotes that a browser adds.
    return { ...svg, source: svg.source.replaceAll("TOBESTRIPPED", "'") };
  } finally {
    plotly.purge(element);
    element.remove();
  }
}

/** An SVG document as PNG, set in the bundled fonts. */
export function svgToPng({ source }: Svg): Buffer {
  const { drawable, fontFiles } = drawableSvg(source);
  const fitTo = { mode: "zoom", value: pixelsPerCssPixel } as const;
  const font = { loadSystemFonts: false, fontFiles, ...defaultFonts };
  const { width, height, pixels } = new Resvg(drawable, { font, fitTo }).render();
  return encodePng(width, height, pixels);
}

/** The families that stand for generic and for missing ones. */
export const defaultFonts = {
  defaultFontFamily: "DejaVu Sans",
  monospaceFamily: "DejaVu Sans Mono",
} as const;

/** A document as resvg can draw it, and the bundled fonts that it needs. */
export function drawableSvg(source: string): {
  readonly drawable: string;
  readonly fontFiles: string[];
} {
  const eastAsian = [...source].some(isWide) ? eastAsianFont() : undefined;
  const drawable = (eastAsian === undefined ? withoutWide(source) : source)
    .replace(/url\('#([^']+)'\)/g, "url(#$1)") // resvg accepts no quotes here
    .replace(/image-rendering: [a-z-]+/gi, "image-rendering: optimizeSpeed") // resvg's name for sharp pixels
    .replace(/([";\s])opacity: 0?\.\d+/g, "$1opacity: 1"); // resvg aborts on translucent elements next to distant ones
  return { drawable, fontFiles: [...latinFonts(), ...(eastAsian === undefined ? [] : [eastAsian])] };
}

function latinFonts(): string[] {
  return ["Sans", "Sans-Bold", "SansMono", "SansMono-Bold"].map((name) =>
    require.resolve(`dejavu-fonts-ttf/ttf/DejaVu${name}.ttf`),
  );
}

/** The font for East Asian characters; undefined if its optional package is not installed. */
function eastAsianFont(): string | undefined {
  try {
    const fonts = require.resolve("@embedpdf/fonts-sc");
    return join(dirname(fonts), "../fonts/NotoSansHans-Regular.otf");
  } catch {
    return undefined;
  }
}

/** Replaces each run of East Asian characters with a dash. */
function withoutWide(text: string): string {
  return [...text]
    .map((character) => (isWide(character) ? "–" : character))
    .join("")
    .replace(/–+/g, "–");
}
