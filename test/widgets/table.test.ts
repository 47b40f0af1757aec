import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { gridToHtml } from "../../widgets/shared/grid";
import { light } from "../../widgets/shared/theme";
import { buildTable } from "../../widgets/table/build";
import type { Frame, Rows } from "../../widgets/table/data";
import { table } from "../../widgets/table/show";
import { walk } from "./controls";

const cells = (from: Rows | Frame): string[][] => {
  const { document } = new JSDOM(gridToHtml(buildTable(table(from).packed), light)).window;
  return [...document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
};

function tableText(from: Rows | Frame): string {
  const { widget, packed, state } = table(from);
  return widget.text(packed, state);
}

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
  assert.equal(tableText([]).trim(), "");
});

test("the export holds the values themselves, and nothing where there is none", () => {
  const { widget, packed, state } = table([
    { f1: 71.23456, note: Number.NaN },
    { f1: 2, note: { a: 1 } },
  ]);
  const { columns } = widget.table(packed, state);
  assert.deepEqual(columns, { f1: [71.23456, 2], note: [null, '{"a":1}'] });
  walk(table([{ a: 1, b: Number.POSITIVE_INFINITY }], { caption: "numbers" }));
});

test("a caption names the table", () => {
  const { widget, packed, state } = table([{ a: 1 }], { caption: "<i>Table 1</i>" });
  assert.equal(widget.title(packed, state), "<i>Table 1</i>");
  assert.equal(widget.text(packed, state), "<i>Table 1</i>\na\n-\n1");
  assert.match(gridToHtml(buildTable(packed), light), /&lt;i&gt;Table 1/);
});

test("a column that is there twice is said", () => {
  const twice = { columns: ["a", "a"], values: [[1, 2]] };
  assert.throws(() => table(twice), /^RangeError: columns: "a" is there twice; rename one$/);
});
