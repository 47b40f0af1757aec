import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { buildTable, type Frame, type Rows, tableText } from "../../widgets/table/build";

const cells = (table: Rows | Frame): string[][] =>
  [...new JSDOM(buildTable(table)).window.document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );

test("records become rows, numbers get one form a column", () => {
  const rows = [
    { split: "train", sentences: 1500, f1: 71.2345, loss: 0.01234 },
    { split: "dev", sentences: 150, f1: 69, note: "<b>small</b>" },
  ];
  const shown = [
    ["split", "sentences", "f1", "loss", "note"],
    ["train", "1500", "71.23", "0.0123", ""],
    ["dev", "150", "69.00", "", "<b>small</b>"],
  ];
  assert.deepEqual(cells(rows), shown);
  assert.equal(
    tableText(rows),
    [
      "split  sentences     f1    loss  note",
      "-----  ---------  -----  ------  ------------",
      "train       1500  71.23  0.0123",
      "dev          150  69.00          <b>small</b>",
    ].join("\n"),
  );
});

test("a data frame is a table too, also one of a single column", () => {
  assert.deepEqual(
    cells({
      columns: ["a", "b"],
      values: [
        [1, "x"],
        [2, null],
      ],
    }),
    [
      ["a", "b"],
      ["1", "x"],
      ["2", ""],
    ],
  );
  assert.deepEqual(cells({ columns: ["a"], values: [1, 2] }), [["a"], ["1"], ["2"]]);
});

test("East Asian characters take two columns of text", () => {
  assert.equal(
    tableText([
      { word: "北京", n: 1 },
      { word: "ab", n: 10 },
    ]),
    "word   n\n----  --\n北京   1\nab    10",
  );
});

test("no rows are no error", () => {
  assert.deepEqual(cells([]), [[]]);
  assert.equal(tableText([]), "");
});
