import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { gridToHtml, gridToScene } from "../../widgets/shared/grid";
import { renderWidget } from "../../widgets/shared/save";
import { textWidth } from "../../widgets/shared/text";
import { light } from "../../widgets/shared/theme";
import { table } from "../../widgets/table/table";
import { type Frame, type Rows, tableGrid } from "../../widgets/table/table-grid";
import { changed, walk } from "./walk";

const cells = (from: Rows | Frame): string[][] => {
  const { document } = new JSDOM(gridToHtml(tableGrid(table(from).packed, 0), light)).window;
  return [...document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
};

function tableText(from: Rows | Frame): string {
  const { widget, packed, state } = table(from);
  return widget.text(packed, state);
}

test("records become rows, with the same number format in a column", () => {
  const rows = [
    { split: "train", sentences: 1500, f1: 71.2345, loss: 0.01234 },
    { split: "dev", sentences: 150, f1: 69, note: "<b>small</b>" },
  ];
  const expected = [
    ["split", "sentences", "f1", "loss", "note"],
    ["train", "1500", "71.23", "0.0123", ""],
    ["dev", "150", "69.00", "", "<b>small</b>"],
  ];
  assert.deepEqual(cells(rows), expected);
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

test("shows data frames, including those with a single column", () => {
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

test("shows a table without rows", () => {
  assert.deepEqual(cells([]), [[]]);
  assert.equal(tableText([]).trim(), "");
});

test("the export contains the values, and null for missing ones", () => {
  const { widget, packed, state } = table([
    { f1: 71.23456, note: Number.NaN },
    { f1: 2, note: { a: 1 } },
  ]);
  const { columns } = widget.table(packed, state);
  assert.deepEqual(columns, { f1: [71.23456, 2], note: [null, '{"a":1}'] });
  walk(table([{ a: 1, b: Number.POSITIVE_INFINITY }], { caption: "numbers" }));
});

test("the caption is the title of the table", () => {
  const { widget, packed, state } = table([{ a: 1 }], { caption: "<i>Table 1</i>" });
  assert.equal(widget.title(packed, state), "<i>Table 1</i>");
  assert.equal(widget.text(packed, state), "<i>Table 1</i>\na\n-\n1");
  assert.match(gridToHtml(tableGrid(packed, state.page), light), /&lt;i&gt;Table 1/);
});

test("never shows a small number as 0", () => {
  const column = (...values: (number | null)[]) =>
    cells(values.map((rate) => ({ rate })))
      .slice(1)
      .map(([text]) => text);
  assert.deepEqual(column(0.5, 0.25, 0), ["0.5000", "0.2500", "0.0000"]);
  assert.deepEqual(column(3e-5, 1e-5), ["0.000030", "0.000010"]);
  assert.deepEqual(column(0.00012, 0.5, null), ["1.2e-4", "0.5000", ""]);
  assert.deepEqual(column(2e-9, -0.5, 0), ["2.0e-9", "-0.5000", "0.0000"]);
  assert.deepEqual(column(1234567.891, 2), ["1234567.89", "2.00"]);
});

test("texts of numbers are right-aligned, other texts left-aligned", () => {
  const rows = [
    { a: "+0.95", b: "−0.86 to +2.85", c: "77.06 ± 1.78 (5)", d: "[2,2]", e: "19.6 %", f: "3 runs", g: "" },
    { a: "–", b: "", c: "80.27", d: "[2]", e: "7 %", f: "4", g: "" },
  ];
  const { packed, state } = table(rows);
  const { align } = tableGrid(packed, state.page);
  assert.deepEqual(align, ["right", "right", "right", "left", "right", "left", "left"]);
});

test("shows a page of a long table in every form, and saves all of it", async () => {
  const rows = Array.from({ length: 2001 }, (_, id) => ({ id, half: id / 2 }));
  const instance = table(rows, { caption: "long" });
  const { widget, packed, state } = instance;
  assert.match(widget.text(packed, state), /^long: rows 1–100 of 2001\n/);
  assert.equal(widget.text(packed, state).split("\n").length, 103);
  const png = (await renderWidget(instance, "long.png")) as Buffer;
  assert.ok(png.readUInt32BE(20) < 4000, `a picture of ${png.readUInt32BE(20)} pixels`);
  const last = changed(instance, state, "page", 21);
  assert.match(widget.title(packed, last), /: rows 2001–2001 of 2001$/);
  assert.deepEqual(tableGrid(packed, last.page).rows, [[{ text: "2000" }, { text: "1000.00" }]]);
  assert.equal(widget.table(packed, last).columns.id.length, 2001);
  walk(instance);
  const short = table(rows.slice(0, 100));
  assert.deepEqual(widget.view?.controls(short.packed, short.state), []);
});

test("long cells wrap, on the page and in pictures", () => {
  const word = "x".repeat(500);
  const prose = "many words ".repeat(30).trim();
  const grid = tableGrid(table([{ word, prose, wide: "東京".repeat(100), n: 1 }]).packed, 0);
  assert.match(gridToHtml(grid, light), /max-width:70ch;overflow-wrap:anywhere">x{500}</);
  const { marks, width } = gridToScene(grid, light);
  assert.ok(width < 2200, `${width}`);
  const texts = marks.flatMap((mark) => (mark.mark === "text" && !mark.bold ? [mark.text] : []));
  for (const text of texts) assert.ok(textWidth(text) <= 70, text);
  assert.equal(texts.filter((text) => /^x+$/.test(text)).join(""), word);
  assert.equal(texts.filter((text) => text.includes("words")).join(" "), prose);
});

test("a picture shortens a very long cell and shows that", () => {
  const grid = tableGrid(table([{ a: "word ".repeat(9999), b: 1 }]).packed, 0);
  const { height, marks } = gridToScene(grid, light);
  assert.ok(height < 300, `${height}`);
  assert.ok(marks.some((mark) => mark.mark === "text" && mark.text === "…"));
});

test("rejects duplicate columns", () => {
  const twice = { columns: ["a", "a"], values: [[1, 2]] };
  assert.throws(() => table(twice), /^RangeError: columns: "a" occurs twice; rename one$/);
});
