import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, First } from "./attempt";
import { campaign } from "./campaign";
import { readers } from "./readers";

/** Few enough for every test run. `npm run fuzz` tries more. */
const inputs = 100;
const seed = Number(process.env.PNR_FUZZ_SEED ?? 1);

test("readers have distinct names and read valid input", async (context) => {
  assert.equal(new Set(readers.map(({ name }) => name)).size, readers.length);
  for (const reader of readers) {
    await context.test(reader.name, async () => {
      const outcomes = await Promise.all(reader.seeds.map((parts) => attempt(reader, parts, new First())));
      assert.ok(
        outcomes.some(({ kind }) => kind === "read"),
        JSON.stringify(outcomes),
      );
    });
  }
});

for (const reader of readers)
  test(`${reader.name}: broken input is read, or rejected in one line that names it`, async () => {
    const { faults, read, rejected } = await campaign(reader, { inputs, seed, mostFaults: 1 });
    for (const { input, error } of faults) throw new Error(`input ${input}`, { cause: error });
    assert.ok(read > 0, "some inputs are read");
    assert.equal(rejected.size > 0, !reader.source.startsWith("never rejected"), "some inputs are rejected");
  });

/** Quadratic work for this many bytes would never end. */
const size = 2 ** 20;

for (const reader of readers)
  for (const { what, of, ends } of reader.growing ?? [])
    test(`${reader.name}: ${what} of a million bytes`, async () => {
      const outcome = await attempt(reader, of(size), new First());
      const result = outcome.kind === "read" ? "read" : outcome.message;
      assert.match(result, typeof ends === "string" ? new RegExp(`^${ends}$`) : ends);
    });
