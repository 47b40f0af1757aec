import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gridOf } from "../../src/experiments";
import { scales } from "../../src/experiments/scales";
import { readRun } from "../../src/training";
import { widgetForms } from "../../widgets/shared/forms";
import { light } from "../../widgets/shared/theme";
import { testFolder } from "../support/folders";
import { withWeightedHeads } from "./new-ablation";
import { wordLengths } from "./word-lengths/word-lengths";

const folder = testFolder("examples");

test("a new corpus trains in ten lines", () => {
  const corpus = join(folder, "soups");
  mkdirSync(corpus);
  const sentence = (name: string) => ({
    tokens: ["We", "ate", name, "soup", "."],
    entities: [{ start: 2, end: 4, type: "DISH" }],
  });
  const write = (split: string, ...names: string[]) =>
    writeFileSync(join(corpus, `${split}.json`), JSON.stringify(names.map(sentence)));
  write("train", "pea", "leek", "bean", "beet", "corn", "kale");
  write("dev", "rice", "lime");
  const run = join(folder, "run");
  const program = join(__dirname, "new-corpus.js");
  const output = execFileSync(process.execPath, [program, corpus, run, "We ate pea soup."], {
    encoding: "utf8",
  });
  assert.match(output, /^\d+\.\d+\n\d+\.\d+\ndev F1 \d+\.\d\n/, output);
  assert.match(output, /\[.*\]\n$/s, "a list of the entities in the text's sentence");
  assert.equal(readRun(run).config.training.epochs, 2);
});

test("a new ablation is a config key and a line of a plan", async () => {
  const scale = scales.find(({ name }) => name === "smoke")!;
  const options = { scale, engine: "wasm", seeds: [1] } as const;
  const { cells, runs } = await gridOf({ ...options, plans: [withWeightedHeads] });
  const configsOf = (label: string) =>
    cells
      .filter(({ setting }) => setting.label === label)
      .map(({ corpus, id }) => ({ corpus: corpus.name, config: runs.get(id)!.config }));
  const [origin, weighted] = [configsOf("Origin"), configsOf("+Weighted heads")];
  assert.ok(weighted.length > 0);
  assert.deepEqual(
    weighted,
    origin.map(({ corpus, config }) => ({
      corpus,
      config: { ...config, model: { ...config.model, headFusion: "weighted" } },
    })),
  );
  assert.equal(origin[0].config.model.headFusion, "sum");
});

test("a new widget is a folder", async () => {
  const instance = wordLengths(["a", "longer", "word"]);
  const { bundle, width } = await widgetForms(instance, "1", "pnrtest");
  assert.equal(width, 480);
  assert.equal(bundle["text/plain"], "a 1\nlonger 6\nword 4");
  assert.match(bundle["text/html"], /"kind":"word-lengths"/);
  assert.ok(bundle["image/png"].length > 1000, "a picture");
  const sorted = instance.widget.view!.change([], instance.state, "sorted", true);
  assert.match(
    JSON.stringify(instance.widget.build(instance.packed, sorted, light)),
    /\["longer","word","a"\]/,
  );
});
