import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CorpusError } from "../../src/base/errors";
import { type Line, linesOf, windowsOf } from "../../src/base/streams";
import { gathered, inChunks } from "../support/streams";

const collect = (bytes: Uint8Array, sizes: readonly number[] = [7]): Promise<Line[]> =>
  gathered(linesOf(inChunks(bytes, ...sizes), "input"));

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

test("splits a text into the same lines for any chunks", async () => {
  const lines = fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replaceAll("\n", "")));
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (texts, sizes) => {
        // A byte order mark at the beginning of a line is dropped.
        const expected = texts.map((text, at) => ({ number: at + 1, text: text.replace(/^\ufeff/, "") }));
        assert.deepEqual(await collect(utf8(texts.map((text) => `${text}\n`).join("")), sizes), expected);
      },
    ),
  );
});

test("accepts a last line without line feed, counts blank lines, and does not split at U+2028 or carriage returns", async () => {
  const text = "\ufeffa\r\n\n\u2028b\u0085\rc\n\ufeffé";
  assert.deepEqual(await collect(utf8(text), [1]), [
    { number: 1, text: "a\r" },
    { number: 2, text: "" },
    { number: 3, text: "\u2028b\u0085\rc" },
    { number: 4, text: "é" },
  ]);
  assert.deepEqual(await collect(utf8("")), []);
  assert.deepEqual(await collect(utf8("\n")), [{ number: 1, text: "" }]);
});

test("joins the chunks of a long line only once", async () => {
  const long = "ab".repeat(2 ** 22);
  const [first, second] = await collect(utf8(`${long}\nshort`), [65536]);
  assert.ok(first.text === long);
  assert.deepEqual(second, { number: 2, text: "short" });
});

test("invalid UTF-8 and an endless line give errors that name the line", async () => {
  const refused = (chunks: AsyncIterable<Uint8Array>, problem: RegExp) =>
    assert.rejects(
      gathered(linesOf(chunks, "input")),
      (error: Error) => error instanceof CorpusError && problem.test(error.message),
    );
  const latin1 = Buffer.from("good\n\nK\xe4se\n", "latin1");
  await refused(inChunks(latin1, 3), /^input: line 3: is not valid UTF-8/);
  await refused(inChunks(utf8("é").subarray(0, 1), 1), /^input: line 1: is not valid UTF-8/);
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield utf8("x\n");
    for (; ; read++) yield Buffer.alloc(2 ** 20);
  }
  await refused(endless(), /^input: line 2: is longer than 64 MiB/);
  assert.ok(read <= 65, `${read} MiB read`);
});

test("windows keep the order, and only the last may be smaller", async () => {
  const all = await gathered(windowsOf([1, 2, 3, 4, 5], 2));
  assert.deepEqual(all, [[1, 2], [3, 4], [5]]);
  assert.deepEqual(await gathered(windowsOf([1, 2], 2)), [[1, 2]]);
  assert.deepEqual(await gathered(windowsOf([], 2)), []);
});

test("reads a window on demand, and closes the stream on an early exit", async () => {
  const read: number[] = [];
  let closed = false;
  async function* numbers(): AsyncGenerator<number> {
    try {
      for (let i = 0; ; i++) {
        read.push(i);
        yield i;
      }
    } finally {
      closed = true;
    }
  }
  const windows = windowsOf(numbers(), 3);
  assert.deepEqual(read, []);
  assert.deepEqual((await windows.next()).value, [0, 1, 2]);
  assert.deepEqual(read, [0, 1, 2]);
  assert.deepEqual((await windows.next()).value, [3, 4, 5]);
  await windows.return(undefined);
  assert.ok(closed);
  assert.equal(read.length, 6);
});

test("if the stream fails, yields the items before the error first", async () => {
  function* failing(): Generator<number> {
    yield* [1, 2, 3];
    throw new Error("broken");
  }
  const parts: number[][] = [];
  const reading = (async () => {
    for await (const window of windowsOf(failing(), 2)) parts.push(window);
  })();
  await assert.rejects(reading, /broken/);
  assert.deepEqual(parts, [[1, 2], [3]]);
});
