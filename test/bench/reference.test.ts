import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { InputError } from "../../src/base/errors";
import { testFolder } from "../support/folders";
import { figureFor, figuresFor, type Reference, readReference, requireMeasuredHere } from "./reference";
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
  engine: "wasm",
  detail: "d",
  config: "S0",
  batch: 8,
  batching: "shuffled",
  parameters: 1,
  sentences: 64,
  tokens: 1600,
  steps: 8,
  padding: { shuffled: 0.43, similarLength: 0.05 },
  shuffled: speed(84),
  similarLength: speed(126),
  single: speed(112),
  batched: speed(160),
};
const result = (variant: string, name = "genia", change: Partial<Run> = {}): Result => ({
  version: 2,
  machine: { processor: "", cores: 2, memory: 1, system: "" },
  made: { at: "", node: "", load: 0 },
  settings: { variant, set: [], corpus: { name, hash: "", split: "dev", limit: 64 }, repetitions: 6 },
  runs: [{ ...run, ...change }],
  yardsticks: [],
  scaling: [],
});
const here: Reference = {
  runtime: "torch 1.13, OpenBLAS-OpenMP, two threads",
  machine: "AMD EPYC",
  gemm: 208,
  figures: [
    { config: "S0", corpus: "genia", batch: 8, training: 28, single: 56, batched: 80, inferenceBatch: 8 },
  ],
};

it("finds figures only for the same setting, corpus and batch", () => {
  assert.equal(figuresFor(here, { config: "S0", corpus: "genia", batch: 8 })?.training, 28);
  for (const other of [{ config: "M" }, { corpus: "sample" }, { batch: 4 }])
    assert.equal(figuresFor(here, { config: "S0", corpus: "genia", batch: 8, ...other }), undefined);
});

it("compares only equal work: shuffled batches, the same inference batch, a real vocabulary", () => {
  const ours = { config: "S0", corpus: "genia", batch: 8 };
  const figures = (run: Parameters<typeof figureFor>[1], reference = here) =>
    (["shuffled", "similarLength", "single", "batched"] as const).map((kind) =>
      figureFor(reference, run, kind),
    );
  assert.deepEqual(figures(ours), [28, undefined, 56, 80]);
  assert.deepEqual(figures({ ...ours, vocabulary: { pieces: 30522, source: "file" } }), [
    28,
    undefined,
    56,
    80,
  ]);
  const withCorpusPieces = figures({ ...ours, vocabulary: { pieces: 99, source: "corpus" } });
  assert.deepEqual(withCorpusPieces, [undefined, undefined, undefined, undefined]);
  const byFour = { ...here, figures: [{ ...here.figures[0], inferenceBatch: 4 }] };
  assert.deepEqual(figures(ours, byFour), [28, undefined, 56, undefined]);
});

it("prints the ratios on this machine, and the default batches without a ratio", () => {
  const text = resultText(result("released"), here);
  assert.match(text, /^Speed \(variant released; /);
  assert.match(text, /authors' code +ratio\n/);
  assert.match(text, /training by 8, shuffled +84\.0 .* 28 +3\.00×$/m);
  assert.match(text, /training by 8, of similar length +126 /);
  assert.match(text, /one at a time +112 .* 56 +2\.00×$/m);
  assert.equal(text.match(/×$/gm)?.length, 3);
  assert.match(text, /padding 43\.0 % shuffled, 5\.0 % of similar length$/m);
  assert.match(
    text,
    /^Authors' code: torch 1\.13, OpenBLAS-OpenMP, two threads, on AMD EPYC; 208 GFLOP\/s at 1024³\.$/m,
  );
});

it("prints no ratio without a reference or for other work", () => {
  assert.doesNotMatch(resultText(result("released")), /ratio|authors/i);
  const paper = resultText(result("paper"), here);
  assert.match(paper, /^Speed \(variant paper; /);
  assert.match(paper, /No ratio: the variant paper computes another model\.$/m);
  assert.doesNotMatch(paper, /×$/m);
  assert.match(
    resultText(result("released", "sample"), here),
    /It has no figure for the same setting, corpus, /,
  );
  const withCorpusPieces = resultText(
    result("released", "genia", { vocabulary: { pieces: 812, source: "corpus" } }),
    here,
  );
  assert.match(withCorpusPieces, /812 WordPieces built from the corpus \(no ratio: /);
  assert.doesNotMatch(withCorpusPieces, /×$/m);
  const real = resultText(
    result("released", "genia", { vocabulary: { pieces: 30522, source: "file" } }),
    here,
  );
  assert.match(real, /, 30,522 WordPieces, 64 sentences/);
});

it("rejects figures of another machine", () => {
  requireMeasuredHere(here, { processor: "AMD EPYC" }, "torch.json");
  assert.throws(
    () => requireMeasuredHere(here, { processor: "P" }, "torch.json"),
    new InputError(`torch.json: machine is "AMD EPYC", this one is "P"; measure the authors' code here`),
  );
});

const folder = testFolder("reference");

it("reads the file in the guide to benchmarks, and rejects invalid ones", () => {
  const file = join(folder, "torch.json");
  const page = readFileSync(join(__dirname, "../../../docs/benchmark.md"), "utf8");
  const [, example] = page.match(/```json\n([\s\S]*?)```/) as RegExpMatchArray;
  writeFileSync(file, example);
  assert.deepEqual(readReference(file).figures, here.figures);
  for (const damage of [{ gemm: -1 }, { machine: undefined }]) {
    writeFileSync(file, JSON.stringify({ ...here, ...damage }));
    assert.throws(() => readReference(file), InputError);
  }
});
