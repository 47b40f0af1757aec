import assert from "node:assert/strict";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import type { Row } from "../../../src/experiments/results/arrow-rows";
import { rowsToArrow } from "../../../src/experiments/results/arrow-rows";
import { predictionsFromArrow, predictionsToArrow } from "../../../src/experiments/results/prediction-table";
import { inputError } from "../../support/folders";

const entity = (sentence: number, start: number, end: number, type: string) => ({
  sentence,
  start,
  end,
  type,
});
/** In the order of the tables. */
const predicted: Readonly<Record<string, readonly ReturnType<typeof entity>[]>> = {
  a: [entity(0, 1, 2, "DNA"), entity(0, 1, 3, "DNA"), entity(2, 0, 10, "DNA")],
  b: [entity(0, 1, 2, "2 DNA"), entity(0, 1, 2, "DNA"), entity(0, 1, 2, "DNA"), entity(1, 0, 1, "RNA")],
  c: [entity(2, 0, 9, "DNA"), entity(2, 0, 10, "DNA"), entity(10, 0, 1, "DNA")],
};
const rows = Object.entries(predicted).flatMap(([run, entities]) =>
  entities.map((one): Row => ({ run, ...one })),
);

test("predictions read as written, duplicates too, and one row serves all runs that predict an entity", () => {
  const bytes = predictionsToArrow(rows, { about: "nothing" });
  const read = predictionsFromArrow(bytes, "f");
  assert.deepEqual(read.rows, rows);
  assert.equal(read.metadata.get("about"), "nothing");
  const table = tableFromIPC(bytes);
  assert.deepEqual(
    table.schema.fields.map(({ name, type }) => [name, String(type)]),
    [
      ["sentence", "Uint8"],
      ["start", "Uint8"],
      ["end", "Uint8"],
      ["type", "Dictionary<Int8, Utf8>"],
      ...["a", "b", "c"].map((run) => [run, "Bool"]),
    ],
  );
  assert.equal(table.numRows, 8, "3 of a, 3 more of b, 2 more of c");
});

test("the order of a run's predictions does not change the file", () => {
  const byRun = (order: (one: readonly Row[]) => readonly Row[]): Uint8Array =>
    predictionsToArrow(
      Object.keys(predicted).flatMap((run) => order(rows.filter((row) => row.run === run))),
      {},
    );
  assert.deepEqual(
    byRun((one) => [...one].reverse()),
    byRun((one) => one),
  );
  assert.deepEqual(predictionsFromArrow(predictionsToArrow([], {}), "f").rows, []);
});

test("a table of another kind is an error", () => {
  const columns = { run: "code", sentence: "count", start: "count", end: "count", type: "code" } as const;
  assert.throws(
    () => predictionsFromArrow(rowsToArrow(rows, columns, {}), "f"),
    inputError(/f: column "run" is Dictionary<Int8, Utf8>; write it again/),
  );
  assert.throws(
    () => predictionsFromArrow(rowsToArrow([{ start: 1 }], { start: "count" }, {}), "f"),
    inputError(/f: has no column "sentence"; write it again/),
  );
});
