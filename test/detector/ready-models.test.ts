import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EntityDetector } from "../../src/detector/entity-detector";
import { readyModelNames, readyModels } from "../../src/detector/ready-models";
import { findModel } from "../../src/detector/storage";
import { startEngine } from "../../src/engine";
import { testFolder } from "../support/folders";

/** A sentence of no corpus for each model, and entities that it must find. */
const examples: Readonly<Record<string, { readonly text: string; readonly entities: readonly string[] }>> = {
  genia: {
    text: "The human T cell receptor alpha chain enhancer binds GATA-3 in Jurkat cells.",
    entities: [
      "DNA: human T cell receptor alpha chain enhancer",
      "protein: GATA-3",
      "cell_line: Jurkat cells",
    ],
  },
  news: {
    text: "Barack Obama visited the University of Oxford and Paris.",
    entities: ["per: Barack Obama", "org: University of Oxford"],
  },
  weibo: {
    text: "昨天我和妈妈在北京见到了姚明",
    entities: ["per.nom: 妈妈", "gpe.nam: 北京", "per.nam: 姚明"],
  },
};

test("a ready model's name also works next to a corpus of that name, but not for a run of that name", () => {
  const before = process.cwd();
  process.chdir(testFolder("ready"));
  try {
    mkdirSync("genia");
    writeFileSync("genia/train.json", "[]");
    assert.equal(findModel("genia"), join(readyModels, "genia/best.json"));
    writeFileSync("genia/run.json", "{}");
    assert.throws(() => findModel("genia"), /^InputError: genia: holds no trained model \(no best\.json\)/);
    writeFileSync("genia/best.json", "{}");
    assert.equal(findModel("genia"), join("genia", "best.json"));
  } finally {
    process.chdir(before);
  }
});

test("each ready model has an example here", () => {
  assert.deepEqual(readyModelNames(), Object.keys(examples).sort());
});

for (const [name, { text, entities }] of Object.entries(examples)) {
  test(`the ready model ${name} loads by its name and finds the entities of a new sentence`, async () => {
    await startEngine("wasm");
    const detector = await EntityDetector.load(name);
    const [sentence] = await detector.predict(text);
    detector.dispose();
    const predicted = sentence.entities.map((entity) => `${entity.type}: ${entity.text}`);
    assert.deepEqual(
      entities.filter((entity) => !predicted.includes(entity)),
      [],
      predicted.join("; "),
    );
  });

  test(`the ready model ${name} is at most 20 MB, and its card has scores, data, limits and licenses`, () => {
    const folder = join(readyModels, name);
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    assert.ok(bytes <= 20e6, `${bytes} bytes`);
    const card = readFileSync(join(folder, "README.md"), "utf8");
    const headings = [...card.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, ["Scores", "Training", "Data", "Limits", "Licenses and attribution"]);
    assert.ok(card.includes(`pnr predict --run ${name} "`));
  });
}
