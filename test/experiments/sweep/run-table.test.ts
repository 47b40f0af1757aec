// cspell:ignore samlpe
import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { ablate, comparisonRows, runTable, type SweepOptions, sweepResults } from "../../../src";
import type { SweepBegin } from "../../../src/experiments/sweep/host";
import { inputError, testFolder } from "../../support/folders";

const folder = testFolder("run-table");
const smoke = (store: string, more: SweepOptions = {}): SweepOptions => ({
  scale: "smoke",
  engine: "wasm",
  workers: 2,
  store: join(folder, store),
  ...more,
});

test("a table's missing runs are computed once, and only its own runs count", async () => {
  const begins: SweepBegin[] = [];
  const shares: number[] = [];
  const options = smoke("table", {
    seeds: 2,
    onBegin: (begin) => begins.push(begin),
    onProgress: ({ share }) => shares.push(share),
  });
  const analysis = await runTable("table2", options);
  const { runs, settings } = sweepResults(analysis, "table2");
  assert.deepEqual(
    runs.map(({ setting, corpus, seed }) => [setting, corpus, seed]),
    [
      ["Our Model", "sample", 1],
      ["Our Model", "sample", 2],
    ],
  );
  assert.equal(settings.length, 1);
  assert.equal(shares.at(-1), 1);
  const [{ title, seconds, from, ...counts }] = begins;
  assert.equal(title, "Table 2: GENIA");
  assert.deepEqual([counts.runs, counts.done, counts.workers, from], [2, 0, 2, "a few steps measured here"]);
  assert.ok(seconds > 0);

  const files = readdirSync(join(folder, "table"));
  const again = await runTable("table2", { ...options, seeds: [2] });
  assert.deepEqual(
    sweepResults(again, "table2").runs.map(({ seed }) => seed),
    [2],
    "the run of seed 1 is in the store but was not asked for",
  );
  assert.deepEqual([begins[1].runs, begins[1].done, begins[1].seconds], [1, 1, 0]);
  assert.deepEqual(readdirSync(join(folder, "table")), files);
  assert.match(inspect(again), /^setting +.*\nOur Model +.*sample/);
});

test("your own settings are compared with the first of them", async () => {
  const settings = { "two layers": { model: { layers: 2 } }, "one layer": { model: { layers: 1 } } };
  const remarks: string[] = [];
  const onBegin = (begin: SweepBegin): void => void remarks.push(...begin.remarks);
  const analysis = await ablate({ settings, title: "Depth", ...smoke("own", { seeds: 3, onBegin }) });
  const { title, runs, corpora, settings: rows } = sweepResults(analysis, "ablation");
  assert.deepEqual([title, runs.length], ["Depth", 6]);
  assert.deepEqual(corpora, [{ name: "sample", comparable: false }], "nothing of the paper to compare with");
  assert.deepEqual(remarks, [], "no corpus is missing");
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["two layers", "one layer"],
  );
  const [row, ...others] = comparisonRows(analysis, "ablation");
  assert.deepEqual([row.setting, row.seeds, others], ["one layer", "3", []]);
  assert.throws(
    () => sweepResults(analysis, "table6"),
    inputError(/an analysis of ablation, not of "table6"/),
  );
});

test("an interrupted sweep throws the reason, and the same call resumes it", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const ended: unknown[] = [];
  const options = smoke("stopped", { seeds: 2, workers: 1 });
  const onProgress = ({ runsDone }: { readonly runsDone: number }): void => {
    if (runsDone === 1) stop.abort(reason);
  };
  const stopped = runTable("table2", {
    ...options,
    signal: stop.signal,
    onProgress,
    onEnd: (error) => void ended.push(error),
  });
  await assert.rejects(stopped, reason);
  assert.deepEqual(ended, [reason]);
  const isDone = (id: string): boolean => existsSync(join(folder, "stopped", id, "result.json"));
  const ids = readdirSync(join(folder, "stopped")).filter(isDone);
  const times = ids.map((id) => statSync(join(folder, "stopped", id, "result.json")).mtimeMs);
  assert.equal((await runTable("table2", options)).cells[0].runs.length, 2);
  assert.deepEqual(
    ids.map((id) => statSync(join(folder, "stopped", id, "result.json")).mtimeMs),
    times,
  );
});

test("wrong options are errors that name the option and the way out", async () => {
  const attempt = (options: object) => runTable("table6", smoke("wrong", options));
  await assert.rejects(
    attempt({ scale: "minute" }),
    inputError(/^scale: there is no scale "minute"; did you mean "minutes"\?/),
  );
  await assert.rejects(attempt({ seeds: 0 }), inputError(/^seeds: 0 must be a whole number, 1 or more/));
  await assert.rejects(attempt({ seeds: [] }), inputError(/^seeds: the list is empty/));
  await assert.rejects(attempt({ workers: 1.5 }), inputError(/^workers: 1\.5 must be a whole number/));
  await assert.rejects(
    attempt({ corpus: "samlpe" }),
    inputError(/"samlpe" for experiments; did you mean "sample"\?/),
  );
  await assert.rejects(runTable("table3", smoke("wrong", { corpus: "sample" })), inputError(/CoNLL03/));
  await assert.rejects(async () => runTable("table1"), inputError(/Table 1: corpora needs no training/));
  await assert.rejects(ablate({ settings: { a: {} } }), inputError(/^settings: has one setting/));
  assert.ok(!existsSync(join(folder, "wrong")));
});
