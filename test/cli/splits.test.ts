import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenSentences, corpusAt } from "../../src/cli/shared/corpus-input";
import { splitOrders } from "../../src/cli/shared/options";
import type { SplitName } from "../../src/corpus";
import { inputError, testFolder } from "../support/folders";
import { failure, pnr } from "./pnr";

const root = testFolder("splits");
const sizes = { train: 4, dev: 3, test: 2 };
const tiny = [
  ...["model.hidden=8", "model.heads=2", "model.layers=1", "model.kernels=[2]"],
  'model.embedding={"characters":2,"words":4,"pos":2}',
];
const subsets: readonly (readonly SplitName[])[] = [
  ["train"],
  ["dev"],
  ["test"],
  ["train", "dev"],
  ["train", "test"],
  ["dev", "test"],
  ["train", "dev", "test"],
];
const folderOf = (subset: readonly SplitName[]): string => join(root, subset.join("-"));
const runOf = (subset: readonly SplitName[]): string => join(root, `run-${subset.join("-")}`);
const single = join(root, "single.json");

before(() => {
  const text = (split: SplitName) =>
    JSON.stringify(
      Array.from({ length: sizes[split] }, (_, at) => ({
        tokens: ["The", `${split}${at}`, "gene", "rose"],
        entities: [{ start: 1, end: 3, type: "DNA" }],
      })),
    );
  for (const subset of subsets) {
    const folder = folderOf(subset);
    mkdirSync(folder);
    for (const split of subset) writeFileSync(join(folder, `${split}.json`), text(split));
  }
  writeFileSync(single, text("test"));
});

test("a split is read without the others; without --split, the first in the order", async () => {
  for (const subset of subsets) {
    for (const order of Object.values(splitOrders)) {
      const chosen = await chosenSentences(folderOf(subset), undefined, order);
      const expected = order.find((split) => subset.includes(split))!;
      assert.deepEqual(
        [chosen.split, chosen.sentences.length, chosen.title],
        [expected, sizes[expected], `${folderOf(subset)}, ${expected}`],
      );
      for (const split of order) {
        const named = chosenSentences(folderOf(subset), split, order);
        if (subset.includes(split)) assert.equal((await named).sentences.length, sizes[split]);
        else
          await assert.rejects(
            named,
            inputError(RegExp(`has no ${split} split; choose --split ${subset.join(" or ")}$`)),
          );
      }
    }
    const { splits } = await corpusAt(folderOf(subset));
    const counts = Object.entries(splits).map(([split, { length }]) => [split, length]);
    assert.deepEqual(
      Object.fromEntries(counts),
      Object.fromEntries(
        counts.map(([split]) => [split, subset.includes(split as SplitName) ? sizes[split as SplitName] : 0]),
      ),
    );
  }
});

test("a file is read completely and accepts no --split", async () => {
  const chosen = await chosenSentences(single, undefined, splitOrders.dev);
  assert.deepEqual([chosen.split, chosen.sentences.length, chosen.title], [undefined, 2, single]);
  await assert.rejects(
    chosenSentences(single, "test", splitOrders.dev),
    inputError(/single\.json: is one file without splits; omit --split test$/),
  );
  writeFileSync(join(root, "empty.json"), "[]");
  await assert.rejects(
    chosenSentences(join(root, "empty.json"), undefined, splitOrders.dev),
    inputError(/empty\.json: holds no sentences$/),
  );
});

test("train needs only a train split; without one to choose an epoch by, it keeps the last and says so", async () => {
  const withTrain = subsets.filter((subset) => subset.includes("train"));
  for (const subset of withTrain) {
    const [corpus, out] = [folderOf(subset), runOf(subset)];
    const { code, stdout, stderr } = await pnr([
      ...["train", "--corpus", corpus, "--out", out, "--epochs", "2", "--set", ...tiny],
    ]);
    assert.equal(code, 0, stderr);
    const [hasDev, hasTest] = [subset.includes("dev"), subset.includes("test")];
    const { scores, bestEpoch } = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    assert.deepEqual(Object.keys(scores), [...(hasDev ? ["dev"] : []), ...(hasTest ? ["test"] : [])]);
    assert.equal(/no dev split to choose an epoch by; keeping the last epoch/.test(stderr), !hasDev);
    assert.equal(/ best$/m.test(stderr), hasDev);
    assert.match(
      stdout,
      hasDev ? /The checkpoint of epoch [12] \(best on dev\)/ : /The checkpoint of epoch 2 \(last\)/,
    );
    if (!hasDev) assert.equal(bestEpoch, 2);
    assert.match(stdout, RegExp(`--split ${hasTest ? "test" : hasDev ? "dev" : "train"}\n$`));
  }
  for (const subset of subsets.filter((one) => !one.includes("train"))) {
    const { code, message } = await failure(
      "train",
      "--corpus",
      folderOf(subset),
      "--out",
      join(root, "none"),
    );
    assert.equal(code, 2);
    assert.match(message!, RegExp(`has no train split \\(has ${subset.join(" and ")}\\); a corpus is`));
  }
});

test("evaluate, predict, stats and check accept a folder without train, and a file", async () => {
  const run = runOf(["train"]);
  const testOnly = folderOf(["test"]);
  const [evaluated, predicted, ofFile, stats, checked, checkedFile] = await Promise.all([
    pnr(["evaluate", "--run", run, "--corpus", testOnly, "--json"]),
    pnr(["predict", "--run", run, "--corpus", single]),
    pnr(["evaluate", "--run", run, "--corpus", single]),
    pnr(["corpus", "stats", testOnly]),
    pnr(["corpus", "check", testOnly]),
    pnr(["corpus", "check", single]),
  ]);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  assert.match(evaluated.stderr, /has no dev split; using test\n/);
  const { split, scores } = JSON.parse(evaluated.stdout);
  assert.deepEqual([split, scores.sentences], ["test", 2]);
  assert.equal(predicted.stdout.trim().split("\n").length, 2, predicted.stderr);
  assert.match(ofFile.stdout, /single\.json, 2 sentences\n/);
  assert.match(stats.stdout, /^ +test\n(?:.*\n)*sentences +2$/m);
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /^fault {3}1 × train splits missing, without which nothing can be trained/);
  assert.equal(checkedFile.code, 0, checkedFile.stdout);
});

test("sweep, plan and report accept every corpus with a split to score on", async () => {
  const names = {
    "train-dev": "genia",
    "train-test": "weiboner",
    "train-dev-test": "wikigold",
    train: "sec",
  };
  const corpora = join(root, "corpora");
  mkdirSync(corpora);
  for (const [subset, name] of Object.entries(names))
    cpSync(join(root, subset), join(corpora, name), { recursive: true });
  const options = { env: { PNR_CORPORA: corpora }, cwd: root };
  const grid = ["--scale", "smoke", "--seeds", "1", "--engine", "wasm", "--store", join(root, "sweeps")];
  const scored = ["genia", "weiboner", "wikigold"];
  const run = (command: string, ...more: string[]) =>
    pnr([command, "table2", "table3", "table4", ...grid, ...more], options);

  const planned = await run("plan", "--corpora", ...scored);
  assert.equal(planned.code, 0, planned.stderr);
  assert.match(planned.stdout, /3 runs, 0 done, 3 to do/);
  assert.match(planned.stderr, /^genia: has no test split; runs are scored on dev$/m);
  assert.match(planned.stderr, /^weiboner: has no dev split to choose an epoch by; the last epoch is kept$/m);
  assert.doesNotMatch(planned.stderr, /^wikigold/m);

  const swept = await run("sweep", "--corpora", ...scored);
  assert.equal(swept.code, 0, swept.stderr);
  for (const [table, name, split] of [
    ["table2", "genia", "dev"],
    ["table3", "wikigold", "test"],
    ["table4", "weiboner", "test"],
  ])
    assert.match(swept.stderr, RegExp(`^${table} Our Model on ${name}, seed 1 +${split} F1 \\d`, "m"));

  const reported = await pnr(
    ["report", "--from", join(root, "sweeps"), "--out", join(root, "report"), "--corpora", ...scored],
    options,
  );
  assert.equal(reported.code, 0, reported.stderr);
  const page = readFileSync(join(root, "report", "README.md"), "utf8");
  assert.doesNotMatch(page, /NaN|undefined/);

  for (const command of ["plan", "sweep"]) {
    const { code, stderr } = await run(command, "--corpora", "sec");
    assert.equal(code, 2);
    assert.match(stderr, /pnr: sec has neither a test nor a dev split, so there is nothing to score; /);
  }
});

test("encoder pretrain accepts every corpus with a train split, and reports what it measures without dev", async () => {
  for (const subset of subsets) {
    const out = join(root, `bert-${subset.join("-")}`);
    const settings = ["--layers", "1", "--hidden", "64", "--epochs", "1", "--positions", "16"];
    const args = ["encoder", "pretrain", "--corpus", folderOf(subset), "--out", out, ...settings];
    if (!subset.includes("train")) {
      assert.match((await failure(...args)).message!, /has no train split/);
      continue;
    }
    const { code, stderr } = await pnr(args);
    assert.equal(code, 0, stderr);
    assert.equal(/has no dev split; measuring accuracy on train/.test(stderr), !subset.includes("dev"));
  }
});
