// cspell:ignore Termes Tinos Heros Arimo Cousine
import { Resvg } from "@resvg/resvg-js";
import { defaultFonts, drawableSvg } from "./picture";
import type { Svg } from "./svg";

/** Fonts of the same widths as a common name, in case the machine has none of that name. */
const equivalents: Readonly<Record<string, readonly string[]>> = {
  times: ["Times New Roman", "Liberation Serif", "Nimbus Roman", "TeX Gyre Termes", "Tinos"],
  helvetica: ["Arial", "Liberation Sans", "Nimbus Sans", "TeX Gyre Heros", "Arimo"],
  courier: ["Courier New", "Liberation Mono", "Nimbus Mono PS", "TeX Gyre Cursor", "Cousine"],
};

/**
 * The document with its texts as outlines, so that it looks the same in every program.
 * @param font name of an installed font for all texts; default: the bundled ones
 * @throws RangeError if no font of that name, or of the same widths, is installed
 */
export function outlined({ source, width, height }: Svg, font?: string): Svg {
  const text = font === undefined ? source : withFont(source, installedFont(font));
  const { drawable, fontFiles } = drawableSvg(text);
  const fonts = { loadSystemFonts: font !== undefined, fontFiles, ...defaultFonts };
  return { width, height, source: new Resvg(drawable, { font: fonts }).toString() };
}

/** Replaces all font families, in attributes and in styles. */
function withFont(source: string, font: string): string {
  return source
    .replace(/font-family="[^"]*"/g, `font-family="${font}"`)
    .replace(/font-family:[^;"]*/g, `font-family: '${font}'`);
}

/** The installed font that a name stands for. */
function installedFont(name: string): string {
  if (/["'<>&;]/.test(name)) throw new RangeError(`font: "${name}" is not the name of a font`);
  const names = [name, ...(equivalents[name.toLowerCase()] ?? [])];
  const installed = names.find(isInstalled);
  if (installed !== undefined) return installed;
  const tried = names.length > 1 ? `; nor is ${names.slice(1).join(", ")}` : "";
  throw new RangeError(`font: "${name}" is not installed${tried}; fc-list lists the installed ones`);
}

/** Whether a text in that font differs from one in a font that cannot exist. */
function isInstalled(font: string): boolean {
  const outline = (family: string, fallback: string): string => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="20"><text y="15" font-family="${family}">Rag 0</text></svg>`;
    return new Resvg(svg, { font: { loadSystemFonts: true, defaultFontFamily: fallback } }).toString();
  };
  const missing = "pnr-no-such-font";
  return outline(font, missing) !== outline(missing, missing);
}
