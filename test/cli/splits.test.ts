import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenSentences, corpusAt } from "../../src/cli/corpus-input";
import { splitOrders } from "../../src/cli/options";
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

test("a split is read without the others; where none is named, the first of the order that there is", async () => {
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

test("a file is read whole, and has no split to name", async () => {
  const chosen = await chosenSentences(single, undefined, splitOrders.dev);
  assert.deepEqual([chosen.split, chosen.sentences.length, chosen.title], [undefined, 2, single]);
  await assert.rejects(
    chosenSentences(single, "test", splitOrders.dev),
    inputError(/single\.json: is one file without splits; leave --split test out$/),
  );
  writeFileSync(join(root, "empty.json"), "[]");
  await assert.rejects(
    chosenSentences(join(root, "empty.json"), undefined, splitOrders.dev),
    inputError(/empty\.json: holds no sentences$/),
  );
});

test("train needs a train split alone: without a split to choose an epoch by, the last is kept, and said", async () => {
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
    assert.equal(/no dev split to choose an epoch by: the last epoch is kept/.test(stderr), !hasDev);
    assert.equal(/ best$/m.test(stderr), hasDev);
    assert.match(stdout, hasDev ? /that of epoch [12], the best on dev\./ : /that of epoch 2, the last\./);
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

test("evaluate, predict, stats and check take a folder without train, and a file", async () => {
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
  assert.match(evaluated.stderr, /has no dev split; test is taken\n/);
  const { split, scores } = JSON.parse(evaluated.stdout);
  assert.deepEqual([split, scores.sentences], ["test", 2]);
  assert.equal(predicted.stdout.trim().split("\n").length, 2, predicted.stderr);
  assert.match(ofFile.stdout, /single\.json, 2 sentences\n/);
  assert.match(stats.stdout, /^ +test\n(?:.*\n)*sentences +2$/m);
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /^fault {3}1 × train splits missing, without which nothing can be trained/);
  assert.equal(checkedFile.code, 0, checkedFile.stdout);
});
