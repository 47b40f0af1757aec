import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import fc from "fast-check";
import { encodePng } from "../../../widgets/shared/png";

const color = fc.tuple(...([0, 1, 2] as const).map(() => fc.nat(255)));

/** A random picture with at most that many colors. */
function picture(colors: number, opacity: fc.Arbitrary<number>) {
  return fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      paints: fc.uniqueArray(fc.tuple(color, opacity), { minLength: 1, maxLength: colors }),
      step: fc.integer({ min: 1, max: 999 }),
    })
    .map(({ width, height, paints, step }) => {
      const pixels = Array.from({ length: width * height }, (_, at) => paints[(at * step) % paints.length]);
      return { width, height, pixels: Uint8Array.from(pixels.flatMap(([rgb, a]) => [...rgb, a])) };
    });
}

/** The pixels that another program reads from the file. */
function read(png: Buffer, width: number, height: number): Buffer {
  const image = `<image width="${width}" height="${height}" href="data:image/png;base64,${png.toString("base64")}"/>`;
  return new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`,
  ).render().pixels;
}

test("pictures with few, many and transparent colors survive encoding", () => {
  const opaque = fc.constant(255);
  const hidden = fc.constantFrom(0, 255);
  for (const pictures of [picture(30, opaque), picture(900, opaque), picture(30, hidden)]) {
    fc.assert(
      fc.property(pictures, ({ width, height, pixels }) => {
        const decoded = read(encodePng(width, height, pixels), width, height);
        for (let offset = 0; offset < pixels.length; offset += 4) {
          assert.equal(decoded[offset + 3], pixels[offset + 3]);
          if (pixels[offset + 3] === 255)
            assert.deepEqual(
              [...decoded.subarray(offset, offset + 3)],
              [...pixels.subarray(offset, offset + 3)],
            );
        }
      }),
      { numRuns: 50 },
    );
  }
});

/** Stripes that repeat that many colors. */
function stripes(colors: number): Uint8Array {
  return Uint8Array.from({ length: 4 * 64 * 64 }, (_, at) => {
    const place = Math.floor(at / 4) % colors;
    return [place & 0xff, place >> 8, 200, 255][at % 4];
  });
}

test("up to 256 colors use a palette, more use three bytes per pixel", () => {
  const colorType = (colors: number): number => encodePng(64, 64, stripes(colors))[25];
  assert.deepEqual([1, 2, 256, 257].map(colorType), [3, 3, 3, 2]);
});

test("the bytes do not depend on the machine", () => {
  const hash = createHash("sha256")
    .update(encodePng(64, 64, stripes(200)))
    .digest("hex");
  assert.equal(hash.slice(0, 16), "f4b200a539d48f81");
});
