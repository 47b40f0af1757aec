import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ExperimentCorpus, gridOf, plansNamed, type Setting, scales } from "../../src/experiments";
import { entry } from "../../src/experiments/corpora";
import { writeCorpus } from "../support/corpus";

/** The example lines of docs/experiments.md. */
const [setting, corpus] = [
  ...readFileSync(join(__dirname, "../../../docs/experiments.md"), "utf8").matchAll(
    /```ts\n((?:\{ key|entry\().*),\n```/g,
  ),
].map(([, line]) => new Function("entry", `return ${line}`)(entry)) as [Setting, ExperimentCorpus];

test("the documented line adds an ablation: another run per seed, with this change only", async () => {
  const [table6] = plansNamed(["table6"]);
  const more = { ...table6, settings: [...table6.settings, setting] };
  const of = (plan: typeof table6) =>
    gridOf({ plans: [plan], scale: scales[1], engine: "wasm", seeds: [1, 2] });
  const [before, after] = [await of(table6), await of(more)];
  const added = [...after.runs.keys()].filter((id) => !before.runs.has(id));
  assert.deepEqual([before.runs.size, after.runs.size, added.length], [14, 16, 2]);
  const origin = before.runs.get(before.cells[0].id)!.config;
  const changed = { ...origin, model: { ...origin.model, pointers: "separate" } };
  assert.deepEqual(after.runs.get(added[0])!.config, changed);
});

test("the documented line adds a corpus, on which the plans of the paper's corpus run", async () => {
  const root = mkdtempSync(join(tmpdir(), "pnr-line-"));
  const before = process.env.PNR_CORPORA;
  process.env.PNR_CORPORA = root;
  try {
    writeCorpus(join(root, corpus.name), 5);
    const plans = plansNamed(["table2", "table3", "table7"]);
    for (const scale of scales) {
      const grid = await gridOf({ plans, scale, engine: "wasm", seeds: [1], corpora: [corpus] });
      assert.deepEqual(
        [...new Set(grid.cells.map(({ plan }) => plan.name))],
        ["table3", "table7"],
        "the plans on CoNLL03",
      );
      assert.equal(grid.runs.size, 7, scale.name);
      for (const run of grid.runs.values())
        assert.deepEqual([run.corpus.name, run.config.training.trainOn], ["fin", "train"]);
    }
  } finally {
    rmSync(root, { recursive: true });
    if (before === undefined) delete process.env.PNR_CORPORA;
    else process.env.PNR_CORPORA = before;
  }
});
