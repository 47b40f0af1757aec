import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { corpusOption } from "../../src/cli/shared/options";
import { loadCorpus, sampleCorpus } from "../../src/corpus";
import { testFolder } from "../support/folders";
import { failure } from "./pnr";

const folder = testFolder("sample");
const parsed = (text: string): string =>
  new Command().addOption(corpusOption("a corpus")).parse(["--corpus", text], { from: "user" }).opts().corpus;

test("--corpus sample is the bundled corpus, relative to the working folder, unless a folder of that name exists", async () => {
  assert.equal((await loadCorpus(parsed("sample"))).name, "sample");
  process.chdir(folder);
  assert.equal(resolve(parsed("sample")), sampleCorpus);
  assert.equal(parsed("other"), "other");
  mkdirSync(join(folder, "sample"));
  assert.equal(parsed("sample"), "sample");
});

test("only the presets for the bundled corpus train without --corpus", async () => {
  const refused = (...args: string[]): Promise<string | undefined> =>
    failure("train", ...args, "--set", "no-value").then(({ message }) => message);
  for (const preset of ["sample", "quickstart"])
    assert.match((await refused("--preset", preset))!, /^--set no-value: expected key=value/);
  assert.match((await refused("--preset", "s0"))!, /^--corpus is required/);
  assert.match((await refused())!, /^--corpus is required/);
  assert.match((await refused("--config", "settings.json"))!, /^--corpus is required/);
});
