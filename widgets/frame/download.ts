import { tableToArrow, tableToCsv } from "../shared/data-export";
import { partsToSvg, type Svg, svgFromUrl } from "../shared/svg";
import type { Theme } from "../shared/theme";
import type { DataTable, Part } from "../shared/widget";
import type { Drawing } from "./drawing";
import type { Plotly } from "./page";

const pixelsPerCssPixel = 2;

/** The whole drawing as one SVG document. */
export function drawingSvg(
  parts: readonly Part[],
  theme: Theme,
  drawing: Drawing,
  plotly: Plotly,
): Promise<Svg> {
  return partsToSvg(parts, theme, async ({ figure }, index) => {
    const { width, height } = figure.layout;
    const url = await plotly.toImage(drawing.figure(index), { format: "svg", width, height });
    return svgFromUrl(url, width, height);
  });
}

export async function svgToPng({ width, height, source }: Svg): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * pixelsPerCssPixel;
    canvas.height = height * pixelsPerCssPixel;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      const tooLarge = new Error("the picture is too large for this browser; save it as SVG");
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(tooLarge)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function csvBlob(table: DataTable): Blob {
  return new Blob([tableToCsv(table)], { type: "text/csv;charset=utf-8" });
}

export function arrowBlob(table: DataTable): Blob {
  return new Blob([tableToArrow(table) as Uint8Array<ArrayBuffer>], {
    type: "application/vnd.apache.arrow.file",
  });
}

export function base64Blob(content: string, type: string): Blob {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type });
}

/** Lets the browser save the blob as a file. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // after the browser has read it
}
