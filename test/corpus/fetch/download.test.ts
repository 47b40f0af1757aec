import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../../src/base/errors";
import { download } from "../../../src/corpus/fetch/download";
import { type Answer, bytesOf, type Served, serve } from "./server";

const folder = mkdtempSync(join(tmpdir(), "pnr-download-"));
after(() => rmSync(folder, { recursive: true }));

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at) % 251));
const sha256 = createHash("sha256").update(bytes).digest("hex");
let count = 0;

/** Runs with a server that gives each request its own answer, the last one to all further ones. */
async function withServer(
  answers: readonly Answer[],
  task: (served: Served, path: string) => Promise<void>,
): Promise<void> {
  let at = 0;
  const served = await serve((request, response) =>
    answers[Math.min(at++, answers.length - 1)](request, response),
  );
  try {
    await task(served, join(folder, String(count++), "file"));
  } finally {
    await served.close();
  }
}

test("a file appears whole, with its checksum, and nothing beside it", async () => {
  await withServer([bytesOf(bytes, '"1"')], async ({ address }, path) => {
    const seen: [number, number | undefined][] = [];
    const found = await download(`${address}/a`, path, {
      sha256,
      onProgress: (...state) => seen.push(state),
    });
    assert.equal(found, sha256);
    assert.ok(readFileSync(path).equals(bytes));
    assert.deepEqual(readdirSync(join(path, "..")), ["file"]);
    assert.deepEqual(seen.at(-1), [bytes.length, bytes.length]);
  });
});

test("what was cut off is gone on with, and the whole has its checksum", async () => {
  await withServer(
    [bytesOf(bytes, '"1"', 70_000), bytesOf(bytes, '"1"')],
    async ({ address, requests }, path) => {
      await assert.rejects(
        download(`${address}/a`, path, { sha256 }),
        (error: Error) =>
          error instanceof InputError &&
          /cannot be downloaded .*what came is kept, and the same command goes on/.test(error.message),
      );
      assert.equal(existsSync(path), false);
      const { size } = statSync(`${path}.part`);
      assert.ok(size > 0 && size <= 70_000, String(size));
      await download(`${address}/a`, path, { sha256 });
      assert.ok(readFileSync(path).equals(bytes));
      assert.deepEqual(requests, ["/a whole", `/a bytes=${size}-`]);
    },
  );
});

test("a file that changed meanwhile begins again, so that two versions are never put together", async () => {
  const other = Buffer.from(bytes).reverse();
  await withServer([bytesOf(bytes, '"1"', 70_000), bytesOf(other, '"2"')], async ({ address }, path) => {
    await assert.rejects(download(`${address}/a`, path), InputError);
    await download(`${address}/a`, path);
    assert.ok(readFileSync(path).equals(other));
  });
});

test("a part that is whole already is fetched again", async () => {
  const cutAtEnd: Answer = (_, response) => {
    response.writeHead(200, { ETag: '"1"', "Content-Length": bytes.length + 1 });
    response.write(bytes, () => setTimeout(() => response.destroy(), 20));
  };
  await withServer([cutAtEnd, bytesOf(bytes, '"1"')], async ({ address, requests }, path) => {
    await assert.rejects(download(`${address}/a`, path), InputError);
    await download(`${address}/a`, path, { sha256 });
    assert.deepEqual(requests.slice(1), [`/a bytes=${bytes.length}-`, "/a whole"]);
  });
});

test("refused, with nothing left: another checksum, a missing file, one that is too large", async () => {
  const refused = async (answer: Answer, problem: RegExp, options: Parameters<typeof download>[2] = {}) =>
    withServer([answer], async ({ address }, path) => {
      await assert.rejects(download(`${address}/a`, path, options), (error: Error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.message, problem);
        return true;
      });
      assert.equal(existsSync(path), false);
    });
  await refused(
    bytesOf(Buffer.from("x"), '"1"'),
    /\/a: has the checksum 2d71.*, not [0-9a-f]{64}: it is another file/,
    { sha256 },
  );
  await refused(
    (_, response) => response.writeHead(404, "Not Found").end(),
    /\/a: the server answers 404 Not Found$/,
  );
  await refused(bytesOf(bytes, '"1"'), /\/a: is larger than 1000 bytes/, { most: 1000 });
  await refused(
    (_, response) => response.writeHead(206, { "Content-Range": "bytes 5-9/10" }).end("abcde"),
    /goes on at byte 5, not 0; remove/,
  );
});

test("a server that cannot be reached, or falls silent, is given up", async () => {
  const nobody = await serve(() => {});
  await nobody.close();
  await assert.rejects(
    download(`${nobody.address}/a`, join(folder, "x")),
    /^InputError: .*\/a: cannot be downloaded \(.*ECONNREFUSED.*\)$/,
  );
  await withServer(
    [(_, response) => response.writeHead(200, { "Content-Length": 10 }).write("a")],
    async ({ address }, path) => {
      await assert.rejects(
        download(`${address}/a`, path, { patience: 200 }),
        /cannot be downloaded \(nothing came for too long\)/,
      );
    },
  );
});
