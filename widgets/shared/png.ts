import { crc32 } from "node:zlib";
import { zlibSync } from "fflate"; // what Node's own compression gives differs between processors and versions

/** How pixels are written: PNG's color type and the bytes of each pixel. */
interface Layout {
  readonly colorType: 2 | 3 | 6;
  readonly bytesPerPixel: number;
  readonly palette?: readonly number[];
}

const paletteSize = 256;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Pixels as a PNG file without loss, as small as its kind allows: with a palette where it holds all colors. The same pixels give
 * the same bytes on every machine.
 * @param pixels red, green, blue and opacity of each, row by row
 */
export function encodePng(width: number, height: number, pixels: Uint8Array | Uint8ClampedArray): Buffer {
  const colors = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const { colorType, bytesPerPixel, palette } = layoutOf(colors);
  const placeOf = new Map(palette?.map((color, place) => [color, place]));
  const rows = Buffer.alloc(height * (1 + bytesPerPixel * width)); // each row begins with its filter: none
  let at = 0;
  for (let row = 0; row < height; row++) {
    at++;
    for (let pixel = 4 * width * row; pixel < 4 * width * (row + 1); pixel += 4) {
      if (palette) rows[at] = placeOf.get(colors.getUint32(pixel)) as number;
      else
        for (let channel = 0; channel < bytesPerPixel; channel++)
          rows[at + channel] = pixels[pixel + channel];
      at += bytesPerPixel;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType], 8); // bits a channel or place
  return Buffer.concat([
    Buffer.from(signature),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(palette.flatMap(rgb)))] : []),
    chunk("IDAT", zlibSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function layoutOf(colors: DataView): Layout {
  const different = new Set<number>();
  for (let at = 0; at < colors.byteLength; at += 4) {
    const color = colors.getUint32(at);
    if ((color & 0xff) !== 0xff) return { colorType: 6, bytesPerPixel: 4 };
    if (different.size <= paletteSize) different.add(color);
  }
  if (different.size > paletteSize) return { colorType: 2, bytesPerPixel: 3 };
  return { colorType: 3, bytesPerPixel: 1, palette: [...different] };
}

function rgb(color: number): number[] {
  return [color >>> 24, (color >>> 16) & 0xff, (color >>> 8) & 0xff];
}

function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
