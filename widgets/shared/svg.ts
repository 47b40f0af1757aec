import { gridToScene } from "./grid";
import { sceneToSvg } from "./scene";
import type { Theme } from "./theme";
import type { Part } from "./widget";

/** An SVG document and its size in CSS pixels. */
export interface Svg {
  readonly width: number;
  readonly height: number;
  readonly source: string;
}

const gap = 10;

/** The document in the data URL that plotly returns. */
export function svgFromUrl(url: string, width: number, height: number): Svg {
  return { width, height, source: decodeURIComponent(url.replace(/^data:image\/svg\+xml,/, "")) };
}

/**
 * All parts of a widget in one SVG document, from top to bottom.
 * @param figureSvg draws a plotly figure, in a browser or without one
 */
export async function partsToSvg(
  parts: readonly Part[],
  theme: Theme,
  figureSvg: (part: Extract<Part, { figure: unknown }>, index: number) => Promise<Svg>,
): Promise<Svg> {
  const svgs: Svg[] = [];
  for (const [index, part] of parts.entries()) {
    if ("figure" in part) svgs.push(withStableIds(await figureSvg(part, index), index));
    else {
      const scene = "scene" in part ? part.scene : gridToScene(part.grid, theme);
      svgs.push({ width: scene.width, height: scene.height, source: sceneToSvg(scene) });
    }
  }
  const width = Math.max(1, ...svgs.map((svg) => svg.width));
  let top = 0;
  const groups = svgs.map(({ source, height }) => {
    const group = svgGroup(source, top);
    top += height + gap;
    return group;
  });
  const height = Math.max(1, top - gap);
  const paper = `<rect width="${width}" height="${height}" fill="${theme.paper}"/>`;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${paper}${groups.join("")}</svg>`;
  return { width, height, source };
}

/** A document as a group. A nested document would clip, and resvg aborts on translucent elements outside the clipped area. */
function svgGroup(source: string, top: number): string {
  const opening = source.slice(0, source.indexOf(">"));
  const fonts = /font-family="[^"]*"/.exec(opening)?.[0] ?? "";
  const inner = source.slice(opening.length + 1, source.lastIndexOf("</svg>"));
  return `<g transform="translate(0,${top})" ${fonts}>${inner}</g>`;
}

/** Replaces plotly's random ids, so that every picture has the same bytes and its figures have distinct ids. */
function withStableIds(svg: Svg, index: number): Svg {
  const randomId = /id="defs-([0-9a-f]{6})"/.exec(svg.source)?.[1];
  if (randomId === undefined) return svg;
  const ids = new RegExp(`(?<=["'#(][a-z-]+)${randomId}`, "g");
  return { ...svg, source: svg.source.replace(ids, `part${index}-`) };
}
