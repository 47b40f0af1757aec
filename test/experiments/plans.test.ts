import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../src/base/errors";
import { readModel } from "../../src/detector/storage";
import {
  type Grid,
  gridOf,
  missingPretrained,
  plans,
  plansNamed,
  type Scale,
  scales,
  supplements,
} from "../../src/experiments";
import { table6, table7 } from "../../src/experiments/paper";
import { type Config, parseConfig, presets } from "../../src/training";
import { writeCorpus } from "../support/corpus";
import { inputError } from "../support/folders";

const scale = (name: string): Scale => scales.find((one) => one.name === name)!;
const grid = (names: readonly string[], more: object = {}): Promise<Grid> =>
  gridOf({ plans: plansNamed(names), scale: scale("sample"), engine: "wasm", seeds: [1], ...more });
const settingsOf = (name: string) => plansNamed([name])[0].settings;
const labels = (name: string) => settingsOf(name).map(({ label }) => label);

/** The keys in which two configs differ, such as "model.layers". */
function differences(one: unknown, other: unknown, path = ""): string[] {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other) ? [] : [path];
  return Object.keys(one).flatMap((key) =>
    differences(one[key], other[key], path === "" ? key : `${path}.${key}`),
  );
}

test("the plans are the paper's ten tables and figures with its rows", () => {
  assert.deepEqual(
    plans.map(({ name }) => name),
    ["table1", "table2", "table3", "table4", "table5", "table6", "table7", "table8", "figure5", "figure6"],
  );
  for (const [name, rows] of Object.entries({ table6, table7 }))
    assert.deepEqual(
      settingsOf(name).map(({ key, label }) => [key, label]),
      rows.map(({ key, setting }) => [key, setting]),
    );
  assert.deepEqual(labels("figure5"), ["1", "2", "3", "4", "5"]);
  assert.deepEqual(labels("figure6"), ["1", "2", "4", "8", "16"]);
  for (const { name, settings } of [...plans, ...supplements])
    for (const field of ["key", "label"] as const)
      assert.equal(new Set(settings.map((setting) => setting[field])).size, settings.length, name);
});

test("every ablation changes a different key of the model", async () => {
  const { cells, runs } = await grid(["table6"]);
  const [origin, ...others] = cells.map(({ id }) => runs.get(id)!.config);
  assert.deepEqual(
    others.map((config) => differences(config, origin)),
    ["backward", "spatial", "update", "category", "locationIteration", "logitIteration"].map((key) => [
      `model.${key}`,
    ]),
  );
});

test("learning curves draw random sentences for each seed, as many as the corpus has", async () => {
  const { cells, runs, leftOut } = await grid(["training-size"]);
  const sizes = cells.map(({ setting: { value, series }, id }) => {
    const { model, training } = runs.get(id)!.config;
    assert.equal(training.subset, "random");
    assert.equal(training.limitTrain, value);
    return [series, model.architecture, model.crfLevels, value];
  });
  const curve = (series: string, architecture: string, levels: number | null) =>
    [125, 250, 500, 1000].map((value) => [series, architecture, levels, value]);
  assert.deepEqual(sizes, [
    ...curve("PnR", "pnr", 1),
    ...curve("BiGRU-CRF, flat", "crf", 1),
    ...curve("BiGRU-CRF by levels", "crf", null),
    ...curve("span classifier", "spans", 1),
  ]);
  assert.ok(leftOut.includes("sample has 1500 training sentences, too few for settings with 2000, 4000"));
});

test("supplements are requested by name: choosing on test, and each difference from the released code", async () => {
  assert.ok(plansNamed(["all"]).every(({ name }) => plans.some((plan) => plan.name === name)));
  const changes = async (name: string) => {
    const { cells, runs } = await grid([name]);
    const [first, ...others] = cells.map(({ id, setting }) => ({ label: setting.label, ...runs.get(id)! }));
    return others.map(({ label, config }) => [label, differences(config, first.config)] as const);
  };
  assert.deepEqual(await changes("selection"), [["chosen on test", ["training.selectOn"]]]);
  const each = await changes("differences");
  const together =
    'variant=released training.batching=similarLength model.wordFallback=["lower"] model.maxCharacters=32';
  const whole = each.find(([label]) => label === together)![1];
  const alone = each.filter(([label]) => label !== together);
  for (const [label, keys] of alone) assert.deepEqual(keys, [label.replace(/=.*/, "")]);
  const idle = ["model.bertContext", "model.withoutBackward", "model.acceptTies", "variant"];
  assert.deepEqual([...alone.flatMap(([, keys]) => keys), ...idle].sort(), [...whole].sort());
});

test("the settings have the kernels, heads, layers and epochs of the paper", async () => {
  const configs = async (name: string): Promise<Config[]> => {
    const { cells, runs } = await grid([name]);
    return cells.map(({ id }) => runs.get(id)!.config);
  };
  const shape = ({ model: { kernels, heads, layers }, training: { epochs } }: Config) =>
    [kernels.join(), heads, layers, epochs] as const;
  const kernels = ["", "2", "2,2", "2,2,2", "2,2,2,2", "2,3", "2,3,2"];
  const [table, layers, heads] = [
    await configs("table7"),
    await configs("figure5"),
    await configs("figure6"),
  ];
  const { epochs } = scale("sample").config.training;
  assert.deepEqual(
    table.map(shape),
    kernels.map((list) => [list, 8, 3, epochs]),
  );
  assert.deepEqual(
    layers.map(shape),
    [1, 2, 3, 4, 5].map((count) => ["2,3", 8, count, epochs]),
  );
  assert.deepEqual(
    heads.map(shape),
    [1, 2, 4, 8, 16].map((count) => ["2,3", count, 3, epochs]),
  );
  assert.equal(scale("paper").config.training.epochs, 5);
  assert.equal(scale("paper").config.training.learningRate, 2e-5);
});

test("equal settings share a run, and each seed has its runs", async () => {
  const one = await grid(["all"]);
  // 7 ablations, and 6 kernel lists, 4 numbers of layers and 4 of heads, not counting the shared ones.
  assert.equal(one.runs.size, 21);
  const settingOf = (plan: string, label: string): string =>
    one.cells.find((cell) => cell.plan.name === plan && cell.setting.label === label)!.id;
  const origin = settingOf("table6", "Origin");
  assert.deepEqual(
    [
      settingOf("table2", "Our Model"),
      settingOf("table5", "Our Model"),
      settingOf("table7", "[2,2]"),
      settingOf("table8", "Our Model"),
    ],
    [origin, origin, origin, origin],
  );
  assert.equal(settingOf("table7", "[2,3]"), settingOf("figure5", "3"));
  assert.equal(settingOf("table7", "[2,3]"), settingOf("figure6", "8"));
  const two = await grid(["all"], { seeds: [1, 2] });
  assert.equal(two.runs.size, 42);
  assert.deepEqual([...two.runs.keys()].slice(0, 21), [...one.runs.keys()], "the first seed comes first");
});

const miniLMScales = ["frozen", "frozen-full", "fine-tuned", "flat"];

test("every scale has all runs on the paper's corpora, trained as in the paper", async () => {
  const root = mkdtempSync(join(tmpdir(), "pnr-corpora-"));
  const before = process.env.PNR_CORPORA;
  process.env.PNR_CORPORA = root;
  try {
    for (const [seed, name] of ["genia", "conll03", "weiboner"].entries())
      writeCorpus(join(root, name), seed);
    for (const one of scales) {
      const { cells, runs, leftOut } = await grid(["all"], {
        scale: one,
        corpora: ["genia", "conll03", "weiboner"],
      });
      // All 21 on GENIA. The others have no figures, so Table 6's rows and Table 7's except the one that is Origin.
      assert.equal(runs.size, 21 + 13 + 13, one.name);
      assert.deepEqual(leftOut, []);
      const of = (plan: string, corpus: string, label: string) =>
        cells.find(
          (cell) => cell.plan.name === plan && cell.corpus.name === corpus && cell.setting.label === label,
        )!.id;
      const { model } = runs.get(of("table4", "weiboner", "Our Model"))!.config;
      assert.deepEqual(model.kernels, [2, 2, 2]);
      assert.equal(of("table6", "weiboner", "Origin"), of("table7", "weiboner", "[2,2,2]"));
      assert.equal(of("table6", "conll03", "Origin"), of("table7", "conll03", "[2,2]"));
      for (const { config, corpus } of runs.values()) {
        const { trainOn, selectOn } = config.training;
        // At the scale paper GENIA, too, as in the setup of §4.1.
        const both = corpus.name === "conll03" || (corpus.name === "genia" && one.name === "paper");
        const chosen = ["smoke", "minutes", "sample", "scratch", "paper"].includes(one.name) ? "dev" : "last";
        assert.deepEqual([trainOn, selectOn], both ? ["train+dev", "last"] : ["train", chosen]);
        const encoders = { genia: /biobert/, conll03: /^bert-base-cased$/, weiboner: /^bert-base-chinese$/ };
        const { bert } = config.model;
        if (one.name === "paper") assert.match(bert!.from!, encoders[corpus.name as keyof typeof encoders]);
        else if (!miniLMScales.includes(one.name)) assert.equal(bert, null);
        else assert.equal(bert!.from, "sentence-transformers/all-MiniLM-L6-v2");
      }
    }
  } finally {
    if (before === undefined) delete process.env.PNR_CORPORA;
    else process.env.PNR_CORPORA = before;
    rmSync(root, { recursive: true });
  }
});

test("the scales of the protocol draw batches like the released code, keep the last epoch, and differ as their names say", () => {
  for (const name of ["bundled", "frozen", "frozen-full", "fine-tuned", "flat", "weibo", "curves"]) {
    const { training } = scale(name).config;
    assert.deepEqual([training.batching, training.selectOn], ["shuffled", "last"], name);
    assert.equal(training.subset, name === "frozen" ? "random" : "first");
    assert.equal(training.limitTrain, name === "frozen" ? 4000 : null);
  }
  const [frozen, full, tuned] = ["frozen", "frozen-full", "fine-tuned"].map((name) => scale(name).config);
  assert.deepEqual(differences(frozen, full).sort(), ["training.limitTrain", "training.subset"]);
  assert.deepEqual([frozen.model.bert!.frozen, tuned.model.bert!.frozen], [true, false]);
  assert.deepEqual(differences(scale("curves").config, presets.released).sort(), [
    "training.epochs",
    "training.maxLength",
    "training.selectOn",
  ]);
});

test("runs of another encoder or other word vectors are other runs, wherever the files are", async () => {
  const root = mkdtempSync(join(tmpdir(), "pnr-vectors-"));
  try {
    const [one, copy, other] = ["one", "copy", "other"].map((name) => join(root, `${name}.txt`));
    writeFileSync(one, "IL-2 0.5 1\n");
    writeFileSync(copy, "IL-2 0.5 1\n");
    writeFileSync(other, "IL-2 0.5 2\n");
    const idWith = async (file: string) => {
      const wordVectors = { file, sha256: null, trainable: false, fallback: [], missing: "random" } as const;
      const { runs } = await grid(["table2"], {
        corpora: ["sample"],
        change: (config: Config) =>
          parseConfig({ model: { embedding: { words: 2 }, wordVectors } }, "test", config),
      });
      return [...runs][0];
    };
    const [[id, spec], [copyId], [otherId]] = [await idWith(one), await idWith(copy), await idWith(other)];
    assert.match(spec.pretrained!, /^[0-9a-f]{16}$/);
    assert.equal(copyId, id);
    assert.notEqual(otherId, id);
    const [, missing] = await idWith(join(root, "none.txt"));
    assert.equal(missing.pretrained, "missing");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("a run that starts from a trained model has its settings, and its content decides the run's id", async () => {
  const root = mkdtempSync(join(tmpdir(), "pnr-init-"));
  try {
    const models = join(__dirname, "../../../data/models");
    cpSync(join(models, "news"), join(root, "copy"), { recursive: true });
    const specOf = async (init: string | null) => {
      const { runs } = await grid(["table2"], {
        corpora: ["sample"],
        change: (config: Config) =>
          parseConfig(
            { model: init === null ? { layers: 2 } : {}, training: { init, epochs: 2 } },
            "test",
            config,
          ),
      });
      return [...runs][0];
    };
    const [[ready, spec], [copy], [other], [random]] = [
      await specOf("news"),
      await specOf(join(root, "copy")),
      await specOf("genia"),
      await specOf(null),
    ];
    const { description } = readModel(join(models, "news", "best.json"));
    assert.deepEqual(spec.config.model, description.model);
    assert.deepEqual([spec.config.training.init, spec.config.training.epochs], ["news", 2]);
    assert.match(spec.pretrained!, /^[0-9a-f]{16}$/);
    assert.equal(copy, ready);
    assert.equal(new Set([ready, other, random]).size, 3);
    await assert.rejects(specOf(join(root, "none")), inputError(/none: holds no trained model/));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("dev cannot be trained on without a test split, and missing encoders and word vectors are named", async () => {
  const root = mkdtempSync(join(tmpdir(), "pnr-corpora-"));
  const before = process.env.PNR_CORPORA;
  process.env.PNR_CORPORA = root;
  try {
    writeCorpus(join(root, "genia"), 1);
    const paper = { scale: scale("paper"), corpora: ["genia"] };
    const { runs } = await grid(["table2"], paper);
    const missing = (planned: typeof runs) =>
      missingPretrained([...planned.values()].map(({ config }) => config));
    const [line, ...more] = missing(runs);
    assert.match(line, /^dmis-lab\/biobert.*get it with: pnr encoder fetch dmis-lab\/biobert/);
    assert.deepEqual(more, []);
    assert.deepEqual(missing((await grid(["table2"], { corpora: ["genia"] })).runs), []);
    const flat = { scale: scale("flat"), corpora: ["genia"] };
    const file = join(root, "vectors.txt");
    const withVectors = async (init: string | null) => {
      const change = (config: Config): Config => ({
        ...config,
        model: { ...config.model, bert: null, wordVectors: { ...config.model.wordVectors!, file } },
        training: { ...config.training, init },
      });
      return missing((await grid(["table2"], { ...flat, change })).runs);
    };
    assert.deepEqual(await withVectors(null), [
      `${file}: no such file of word vectors; put it into ${root}, or name another: --set model.wordVectors.file=FILE`,
    ]);
    assert.deepEqual(await withVectors("genia"), [], "a trained model brings its own");
    writeFileSync(file, "");
    assert.deepEqual(await withVectors(null), []);
    rmSync(join(root, "genia", "test.json"));
    await assert.rejects(
      grid(["table2"], paper),
      (error) =>
        error instanceof InputError && /genia has no test split, and dev is trained on/.test(error.message),
    );
  } finally {
    if (before === undefined) delete process.env.PNR_CORPORA;
    else process.env.PNR_CORPORA = before;
    rmSync(root, { recursive: true });
  }
});

test("tables without a corpus have no runs, and the grid says so", async () => {
  const { cells, runs, leftOut } = await grid(["table3", "table4"]);
  assert.deepEqual([cells.length, runs.size], [0, 0]);
  assert.deepEqual(leftOut, [
    "no corpus of this sweep stands for the paper's CoNLL03",
    "no corpus of this sweep stands for the paper's WeiboNER",
  ]);
});

test("unknown plans and corpora and missing folders are errors with a way out", async () => {
  const input = (pattern: RegExp) => (error: unknown) =>
    error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n");
  assert.throws(() => plansNamed(["tabel6"]), input(/no plan "tabel6"; did you mean "table6"\?/));
  await assert.rejects(
    grid(["table6"], { corpora: ["geina"] }),
    input(/no corpus "geina".*did you mean "genia"\?/),
  );
  await assert.rejects(
    grid(["table6"], { scale: scale("paper") }),
    input(
      /genia is not in .*genia; put train\.json, dev\.json and test\.json there .*PNR_CORPORA.*conll03 is not in/,
    ),
  );
});
