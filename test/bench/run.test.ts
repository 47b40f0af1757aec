import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Result, readResult } from "./result";
import { kinds } from "./runner";

const folder = mkdtempSync(join(tmpdir(), "pnr-bench-"));
const inFolder = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

const root = join(__dirname, "../../..");
/** A small corpus, because the engine cpu is slow. */
const corpus = inFolder("brief");
const sentences = ["the gene", "a cell line grows", "no gene here", "the T cell line"].map((text) => ({
  tokens: text.split(" "),
  pos: text.split(" ").map(() => "X"),
  entities: [{ start: 1, end: 2, type: "T" }],
}));
mkdirSync(corpus);
for (const split of ["train", "dev"]) writeFileSync(join(corpus, `${split}.json`), JSON.stringify(sentences));

const tiny = [
  ["--config", "small", "--corpus", corpus, "--limit", "4", "--batch", "2"],
  ["--set", "model.hidden=8", "model.heads=2", "model.feedForward=8", "training.minimumWordCount=1"],
].flat();

interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: readonly string[]): Promise<ProcessResult> {
  const env = { ...process.env, PNR_ENGINE: "" };
  const child = spawn(process.execPath, [join(__dirname, "run.js"), ...args], { cwd: root, env });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...text })));
}

describe("a small benchmark", () => {
  let ended: ProcessResult;
  let result: Result;
  before(async () => {
    ended = await bench(...tiny, "--engine", "wasm", "--repetitions", "2", "--out", inFolder("a.json"));
    result = readResult(inFolder("a.json"));
  });

  it("measures each engine: speeds, memory, yardsticks, profile", () => {
    assert.equal(ended.code, 0, ended.stderr);
    assert.deepEqual(
      result.runs.map(({ engine, config, batch, sentences, steps }) => [
        engine,
        config,
        batch,
        sentences,
        steps,
      ]),
      [["wasm", "small", 2, 4, 2]],
    );
    for (const run of result.runs) {
      for (const kind of kinds) {
        const speed = run[kind];
        assert.ok(speed && speed.sentencesPerSecond.median > 0);
        assert.equal(speed.seconds.length, 2);
        const tokensEach = speed.tokensPerSecond.median / speed.sentencesPerSecond.median;
        assert.ok(Math.abs(tokensEach - run.tokens / 4) < 1e-9);
      }
      assert.ok(run.memory && run.memory.training >= run.memory.inference && run.memory.inference > 2 ** 24);
      assert.ok(run.profile && run.profile.gflopPerStep > 0);
    }
    const names = result.yardsticks.map(({ engine, name }) => `${engine} ${name}`);
    assert.ok(names.includes("wasm matmul 200×128×384"));
  });

  it("prints all of it as text, with the coverage of so few repetitions", () => {
    assert.match(ended.stdout, /^Speed \(variant released; brief, dev; median of 2 passes\)\n/);
    assert.match(
      ended.stdout,
      /^small on wasm +training by 2, shuffled +[\d.,]+ +[\d.,]+ – [\d.,]+ +[\d.,]+ +[\d,]+ MiB$/m,
    );
    assert.match(ended.stdout, /^small on wasm +training by 2, of similar length +/m);
    assert.match(ended.stdout, /^small on wasm +inference, one at a time +/m);
    assert.match(ended.stdout, /^small on wasm: .* padding [\d.]+ % shuffled, [\d.]+ % of similar length$/m);
    assert.match(
      ended.stdout,
      /^One training step of small on wasm \(variant released\), batch 2, shuffled, /m,
    );
    assert.doesNotMatch(ended.stdout, /authors' code|ratio/);
    assert.match(ended.stdout, /^With 2 repetitions, an interval covers only 50\.0 %/m);
    assert.match(ended.stdout, /^wasm: matmul 200×128×384, second transposed +[\d.]+/m);
    assert.match(ended.stdout, /^regressor +[\d.]+ +[\d.]+ +[\d.]+ % +/m);
    assert.match(
      ended.stdout,
      /^Matrix products: [\d.]+ GFLOP per step; without profiling, it takes .* of matmul \d+×\d+×\d+ /m,
    );
  });

  it("rejects a result that differs, before it measures", async () => {
    const against = ["--against", inFolder("a.json"), "--engine", "wasm"];
    const { code, stdout, stderr } = await bench(...tiny, ...against, "--batch", "3");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^bench: .*a\.json cannot be compared: the batch of small was 2, is now 3; /);
  });

  it("compares with an earlier result, and prints both in one document", async () => {
    const { code, stdout, stderr } = await bench(
      ...[...tiny, "--engine", "wasm", "--repetitions", "1", "--against", inFolder("a.json"), "--json"],
    );
    assert.equal(code, 0, stderr);
    const { comparison } = JSON.parse(stdout);
    assert.equal(comparison[0].figure, "small on wasm, shuffled, sentences/s");
    assert.equal(comparison[0].before.count, 2);
    assert.equal(comparison[0].verdict, "too few repetitions");
  });
});

it("prints only profiles with --profile, on every requested engine", async () => {
  const { code, stdout, stderr } = await bench(...tiny, "--engine", "wasm", "cpu", "--profile", "--json");
  assert.equal(code, 0, stderr);
  const { runs, yardsticks }: Result = JSON.parse(stdout);
  assert.deepEqual(
    runs.map(({ engine, shuffled, profile }) => [engine, shuffled, profile?.steps]),
    [
      ["wasm", undefined, 4],
      ["cpu", undefined, 4],
    ],
  );
  assert.deepEqual(yardsticks, []);
});

it("measures how the cost grows, with a picture", async () => {
  const picture = inFolder("growth.svg");
  const { code, stdout, stderr } = await bench(
    ...[
      "--scaling",
      "--engine",
      "wasm",
      "--config",
      "small",
      "--corpus",
      corpus,
      "--set",
      "model.layers=1",
      "--batch",
      "1",
    ],
    ...["--max-length", "16", "--max-hidden", "64", "--repetitions", "1", "--picture", picture],
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Cost by sentence length \(variant released; .*\n +wasm, training, ms +wasm, inference, ms\n8 .*\n16 /,
  );
  assert.match(
    stdout,
    /^Cost by width of the model \(variant released; .*\n.*\n64 +[\d.,]+ +[\d.,]+\nexponent, all sizes +– +–/m,
  );
  assert.match(readFileSync(picture, "utf8"), /^<svg[\s\S]*sentence length/);
});

it("reports a wrong argument in one line", async () => {
  const otherMachine = inFolder("other-machine.json");
  writeFileSync(otherMachine, JSON.stringify({ runtime: "r", machine: "another", gemm: 1, figures: [] }));
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    // cspell:disable
    [/--config smal: there is no such setting; did you mean "small"\?/, ["--config", "smal"]],
    [/It must be one of tensorflow, blas, wasm, cpu/, ["--engine", "wasn"]],
    [/nowhere: no such folder/, ["--corpus", "nowhere"]],
    [/nowhere\.json: no such file/, ["--against", "nowhere.json"]],
    [/nowhere\.txt: cannot be read; name a vocab\.txt/, ["--config", "S", "--vocabulary", "nowhere.txt"]],
    [/machine is "another", this one is ".*"; measure the authors' code here/, ["--reference", otherMachine]],
    [/cannot be used with option '--against/, ["--scaling", "--against", "x.json"]],
    [/unknown key "model\.hiden"; did you mean "hidden"\?/, ["--set", "model.hiden=3"]],
    [/--scaling measures a single --config/, ["--scaling", "--config", "S0", "small"]],
    [/package\.json: version is "0\.1\.0": /, ["--against", "package.json"]],
    // cspell:enable
  ];
  for (const [expected, args] of cases) {
    const { code, stdout, stderr } = await bench(...args);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, expected);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});

it("prints its help", async () => {
  const { code, stdout } = await bench("--help");
  assert.equal(code, 0);
  for (const option of [
    "--config",
    "--variant",
    "--against",
    "--reference",
    "--encoder",
    "--vocabulary",
    "--scaling",
    "--profile",
  ])
    assert.ok(stdout.includes(`  ${option}`), option);
});
