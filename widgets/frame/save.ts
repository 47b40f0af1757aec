import { tableToArrow } from "../shared/arrow";
import { tableToCsv } from "../shared/csv";
import { partsToSvg, type Svg } from "../shared/svg";
import type { Theme } from "../shared/theme";
import type { DataTable, Part } from "../shared/widget";
import type { Drawing } from "./draw";
import type { Plotly } from "./page";

const pixelsPerCssPixel = 2;

/** Everything shown as one SVG document. */
export function shownSvg(
  parts: readonly Part[],
  theme: Theme,
  drawing: Drawing,
  plotly: Plotly,
): Promise<Svg> {
  return partsToSvg(parts, theme, async ({ figure }, place) => {
    const { width, height } = figure.layout;
    const address = await plotly.toImage(drawing.figure(place), { format: "svg", width, height });
    return { width, height, source: decodeURIComponent(address.replace(/^data:image\/svg\+xml,/, "")) };
  });
}

export async function svgToPng({ width, height, source }: Svg): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * pixelsPerCssPixel;
    canvas.height = height * pixelsPerCssPixel;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
        "image/png",
      );
    });
  } finally {
    URL.revokeObjectURL(address);
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

/** Hands the blob to the reader as a file. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the browser may still be reading it
}
