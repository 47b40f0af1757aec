import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { checksumOf, download } from "../../src/base/download";
import { InputError } from "../../src/base/errors";
import { type Answer, bytesOf, type Served, serve } from "../support/server";

const folder = mkdtempSync(join(tmpdir(), "pnr-download-"));
after(() => rmSync(folder, { recursive: true }));

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at) % 251));
const sha256 = createHash("sha256").update(bytes).digest("hex");
const checksum = { kind: "sha256", value: sha256 } as const;
let count = 0;

/** Runs with a server that answers the requests in turn; the last answer repeats. */
async function withServer(
  answers: readonly Answer[],
  task: (served: Served, path: string) => Promise<void>,
): Promise<void> {
  let position = 0;
  const served = await serve((request, response) =>
    answers[Math.min(position++, answers.length - 1)](request, response),
  );
  try {
    await task(served, join(folder, String(count++), "file"));
  } finally {
    await served.close();
  }
}

test("a file appears whole, with its checksum, and without extra files", async () => {
  await withServer([bytesOf(bytes, '"1"')], async ({ address }, path) => {
    const reports: [number, number | undefined][] = [];
    const outcome = await download(`${address}/a`, path, {
      checksum,
      onProgress: (...state) => reports.push(state),
    });
    assert.equal(outcome, sha256);
    assert.ok(readFileSync(path).equals(bytes));
    assert.deepEqual(readdirSync(join(path, "..")), ["file"]);
    assert.deepEqual(reports.at(-1), [bytes.length, bytes.length]);
  });
});

test("an interrupted download resumes, and the result has the right checksum", async () => {
  await withServer(
    [bytesOf(bytes, '"1"', 70_000), bytesOf(bytes, '"1"')],
    async ({ address, requests }, path) => {
      await assert.rejects(
        download(`${address}/a`, path, { checksum }),
        (error: Error) =>
          error instanceof InputError &&
          /cannot be downloaded .*run the same command again to resume the download/.test(error.message),
      );
      assert.equal(existsSync(path), false);
      const { size } = statSync(`${path}.part`);
      assert.ok(size > 0 && size <= 70_000, String(size));
      await download(`${address}/a`, path, { checksum });
      assert.ok(readFileSync(path).equals(bytes));
      assert.deepEqual(requests, ["/a whole", `/a bytes=${size}-`]);
    },
  );
});

test("a download starts over if the file has changed, so that it never mixes two versions", async () => {
  const other = Buffer.from(bytes).reverse();
  await withServer([bytesOf(bytes, '"1"', 70_000), bytesOf(other, '"2"')], async ({ address }, path) => {
    await assert.rejects(download(`${address}/a`, path), InputError);
    await download(`${address}/a`, path);
    assert.ok(readFileSync(path).equals(other));
  });
});

test("a part that is already complete is downloaded again", async () => {
  const cutAtEnd: Answer = (_, response) => {
    response.writeHead(200, { ETag: '"1"', "Content-Length": bytes.length + 1 });
    response.write(bytes, () => setTimeout(() => response.destroy(), 20));
  };
  await withServer([cutAtEnd, bytesOf(bytes, '"1"')], async ({ address, requests }, path) => {
    await assert.rejects(download(`${address}/a`, path), InputError);
    await download(`${address}/a`, path, { checksum });
    assert.deepEqual(requests.slice(1), [`/a bytes=${bytes.length}-`, "/a whole"]);
  });
});

test("rejects a wrong checksum, a missing file and a file that is too large, and leaves no files behind", async () => {
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
    /\/a: has the checksum 2d71.*, not [0-9a-f]{64}: this is not the expected file/,
    { checksum },
  );
  await refused(
    (_, response) => response.writeHead(404, "Not Found").end(),
    /\/a: the server answers 404 Not Found$/,
  );
  await refused(bytesOf(bytes, '"1"'), /\/a: is larger than 1000 bytes/, { most: 1000 });
  await refused(
    (_, response) => response.writeHead(206, { "Content-Range": "bytes 5-9/10" }).end("abcde"),
    /the server resumes at byte 5, not 0; remove/,
  );
});

test("fails if the server cannot be reached, or stops sending", async () => {
  const nobody = await serve(() => {});
  await nobody.close();
  await assert.rejects(
    download(`${nobody.address}/a`, join(folder, "x")),
    /^NetworkError: .*\/a: cannot be downloaded \(.*ECONNREFUSED.*\)$/,
  );
  await withServer(
    [(_, response) => response.writeHead(200, { "Content-Length": 10 }).write("a")],
    async ({ address }, path) => {
      await assert.rejects(
        download(`${address}/a`, path, { patience: 200 }),
        /cannot be downloaded \(timeout: no data arrived\)/,
      );
    },
  );
});

test("retries after a lost connection, as long as attempts receive data or retries remain", async () => {
  const cut = bytesOf(bytes, '"1"', 70_000);
  const busy: Answer = (_, response) => response.writeHead(503, "Busy").end();
  await withServer([cut, busy, cut, busy, bytesOf(bytes, '"1"')], async ({ address, requests }, path) => {
    await download(`${address}/a`, path, { checksum, pauses: [1] });
    assert.ok(readFileSync(path).equals(bytes));
    assert.equal(requests.length, 5);
  });
  await withServer([busy], async ({ address, requests }, path) => {
    await assert.rejects(
      download(`${address}/a`, path, { pauses: [1, 1] }),
      /^NetworkError: .*\/a: the server answers 503 Busy$/,
    );
    assert.equal(requests.length, 3);
  });
});

test("with a known size, a complete part is not requested again, and a longer file or part is removed", async () => {
  await withServer([bytesOf(bytes, '"1"')], async ({ address, requests }, path) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, bytes);
    await download(`${address}/a`, path, { checksum, size: bytes.length });
    assert.deepEqual(requests, []);
    writeFileSync(`${path}.part`, Buffer.alloc(bytes.length + 1));
    await download(`${address}/a`, path, { checksum, size: bytes.length });
    assert.ok(readFileSync(path).equals(bytes));
    const short = download(`${address}/a`, `${path}-short`, { size: bytes.length - 1 });
    await assert.rejects(short, /is larger than 199999 bytes: this is not the expected file/);
    assert.deepEqual(readdirSync(dirname(path)), ["file"]);
  });
});

test("with a known checksum, a download resumes even if the server names no version", async () => {
  const nameless: Answer = (request, response) => {
    const begin = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "Content-Range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(begin ? 206 : 200, begin ? range : {}).end(bytes.subarray(begin));
  };
  await withServer([nameless], async ({ address, requests }, path) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, bytes.subarray(0, 999));
    await download(`${address}/a`, path, { checksum });
    writeFileSync(`${path}.part`, bytes.subarray(0, 999));
    await download(`${address}/b`, path);
    assert.deepEqual(requests, ["/a bytes=999-", "/b whole"]);
    assert.ok(readFileSync(path).equals(bytes));
  });
});

test("checksums equal those of sha256sum and git, also for an empty file", async () => {
  const path = join(folder, "sums");
  writeFileSync(path, "");
  assert.equal(await checksumOf(path), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(await checksumOf(path, "git"), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  writeFileSync(path, "hello\n");
  assert.equal(await checksumOf(path, "git"), "ce013625030ba8dba906f756967f9e9ca394464a");
});
