import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { loadCorpus, type Sentence, sampleCorpus, writeSentences } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startEngine } from "../../src/engine";
import { evaluate, fewestGold, type Scores, withoutSameTypeInner } from "../../src/evaluation";
import { testFolder } from "../support/folders";
import { failure, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = testFolder("pack");
const [run, packed, notes, sample] = ["run", "small-model", "notes.md", "sample"].map((name) =>
  join(folder, name),
);
const limits = [
  "model.hidden=64",
  "training.limitTrain=64",
  "training.limitDev=20",
  "--epochs",
  "2",
  "--engine",
  "wasm",
];

before(async () => {
  const { splits } = await loadCorpus(sampleCorpus);
  mkdirSync(sample);
  for (const [name, count] of [
    ["train", 64],
    ["dev", 20],
    ["test", 80],
  ] as const)
    await writeSentences(join(sample, `${name}.json`), splits[name].slice(0, count), { to: "json" });
  const { code, stderr } = await pnr(trainArgs(sample, run, ...limits));
  assert.equal(code, 0, stderr);
  writeFileSync(notes, "## Data and licenses\n\nGenerated sentences, CC0.\n");
});

const pack = (...more: string[]) =>
  pnr(["pack", "--run", run, "--corpus", sample, "--engine", "wasm", "--out", packed, ...more]);

test("packs the best model, which predicts, and describes it in a card", async () => {
  const { code, stdout, stderr } = await pack("--notes", notes);
  assert.equal(code, 0, stderr);
  const [, before] = stdout.match(/with 32-bit weights (\d+\.\d\d)\n$/)!;
  assert.match(stdout, /^\d+ kB in .*small-model; F1 on sample, test: \d/);

  const tensors = (of: string) => readdirSync(of).filter((name) => name.startsWith("best-"));
  assert.deepEqual(readdirSync(packed).sort(), ["README.md", ...tensors(packed), "best.json"].sort());
  const size = (of: string): number => statSync(join(of, tensors(of)[0])).size;
  assert.ok(size(packed) < 0.6 * size(run), `${size(packed)} of ${size(run)} bytes`);

  const card = readFileSync(join(packed, "README.md"), "utf8");
  assert.match(card, /^# small-model\n/);
  assert.match(card, /^npx pnr predict --run \S*small-model "A sentence\."$/m);
  assert.match(card, /^\| all \| [^|]+ \| \d+\.\d \(\d+\.\d – \d+\.\d\) \| [^|]+ \| [\d,]+ \|$/m);
  assert.match(
    card,
    new RegExp(`32-bit weights have an F1 of ${before}, so packing changes it by [+−]0\\.\\d\\d\\.`),
  );
  assert.match(card, /^Trained on sample \(2 epochs, .*, engine wasm\)\./m);
  assert.match(card, /^- `training\.limitTrain`: `64`$/m);
  assert.doesNotMatch(card, /`training\.batching`/, "a default");
  assert.ok(card.endsWith("## Data and licenses\n\nGenerated sentences, CC0.\n"));

  const predicted = await pnr(["predict", "--run", packed, "--engine", "wasm", "The cells grow."]);
  assert.equal(predicted.code, 0, predicted.stderr);
  assert.match(predicted.stdout, /^The cells grow \.\n/);
});

test("a temperature stored with the run is packed with its weights, and the card names it", async () => {
  const scored = ["evaluate", "--corpus", sample, "--engine", "wasm"];
  const stored = await pnr([...scored, "--run", run, "--curve", "--store-temperature", "--json"]);
  assert.equal(stored.code, 0, stored.stderr);
  const { temperature, predictions } = JSON.parse(stored.stdout).curves.calibration;
  const { code, stderr } = await pack();
  assert.equal(code, 0, stderr);
  const content = JSON.parse(readFileSync(join(packed, "temperature.json"), "utf8"));
  assert.deepEqual([content.temperature, content.predictions], [temperature, predictions]);
  assert.match(
    readFileSync(join(packed, "README.md"), "utf8"),
    new RegExp(
      `temperature ${temperature.toFixed(2)}, fitted to ${predictions} predictions on sample, dev\\.$`,
      "m",
    ),
  );
  const calibrated = await pnr([...scored, "--run", packed, "--calibrated", "--json"]);
  assert.equal(calibrated.code, 0, calibrated.stderr);
});

test("the card scores again without same-type inner mentions and without sentences of train", async () => {
  const { splits } = await loadCorpus(sampleCorpus);
  const inner = splits.test.filter(hasInner).slice(0, 10);
  const others = splits.test.filter((sentence) => !hasInner(sentence)).slice(0, 30);
  assert.ok(inner.length, "the sample has such mentions");
  const corpus = join(folder, "with-repeats");
  mkdirSync(corpus);
  await writeSentences(join(corpus, "train.json"), splits.train, { to: "json" });
  await writeSentences(join(corpus, "test.json"), [...inner, ...others, ...splits.train.slice(0, 7)], {
    to: "json",
  });
  const { code, stderr } = await pnr([
    "pack",
    "--run",
    run,
    "--corpus",
    corpus,
    "--engine",
    "wasm",
    "--out",
    packed,
  ]);
  assert.equal(code, 0, stderr);
  const card = readFileSync(join(packed, "README.md"), "utf8");

  await startEngine("wasm");
  const detector = await EntityDetector.load(packed);
  const all = [...inner, ...others, ...splits.train.slice(0, 7)];
  const outer = await evaluate(detector, all, { sameTypeInner: "ignored" });
  const unseen = await evaluate(detector, [...inner, ...others]);
  detector.dispose();
  const row = (name: string): string[] => {
    const [, ...cells] = card.match(
      new RegExp(`^\\| ${name} \\| [^|]+ \\| [^|]+ \\| ([\\d.]+) [^|]+ \\| ([\\d,]+) \\|$`, "m"),
    )!;
    return cells;
  };
  const expected = ({ overall }: Scores): string[] => [
    overall.f1.toFixed(1),
    overall.gold.toLocaleString("en"),
  ];
  assert.deepEqual(row("without mentions inside another of their type"), expected(outer));
  assert.deepEqual(
    row(`the ${inner.length + others.length} sentences that train does not contain`),
    expected(unseen),
  );

  const rows = [...card.matchAll(/^\| [^|]+ \| [^|]+ \| [^|]+ \| ([^|]+) \| ([\d,]+) \|$/gm)].map(
    ([, f1, gold]) => ({ interval: f1.includes("("), gold: Number(gold.replace(",", "")) }),
  );
  assert.deepEqual(
    rows.map(({ interval }) => interval),
    rows.map(({ gold }) => gold >= fewestGold),
  );
  assert.ok(rows.some(({ interval }) => !interval) && rows.some(({ interval }) => interval));
});

function hasInner({ entities }: Sentence): boolean {
  return withoutSameTypeInner(entities, []).gold.length < entities.length;
}

test("8-bit weights are half the size of 16-bit ones, and replace them", async () => {
  const bytes = (): number =>
    readdirSync(packed).reduce(
      (sum, name) => sum + (/^best-/.test(name) ? statSync(join(packed, name)).size : 0),
      0,
    );
  const before = bytes();
  const { code, stderr } = await pack("--weights", "int8");
  assert.equal(code, 0, stderr);
  assert.ok(bytes() < 0.75 * before, `${bytes()} of ${before} bytes`);
  assert.match(
    readFileSync(join(packed, "README.md"), "utf8"),
    /8-bit weights\)\.\n[\s\S]*## Data and licenses\n\nNot stated\.\n$/,
  );
});

test("an incomplete run, a folder with other files and missing notes are errors", async () => {
  const refused = (...args: string[]) => failure("pack", "--corpus", "sample", ...args);
  assert.deepEqual(await refused("--run", run, "--out", run), {
    code: 2,
    message: `${run}: is the folder of a run; choose another one`,
  });
  assert.deepEqual(await refused("--run", run, "--out", folder), {
    code: 2,
    message: `${folder}: is not empty and holds no packed model; choose another folder`,
  });
  const missing = join(folder, "none.md");
  assert.match(
    (await refused("--run", run, "--out", packed, "--notes", missing)).message ?? "",
    /none\.md: /,
  );
  rmSync(join(run, "result.json"));
  assert.deepEqual(await refused("--run", run, "--out", packed), {
    code: 2,
    message: `${run}: is not complete; resume it before packing its model`,
  });
});

test("without a run, and with a model that is packed already, the message names the way out", async () => {
  const message = async (path: string): Promise<string | undefined> =>
    (await failure("pack", "--run", path, "--corpus", "sample", "--out", join(folder, "other"))).message;
  assert.match(
    (await message("runs/none")) ?? "",
    /runs\/none: holds no trained model .*; train one with pnr train --out, or use a ready one: genia/,
  );
  assert.match(
    (await message("genia")) ?? "",
    /genia: is not the folder of a run .*; train one with pnr train --out$/,
  );
});
