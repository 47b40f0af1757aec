import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/engine/random";
import { decode85, encode85 } from "../../../widgets/model-page/base85";
import { fromPlanes, toPlanes } from "../../../widgets/model-page/byte-planes";

const random = new Random(1);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
const samples = [0, 1, 2, 3, 4, 5, 1000, 1003].map(bytes);

test("text in base 85 gives back its bytes and cannot end a script element", () => {
  for (const sample of [...samples, new Uint8Array(8).fill(255), new Uint8Array(8)]) {
    const text = encode85(sample);
    assert.deepEqual(decode85(text), sample);
    assert.match(text, /^\d+:[(-;=-[\]-~]*$/);
    assert.equal(text.length, `${sample.length}:`.length + 5 * Math.ceil(sample.length / 4));
  }
});

test("bytes in planes are the first bytes of all pairs, then the second bytes", () => {
  assert.deepEqual(toPlanes(Uint8Array.of(1, 2, 3, 4, 5)), Uint8Array.of(1, 3, 5, 2, 4));
  for (const sample of samples) assert.deepEqual(fromPlanes(toPlanes(sample)), sample);
});
