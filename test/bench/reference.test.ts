import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { InputError } from "../../src/base/errors";
import { elsewhere, figuresFor, type Reference, readReference } from "./reference";
import type { Result, Run } from "./result";
import { perTime, summarize } from "./statistics";
import { resultText } from "./tables";

const seconds = [1, 1, 1, 1, 1, 1];
const speed = (sentences: number) => ({
  sentencesPerSecond: perTime(sentences, summarize(seconds)),
  tokensPerSecond: perTime(270, summarize(seconds)),
  seconds,
});
const run: Run = {
  ...{
    engine: "wasm",
    detail: "d",
    config: "S0",
    batch: 8,
    parameters: 1,
    sentences: 64,
    tokens: 1600,
    steps: 8,
  },
  ...{ padding: 0, training: speed(84), single: speed(112), batched: speed(160) },
};
const result = (variant: string, name = "genia"): Result => ({
  version: 1,
  machine: { processor: "", cores: 2, memory: 1, system: "" },
  made: { at: "", node: "", load: 0 },
  settings: { variant, set: [], corpus: { name, hash: "", split: "dev", limit: 64 }, repetitions: 6 },
  runs: [run],
  yardsticks: [],
  scaling: [],
});
const here: Reference = {
  runtime: "torch here",
  gemm: 300,
  figures: [
    { config: "S0", corpus: "genia", batch: 8, training: 28, single: 56, batched: 80, inferenceBatch: 4 },
  ],
};

it("finds figures of the same setting, corpus and batch alone", () => {
  assert.equal(figuresFor(elsewhere, { config: "S0", corpus: "genia", batch: 8 })?.training, 28);
  for (const other of [{ config: "M0" }, { corpus: "sample" }, { batch: 4 }])
    assert.equal(figuresFor(elsewhere, { config: "S0", corpus: "genia", batch: 8, ...other }), undefined);
});

it("shows another machine's figures without a ratio, and only where they are of the same model and data", () => {
  const text = resultText(result("released"));
  assert.match(text, /reference, other machine\n/);
  assert.match(text, /training by 8 +84\.0 .* 28$/m);
  assert.match(text, /Not measured here: no ratio\./);
  assert.doesNotMatch(text, /×/);
  for (const other of [result("paper"), result("released", "sample")])
    assert.doesNotMatch(resultText(other), /reference|28$/im);
});

it("sets this machine's own figures in a ratio", () => {
  const text = resultText(result("released"), here);
  assert.match(text, /PyTorch, this machine +ratio\n/);
  assert.match(text, /training by 8 +84\.0 .* 28 +3\.00×$/m);
  assert.match(text, /one at a time +112 .* 56 +2\.00×$/m);
});

it("reads a file as the page on benchmarks shows it, and refuses others", () => {
  const folder = mkdtempSync(join(tmpdir(), "pnr-reference-"));
  const file = join(folder, "torch.json");
  try {
    const page = readFileSync(join(__dirname, "../../../docs/benchmark.md"), "utf8");
    const [, example] = page.match(/```json\n([\s\S]*?)```/) as RegExpMatchArray;
    writeFileSync(file, example);
    assert.deepEqual(readReference(file).figures, here.figures);
    writeFileSync(file, JSON.stringify({ ...here, gemm: -1 }));
    assert.throws(() => readReference(file), InputError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
