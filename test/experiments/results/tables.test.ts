import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { DataFrame } from "danfojs-node";
import { InputError } from "../../../src/base/errors";
import { type SpuriousLength, spuriousLengths } from "../../../src/evaluation";
import { type RunRecord, resultRows, resultsOf, type Scoring, writeResults } from "../../../src/experiments";
import type { SentenceCounts } from "../../../src/experiments/results/sentence-counts";
import { writeFakeRun } from "../fake-runs";

const root = mkdtempSync(join(tmpdir(), "pnr-results-"));
after(() => rmSync(root, { recursive: true }));
const [one, two] = [join(root, "one"), join(root, "two")];
const ids = [
  writeFakeRun(one, { plan: "table6", setting: "Origin", seed: 1 }),
  writeFakeRun(one, { plan: "table6", setting: "-Gated Update", seed: 1, skill: 0.5 }),
];
writeFakeRun(two, { plan: "table6", setting: "Origin", seed: 1 });
ids.push(writeFakeRun(two, { plan: "figure5", setting: "2", seed: 3 }));
const input = (pattern: RegExp) => (error: unknown) =>
  error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n");
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test("results of several stores have each run once", () => {
  const { runs } = resultsOf([one, two]);
  assert.deepEqual(
    runs.map(({ id }) => id),
    [...new Set(ids)].sort(),
  );
  assert.equal(resultsOf(one).runs.length, 2);
});

test("tables hold everything in the runs' folders, with the same bytes each time", () => {
  const results = resultsOf([one, two]);
  const files = writeResults(join(root, "tables"), results);
  assert.deepEqual(plain(resultsOf(join(root, "tables"))), plain(results));
  const again = writeResults(join(root, "again"), resultsOf(join(root, "tables")));
  assert.deepEqual(
    again.map((file) => readFileSync(file)),
    files.map((file) => readFileSync(file)),
  );
  assert.equal(resultsOf([join(root, "tables"), one]).runs.length, 3, "tables and stores together");
});

test("a run is scored from its predictions under the given rules", () => {
  const stored = JSON.parse(readFileSync(join(one, ids[0], "result.json"), "utf8")).scores;
  const origin = resultsOf(one, { spuriousLength: "own" }).runs.find(({ id }) => id === ids[0])!;
  assert.deepEqual([origin.overall, origin.byLength], [stored.overall, stored.byLength]);
  const lax = resultsOf(one, { match: "boundary" });
  assert.equal(lax.scoring.match, "boundary");
  writeResults(join(root, "lax"), lax);
  assert.deepEqual(plain(resultsOf(join(root, "lax"), { match: "boundary" })), plain(lax));
  assert.deepEqual(plain(resultsOf(join(root, "lax"))), plain(resultsOf(one)));
});

test("tables can be scored under every rule; those of earlier versions, without predictions, under some", () => {
  const under = (from: string, scoring: Partial<Scoring> = {}) => resultsOf(from, scoring);
  const [tables, earlier, oldest] = [join(root, "rules"), join(root, "earlier"), join(root, "oldest")];
  writeResults(tables, under(one));
  assert.equal(under(tables).scoring.spuriousLength, "released");
  const rules: Partial<Scoring>[] = [
    ...spuriousLengths.map((spuriousLength) => ({ spuriousLength })),
    { match: "boundary", duplicates: "each" },
    { sameTypeInner: "ignored" },
    { sentences: "unseen" },
  ];
  for (const rule of rules) assert.deepEqual(plain(under(tables, rule)), plain(under(one, rule)));
  const lengths = spuriousLengths.map((spuriousLength) =>
    under(tables, { spuriousLength }).runs.map(({ byLength }) => byLength),
  );
  assert.notDeepEqual(lengths[0], lengths[1]);
  assert.notDeepEqual(lengths[0], lengths[2]);

  const ownLength = under(one, { spuriousLength: "own" });
  const countsUnder = Object.fromEntries(
    spuriousLengths.map((spuriousLength) => [
      spuriousLength,
      under(one, { spuriousLength }).runs.map(({ counts }) => counts),
    ]),
  ) as Record<SpuriousLength, SentenceCounts[]>;
  const without = (counts: (index: number) => RunRecord["countsUnder"]) => ({
    ...ownLength,
    runs: ownLength.runs.map((run, index) => ({ ...run, predictions: null, countsUnder: counts(index) })),
  });
  writeResults(
    earlier,
    without((at) => ({
      own: countsUnder.own[at],
      gold: countsUnder.gold[at],
      released: countsUnder.released[at],
    })),
  );
  for (const [index, spuriousLength] of spuriousLengths.entries())
    assert.deepEqual(
      under(earlier, { spuriousLength }).runs.map(({ byLength }) => byLength),
      lengths[index],
    );
  for (const rule of [{ match: "boundary" }, { sameTypeInner: "ignored" }, { sentences: "unseen" }] as const)
    assert.throws(() => under(earlier, rule), input(/earlier: was scored with .*; score the store of runs/));

  writeResults(
    oldest,
    without((at) => ({ own: countsUnder.own[at] })),
  );
  assert.equal(under(oldest).scoring.spuriousLength, "own");
  assert.deepEqual(
    under(oldest).runs.map(({ byLength }) => byLength),
    lengths[0],
  );
  const columns = tableFromIPC(readFileSync(join(oldest, "sentences.arrow"))).schema.names;
  assert.deepEqual(columns.map(String), ["run", "sentence", "length", "gold", "predicted", "correct"]);
  assert.throws(
    () => under(oldest, { spuriousLength: "released" }),
    input(
      /oldest: was scored with .*spuriousLength own.*, not .*spuriousLength released.*; score the store of runs/,
    ),
  );
  assert.equal(resultsOf([oldest, tables]).scoring.spuriousLength, "own", "the rule that all of them have");
});

test("runs on the same sentences share them in the tables", () => {
  const results = resultsOf([one, two]);
  const sets = new Set(resultRows(results, "runs").map(({ scoredSet }) => scoredSet));
  assert.deepEqual([...sets], [0]);
  assert.equal(resultRows(results, "scored").length, 60);
  assert.equal(resultRows(results, "sentences").length, 0, "the predictions hold them");
});

test("every table is a data frame", () => {
  const results = resultsOf(one);
  const runs = new DataFrame([...resultRows(results, "runs")]);
  assert.deepEqual(
    [runs.shape[0], runs.columns.includes("f1"), runs.columns.includes("run")],
    [2, true, true],
  );
  const lengths = new DataFrame([...resultRows(results, "lengths")]);
  assert.equal(lengths.shape[0], 2 * 5);
  for (const table of ["epochs", "layers", "approach", "scored", "gold", "predictions"] as const)
    assert.ok(new DataFrame([...resultRows(results, table)]).shape[0] > 2, table);
});

test("folders without results and damaged files are errors with a way out", () => {
  assert.throws(
    () => resultsOf(join(root, "nowhere")),
    input(/nowhere: does not exist; compute results with pnr sweep/),
  );
  assert.throws(() => resultsOf(root), input(/holds no results; compute some with pnr sweep/));
  const damaged = join(root, "damaged");
  const files = writeResults(damaged, resultsOf(one));
  const bytes = readFileSync(files[1]);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(files[1], bytes);
  assert.throws(() => resultsOf(damaged), input(/lengths\.arrow: is damaged/));
  writeFileSync(files[1], "nothing of the kind");
  assert.throws(() => resultsOf(damaged), input(/lengths\.arrow: is not a table of results/));
  rmSync(files[1]);
  assert.throws(() => resultsOf(damaged), input(/lengths\.arrow: is missing; write all tables again/));
  for (const table of ["scored", "gold", "predictions"]) {
    const incomplete = join(root, `without-${table}`);
    writeResults(incomplete, resultsOf(one));
    rmSync(join(incomplete, `${table}.arrow`));
    const message = new RegExp(`${table}\\.arrow: is missing; write all tables again`);
    assert.throws(() => resultsOf(incomplete), input(message), "its runs need it");
  }
});
