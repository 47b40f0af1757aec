import { gridBlocks, gridToScene } from "./grid";
import { type Scene, sceneToSvg } from "./scene";
import type { Theme } from "./theme";
import type { Part } from "./widget";

/** An SVG document and its size in CSS pixels. */
export interface Svg {
  readonly width: number;
  readonly height: number;
  readonly source: string;
}

const gap = 10;
/** In print, a table gets smaller letters before its columns are divided: those of about 7 points. */
const smallestTable = 0.75;

/** The document in the data URL that plotly returns. */
export function svgFromUrl(url: string, width: number, height: number): Svg {
  return { width, height, source: decodeURIComponent(url.replace(/^data:image\/svg\+xml,/, "")) };
}

/**
 * All parts of a widget in one SVG document, from top to bottom.
 * @param figureSvg draws a plotly figure, in a browser or without one
 * @param printWidth of the document in CSS pixels; wider parts are scaled down. Default: as wide as the widest part
 */
export async function partsToSvg(
  parts: readonly Part[],
  theme: Theme,
  figureSvg: (part: Extract<Part, { figure: unknown }>, index: number) => Promise<Svg>,
  printWidth?: number,
): Promise<Svg> {
  const svgs: (Svg & { readonly scale: number })[] = [];
  const add = (...drawn: readonly Svg[]): void => {
    const widest = Math.max(...drawn.map((svg) => svg.width));
    const scale = printWidth === undefined ? 1 : Math.min(1, printWidth / widest);
    svgs.push(...drawn.map((svg) => ({ ...svg, scale })));
  };
  for (const [index, part] of parts.entries()) {
    if ("figure" in part) add(withStableIds(await figureSvg(part, index), index));
    else if ("scene" in part) add(sceneSvg(part.scene));
    else {
      const available = printWidth === undefined ? undefined : printWidth / smallestTable;
      const grids = available === undefined ? [part.grid] : gridBlocks(part.grid, available);
      add(...grids.map((grid) => sceneSvg(gridToScene(grid, theme, available))));
    }
  }
  const width = printWidth ?? Math.max(1, ...svgs.map((svg) => svg.width));
  let top = 0;
  const groups = svgs.map(({ source, height, scale }) => {
    const group = svgGroup(source, top, scale);
    top += scale * height + gap;
    return group;
  });
  const height = Math.max(1, top - gap);
  const paper = `<rect width="${width}" height="${height}" fill="${theme.paper}"/>`;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${paper}${groups.join("")}</svg>`;
  return { width, height, source };
}

function sceneSvg(scene: Scene): Svg {
  return { width: scene.width, height: scene.height, source: sceneToSvg(scene) };
}

/** A document as a group. A nested document would clip, and resvg aborts on translucent elements outside the clipped area. */
function svgGroup(source: string, top: number, scale: number): string {
  const opening = source.slice(0, source.indexOf(">"));
  const fonts = /font-family="[^"]*"/.exec(opening)?.[0] ?? "";
  const inner = source.slice(opening.length + 1, source.lastIndexOf("</svg>"));
  const transform = `translate(0,${top})${scale === 1 ? "" : ` scale(${scale})`}`;
  return `<g transform="${transform}" ${fonts}>${inner}</g>`;
}

/** Replaces plotly's random ids, so that every picture has the same bytes and its figures have distinct ids. */
function withStableIds(svg: Svg, index: number): Svg {
  const randomId = /id="defs-([0-9a-f]{6})"/.exec(svg.source)?.[1];
  if (randomId === undefined) return svg;
  const ids = new RegExp(`(?<=["'#(][a-z-]+)${randomId}`, "g");
  return { ...svg, source: svg.source.replace(ids, `part${index}-`) };
}
