import { gridToScene } from "./grid";
import { type Scene, sceneToSvg } from "./scene";
import type { Theme } from "./theme";
import type { Part } from "./widget";

/** An SVG document of a known size. */
export interface Svg {
  readonly width: number;
  readonly height: number;
  readonly source: string;
}

/** Height in CSS pixels between two parts. */
const gap = 10;

/** A drawing of our own as SVG. */
function drawnSvg(scene: Scene): Svg {
  return { width: scene.width, height: scene.height, source: sceneToSvg(scene) };
}

/**
 * All parts of a widget in one SVG document, one below the other.
 * @param figureSvg draws a plotly figure; the browser and the pictures each have their own way
 */
export async function partsToSvg(
  parts: readonly Part[],
  theme: Theme,
  figureSvg: (part: Extract<Part, { figure: unknown }>, place: number) => Promise<Svg>,
): Promise<Svg> {
  const drawn: Svg[] = [];
  for (const [place, part] of parts.entries()) {
    if ("figure" in part) drawn.push(withOwnIds(await figureSvg(part, place), place));
    else drawn.push(drawnSvg("scene" in part ? part.scene : gridToScene(part.grid, theme)));
  }
  return stacked(drawn, theme);
}

function stacked(drawn: readonly Svg[], theme: Theme): Svg {
  const width = Math.max(1, ...drawn.map((svg) => svg.width));
  let top = 0;
  const placed = drawn.map(({ source, height }) => {
    const group = asGroup(source, top);
    top += height + gap;
    return group;
  });
  const height = Math.max(1, top - gap);
  const paper = `<rect width="${width}" height="${height}" fill="${theme.paper}"/>`;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${paper}${placed.join("")}</svg>`;
  return { width, height, source };
}

/** Not a document within the document: that clips, and resvg aborts on see-through things outside of what is clipped. */
function asGroup(source: string, top: number): string {
  const opening = source.slice(0, source.indexOf(">"));
  const fonts = /font-family="[^"]*"/.exec(opening)?.[0] ?? "";
  const inner = source.slice(opening.length + 1, source.lastIndexOf("</svg>"));
  return `<g transform="translate(0,${top})" ${fonts}>${inner}</g>`;
}

/** Plotly draws lots for the ids of each figure; these say the same in every picture, and differ within one. */
function withOwnIds(svg: Svg, place: number): Svg {
  const lot = /id="defs-([0-9a-f]{6})"/.exec(svg.source)?.[1];
  if (lot === undefined) return svg;
  return { ...svg, source: svg.source.replace(new RegExp(`(?<=["'#(][a-z-]+)${lot}`, "g"), `part${place}-`) };
}
