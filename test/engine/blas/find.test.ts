import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { findBlas } from "../../../src/engine/blas/find";
import { proveLibrary } from "../../../src/engine/blas/proof";
import { EngineFailure } from "../../../src/engine/failure";

describe("the search for a BLAS", () => {
  let folder: string;
  const before_ = { ...process.env };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pnr-blas-"));
    process.env.PNR_ENGINE_FOLDER = folder; // keeps the proofs out of the user's cache
  });
  afterEach(() => {
    delete process.env.PNR_BLAS;
  });
  after(() => {
    rmSync(folder, { recursive: true });
    if (before_.PNR_ENGINE_FOLDER === undefined) delete process.env.PNR_ENGINE_FOLDER;
    else process.env.PNR_ENGINE_FOLDER = before_.PNR_ENGINE_FOLDER;
    if (before_.PNR_BLAS !== undefined) process.env.PNR_BLAS = before_.PNR_BLAS;
  });

  test("PNR_BLAS=none switches it off", async () => {
    process.env.PNR_BLAS = "none";
    await assert.rejects(findBlas(), (error) => error instanceof EngineFailure && /none/.test(error.reason));
  });

  test("a file that is not a library is refused by name, in one line", async () => {
    const path = join(folder, "notes.so");
    writeFileSync(path, "not a library");
    process.env.PNR_BLAS = path;
    await assert.rejects(findBlas(), (error: Error) => {
      assert.match(error.message, /^PNR_BLAS is .*notes\.so: .*; name a BLAS, or unset it$/);
      return true;
    });
  });

  test("a file that does not exist is refused", async () => {
    process.env.PNR_BLAS = join(folder, "missing.so");
    await assert.rejects(findBlas(), /missing\.so/);
  });

  test("a library without a matrix product is refused", async () => {
    const proof = await proveLibrary("libc.so.6");
    assert.ok("reason" in proof, "libc multiplies no matrices");
  });
});
