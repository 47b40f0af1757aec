import { encodePng } from "./png";

/** The part of a canvas that plotly needs for heat maps: pixels in, PNG out. Nothing can be drawn on it otherwise. */
export interface Raster {
  createImageData(width: number, height: number): { readonly data: Uint8ClampedArray };
  putImageData(image: { readonly data: Uint8ClampedArray }): void;
}

/** @param canvas gets the pixels' PNG as its `toDataURL` */
export function rasterOf(canvas: { readonly width: number; readonly height: number }): Raster {
  return {
    createImageData: (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: ({ data }) => {
      const png = encodePng(canvas.width, canvas.height, data).toString("base64");
      Object.assign(canvas, { toDataURL: () => `data:image/png;base64,${png}` });
    },
  };
}
