import { crc32, deflateSync } from "node:zlib";

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
      const png = rgbaPng(canvas.width, canvas.height, data).toString("base64");
      Object.assign(canvas, { toDataURL: () => `data:image/png;base64,${png}` });
    },
  };
}

/** Pixels, row by row, four bytes each, as a PNG file. */
function rgbaPng(width: number, height: number, pixels: Uint8ClampedArray): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // bits a channel, color with opacity
  const rows = Buffer.alloc(height * (1 + 4 * width)); // each row begins with its filter: none
  for (let row = 0; row < height; row++)
    rows.set(pixels.subarray(4 * width * row, 4 * width * (row + 1)), row * (1 + 4 * width) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
