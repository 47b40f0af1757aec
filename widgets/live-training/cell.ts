import { svgToPng } from "../shared/picture";
import { progressPicture } from "./build";
import type { Progress } from "./progress";

/** A part of a display, with what is to be known of it. */
export interface Picture {
  readonly data: Readonly<Record<"image/png", string>>;
  readonly metadata: Readonly<Record<"image/png", { readonly width: number }>>;
}

/** What stays of a run, as PNG, for sites and untrusted notebooks, which drop a drawing in HTML; undefined before the second step. */
export function pictureOf(progress: Progress): Picture | undefined {
  const svg = progressPicture(progress);
  if (!svg) return undefined;
  return {
    data: { "image/png": svgToPng(svg).toString("base64") },
    metadata: { "image/png": { width: svg.width } },
  };
}
