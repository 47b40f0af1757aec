import assert from "node:assert/strict";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { JSDOM } from "jsdom";
import type { Entity } from "../../../src/corpus/types";
import type { SweepResults } from "../../../src/experiments/sweep-types";
import { scoresByLength } from "../../../widgets/scores-by-length/scores-by-length";
import { sentence } from "../../../widgets/sentence/sentence";
import { tableToArrow, tableToCsv } from "../../../widgets/shared/data-export";
import { endings, renderWidget } from "../../../widgets/shared/save";
import type { DataTable, WidgetInstance } from "../../../widgets/shared/widget";
import { sweepCurves } from "../../../widgets/sweep/sweep-curves";
import { sweepTable } from "../../../widgets/sweep/sweep-table";
import { trainingCurves } from "../../../widgets/training-curves/training-curves";
import { counter } from "../counter";
import { fakeScore } from "../fake";

const table: DataTable = {
  name: "words",
  columns: {
    token: ["a,b", 'say "x"', "two\nlines", null],
    count: [1, -2, 3, null],
    share: [0.5, 1, Number.NaN, null],
    right: [true, false, null, true],
    mixed: [1, "1", true, null],
  },
};

test("CSV quotes cells if necessary and leaves missing values empty", () => {
  assert.equal(
    tableToCsv(table),
    'token,count,share,right,mixed\r\n"a,b",1,0.5,true,1\r\n"say ""x""",-2,1,false,1\r\n"two\nlines",3,NaN,,true\r\n,,,true,\r\n',
  );
});

test("Arrow files keep types and values", () => {
  const read = tableFromIPC(tableToArrow(table));
  assert.deepEqual(
    read.schema.fields.map(({ name, type }) => `${name} ${type}`),
    ["token Utf8", "count Int32", "share Float64", "right Bool", "mixed Utf8"],
  );
  assert.deepEqual(
    read.toArray().map((row) => row.toJSON()),
    [
      { token: "a,b", count: 1, share: 0.5, right: true, mixed: "1" },
      { token: 'say "x"', count: -2, share: 1, right: false, mixed: "1" },
      { token: "two\nlines", count: 3, share: Number.NaN, right: null, mixed: "true" },
      { token: null, count: null, share: null, right: true, mixed: null },
    ],
  );
});

test("the types of a saved file do not depend on the values: whole and missing scores are fractions", () => {
  const types = <P, S extends object, D>({
    widget,
    packed,
    state,
  }: WidgetInstance<P, S, D>): Record<string, string> =>
    Object.fromEntries(
      tableFromIPC(tableToArrow(widget.table(widget.open(packed), state))).schema.fields.map((field) => [
        field.name,
        String(field.type),
      ]),
    );
  const score = (value: number) => ({ precision: value, recall: value, f1: value });
  const sweep = (value: number, seeds: number): SweepResults => ({
    title: "",
    variable: "layers",
    settings: [{ name: "a", value: 1 }],
    corpora: [{ name: "c", comparable: false }],
    runs: Array.from({ length: seeds }, (_, seed) => ({
      setting: "a",
      corpus: "c",
      seed,
      overall: score(value),
    })),
  });
  const scoredRun = (value: number) => [
    { name: "r", scores: { byLength: {}, overall: { ...fakeScore(4, 4, 4), ...score(value) } } },
  ];
  const epochs = (value: number) => [
    { epoch: 1, loss: value, seconds: value, best: true, dev: { overall: score(value) } },
  ];
  const read = (probability?: number, entities?: Entity[]) =>
    sentence({ tokens: ["w"], entities, predicted: [{ start: 0, end: 1, type: "t", probability }] });
  assert.deepEqual(types(scoresByLength(scoredRun(50))), types(scoresByLength(scoredRun(51.5))));
  assert.deepEqual(types(trainingCurves(epochs(50))), types(trainingCurves(epochs(51.5))));
  assert.deepEqual(types(sweepCurves(sweep(50, 1))), types(sweepCurves(sweep(51.5, 2))));
  assert.deepEqual(types(sweepTable(sweep(50, 1))), types(sweepTable(sweep(51.5, 2))));
  assert.deepEqual(types(read()), types(read(0.5, [])));
  assert.equal(types(sweepTable(sweep(50, 1))).std, "Float64");
});

test("renders every format with the same bytes each time", async () => {
  for (const ending of endings) {
    const [first, second] = [
      await renderWidget(counter(3), `x${ending}`),
      await renderWidget(counter(3), `x${ending}`),
    ];
    assert.ok(first.length > 0, ending);
    assert.deepEqual(first, second, ending);
  }
  const png = (await renderWidget(counter(3), "x.PNG")) as Uint8Array;
  assert.equal(Buffer.from(png.subarray(1, 4)).toString(), "PNG");
  assert.notDeepEqual(png, await renderWidget(counter(3), "x.png", { theme: "dark" }));
  await assert.rejects(async () => renderWidget(counter(3), "x.eps"), {
    name: "RangeError",
    message: '"x.eps": the name must end in one of .svg, .pdf, .png, .html, .csv, .arrow, .txt',
  });
});

test("the page contains everything it needs and loads nothing", async () => {
  const html = (await renderWidget(counter(2), "x.html")) as string;
  const { document } = new JSDOM(html).window;
  const addresses = [...document.querySelectorAll("[src], [href]")].map(
    (element) => element.getAttribute("src") ?? element.getAttribute("href") ?? "",
  );
  assert.ok(addresses.every((address) => address.startsWith("data:")));
  assert.match(
    document.querySelector("meta[http-equiv]")?.getAttribute("content") ?? "",
    /default-src 'none'/,
  );
  assert.equal(document.querySelectorAll("#pnr-widget table").length, 1);
});

test("texts are never formulas in a spreadsheet, and harmless texts do not change", () => {
  const words = [
    "=1+1",
    "+HYPERLINK(1)",
    "-2+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "-",
    "+",
    "-based",
    "@name",
    "(=1)",
  ];
  const csv = tableToCsv({ name: "words", columns: { word: words, number: words.map(() => -1.5) } });
  const cells = csv
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .map((row) => row.replace(/,-1\.5$/, ""));
  assert.deepEqual(cells, [...words.slice(0, 5).map((word) => `'${word}`), ...words.slice(5)]);
});
