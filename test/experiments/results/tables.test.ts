import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { DataFrame } from "danfojs-node";
import { InputError } from "../../../src/base/errors";
import { type SpuriousLength, spuriousLengths } from "../../../src/evaluation";
import { resultRows, resultsOf, writeResults } from "../../../src/experiments";
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
  assert.throws(
    () => resultsOf(join(root, "lax")),
    input(/lax: was scored with match boundary, .*, not match exact, .*; score the store of runs instead/),
  );
  assert.equal(resultsOf(join(root, "lax"), { match: "boundary" }).runs.length, 2);
});

test("tables hold the counts of every rule for the length of a false prediction; those of earlier versions of one rule", () => {
  const under = (from: string, spuriousLength?: SpuriousLength) =>
    resultsOf(from, spuriousLength && { spuriousLength });
  const [tables, earlier] = [join(root, "rules"), join(root, "earlier")];
  writeResults(tables, under(one));
  assert.equal(under(tables).scoring.spuriousLength, "released");
  for (const rule of spuriousLengths) {
    const [stored, scored] = [under(tables, rule), under(one, rule)];
    assert.equal(stored.scoring.spuriousLength, rule);
    assert.deepEqual(plain(stored), plain(scored));
  }
  const lengths = spuriousLengths.map((rule) => under(tables, rule).runs.map(({ byLength }) => byLength));
  assert.notDeepEqual(lengths[0], lengths[1]);
  assert.notDeepEqual(lengths[0], lengths[2]);

  const own = under(one, "own");
  const runs = own.runs.map((run) => ({ ...run, countsUnder: { own: run.counts } }));
  writeResults(earlier, { ...own, runs });
  assert.equal(under(earlier).scoring.spuriousLength, "own");
  assert.deepEqual(
    under(earlier).runs.map(({ byLength }) => byLength),
    lengths[0],
  );
  const columns = tableFromIPC(readFileSync(join(earlier, "sentences.arrow"))).schema.names;
  assert.deepEqual(columns.map(String), ["run", "sentence", "length", "gold", "predicted", "correct"]);
  assert.throws(
    () => under(earlier, "released"),
    input(
      /earlier: was scored with .*spuriousLength own, not .*spuriousLength released; score the store of runs/,
    ),
  );
  assert.equal(resultsOf([earlier, tables]).scoring.spuriousLength, "own", "the rule that all of them have");
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
  for (const table of ["epochs", "layers", "sentences"] as const)
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
});
