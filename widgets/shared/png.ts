import { crc32 } from "node:zlib";
import { zlibSync } from "fflate"; // Node's compression differs between processors and versions

/** How pixels are stored: PNG's color type and the bytes per pixel. */
interface Layout {
  readonly colorType: 2 | 3 | 6;
  readonly bytesPerPixel: number;
  readonly palette?: readonly number[];
}

const paletteSize = 256;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Encodes pixels as a PNG file, with a palette if there are at most 256 colors. The bytes are the same on every machine.
 * @param pixels [height, width, 4]: red, green, blue, opacity
 */
export function encodePng(width: number, height: number, pixels: Uint8Array | Uint8ClampedArray): Buffer {
  const colors = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const { colorType, bytesPerPixel, palette } = layoutOf(colors);
  const indices = new Map(palette?.map((color, index) => [color, index]));
  const rows = Buffer.alloc(height * (1 + bytesPerPixel * width)); // each row begins with its filter type, 0
  let offset = 0;
  for (let row = 0; row < height; row++) {
    offset++;
    for (let pixel = 4 * width * row; pixel < 4 * width * (row + 1); pixel += 4) {
      if (palette) rows[offset] = indices.get(colors.getUint32(pixel)) as number;
      else
        for (let channel = 0; channel < bytesPerPixel; channel++)
          rows[offset + channel] = pixels[pixel + channel];
      offset += bytesPerPixel;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType], 8); // bits per channel or index
  return Buffer.concat([
    Buffer.from(signature),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(palette.flatMap(rgb)))] : []),
    chunk("IDAT", zlibSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function layoutOf(colors: DataView): Layout {
  const palette = new Set<number>();
  for (let offset = 0; offset < colors.byteLength; offset += 4) {
    const color = colors.getUint32(offset);
    if ((color & 0xff) !== 0xff) return { colorType: 6, bytesPerPixel: 4 };
    if (palette.size <= paletteSize) palette.add(color);
  }
  if (palette.size > paletteSize) return { colorType: 2, bytesPerPixel: 3 };
  return { colorType: 3, bytesPerPixel: 1, palette: [...palette] };
}

function rgb(color: number): number[] {
  return [color >>> 24, (color >>> 16) & 0xff, (color >>> 8) & 0xff];
}

function chunk(name: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
