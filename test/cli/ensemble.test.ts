import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { failure, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = mkdtempSync(join(tmpdir(), "pnr-ensemble-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const runs = ["a", "b", "c"].map((name) => join(folder, name));
const repeated = runs.flatMap((run) => ["--run", run]);
const engine = ["--engine", "wasm"];
const test40 = ["--corpus", "data/sample", "--split", "test", ...engine];

before(async () => {
  const limits = [
    "training.limitTrain=400",
    "training.limitDev=8",
    "training.learningRate=0.01",
    "--epochs",
    "3",
    ...engine,
  ];
  for (const [seed, run] of runs.entries()) {
    const trained = await pnr(trainArgs("sample", run, ...limits, "--seed", `${seed + 1}`));
    assert.equal(trained.code, 0, trained.stderr);
  }
});

interface Line {
  readonly entities: readonly { readonly agreement?: { readonly votes: number; readonly members: number } }[];
}

async function predictions(...args: readonly string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await pnr(["predict", ...args, ...test40, "--threshold", "0.03"]);
  assert.equal(code, 0, stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("several runs predict together, and each entity has the number of runs that agree", async () => {
  const voted = (await predictions(...repeated)).flatMap(({ entities }) => entities);
  assert.ok(voted.length > 0);
  for (const { agreement } of voted)
    assert.ok(agreement && agreement.votes >= 2 && agreement.members === 3, JSON.stringify(agreement));
  const averaged = (await predictions(...repeated, "--combine", "average")).flatMap(
    ({ entities }) => entities,
  );
  assert.ok(
    averaged.some(({ agreement }) => agreement!.votes < 2),
    "one member outweighs the others",
  );
  const single = (await predictions("--run", runs[0])).flatMap(({ entities }) => entities);
  assert.ok(single.length > 0 && single.every((entity) => !("agreement" in entity)));

  const text = ["Human B cells express the IL-2 gene.", "--threshold", "0.01", ...engine];
  const output = await pnr(["predict", ...repeated, ...text]);
  assert.match(output.stdout, / predicted .* \d\.\d\d, [23] of 3 members: /);
  const page = join(folder, "page.html");
  const written = await pnr(["predict", ...repeated, ...text, "--format", "html", "--out", page]);
  assert.equal(written.code, 0, written.stderr);
  const html = readFileSync(page, "utf8");
  assert.match(html, /\d\.\d\d, [23] of 3/);
  assert.match(html, /numbers: probability, members that predict it/);
});

test("evaluate reports the gain of the ensemble over its members", async () => {
  const args = ["evaluate", ...test40, "--threshold", "0.03"];
  const { code, stdout, stderr } = await pnr([...args, ...repeated, "--json"]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.deepEqual([report.runs, report.combine], [runs, "vote"]);
  const alone = JSON.parse((await pnr([...args, "--run", runs[1], "--json"])).stdout);
  assert.equal(alone.run, runs[1]);
  assert.deepEqual(report.members[1], { run: runs[1], scores: alone.scores });
  const f1 = report.scores.overall.f1;
  assert.ok(Math.abs(report.gains.members[1].f1.value - (f1 - alone.scores.overall.f1)) < 1e-9);
  const { stdout: text } = await pnr([...args, ...repeated]);
  assert.match(text, /250 sentences\n\n3 runs, combined by vote\n/);
  assert.match(text, /F1 of the ensemble minus .*\nmean of the members +[+−]\d+\.\d\d +\[[+−]/);
  assert.match(text, new RegExp(`\nensemble .* ${f1.toFixed(2)}\n`));
});

test("options that need a single run, or several, are errors otherwise", async () => {
  const [one, two] = [repeated.slice(0, 2), repeated.slice(0, 4)];
  const combine = await failure("predict", ...one, "--combine", "vote", "A text.");
  assert.match(combine.message!, /--combine is for several runs; add another --run/);
  const curve = await failure("evaluate", ...two, "--corpus", "data/sample", "--curve");
  assert.match(curve.message!, /--curve scores one run/);
  const vectors = await failure("predict", ...two, "--word-vectors", "x.txt", "A text.");
  assert.match(vectors.message!, /--word-vectors adds words to one model/);
  const types = await failure("predict", ...one, "--run", "weibo", "A text.", ...engine);
  assert.match(types.message!, /have different entity types: only .*cell_line.*; only weibo has /);
});
