import assert from "node:assert/strict";
import { test } from "node:test";
import { corpusOf } from "../../src/corpus/load";
import { corpusProfile as profileOf } from "../../src/corpus/profile";
import { table1 } from "../../src/experiments/paper";
import { corpusProfile } from "../../widgets/corpus-profile/corpus-profile";
import type { Figure } from "../../widgets/shared/figure";
import { type Grid, gridToHtml } from "../../widgets/shared/grid";
import { figureSvg } from "../../widgets/shared/picture";
import { type Label, type Scene, sceneToSvg } from "../../widgets/shared/scene";
import { textWidth } from "../../widgets/shared/text";
import { dark, light } from "../../widgets/shared/theme";
import { sentence } from "../corpus/sentence-builders";
import { changed, walk } from "./walk";

const hostile = "<b>食品</b>";
const train = [
  sentence("a b c d", [
    [0, 3, hostile],
    [1, 2, "person"],
    [3, 4, "person"],
  ]),
  sentence("a b c d e f", [[0, 1, "person"]]),
  sentence("a b"),
];
const dev = [sentence("a b c", [[0, 1, "person"]])];
const profile = profileOf(corpusOf("genia", { train, dev, test: [] }));

type Profile = ReturnType<typeof corpusProfile>;

function build(
  { widget, packed, state }: Profile,
  at = state,
  theme = light,
): { grid: Grid; figure: Figure; scene: Scene } {
  const parts = widget.build(widget.open(packed), at, theme);
  return Object.assign({}, ...parts);
}

const cells = (grid: Grid): string[][] =>
  [...grid.head, ...grid.rows].map((row) => row.map(({ text }) => text));

test("Table 1 of the splits with sentences, alongside the paper's values if the corpus is one of its corpora", () => {
  const alone = cells(build(corpusProfile(profile)).grid);
  assert.deepEqual(alone.slice(0, 6), [
    ["", "train", "dev"],
    ["#S sentences", "3", "1"],
    ["#AS tokens per sentence, mean", "4.0", "3.0"],
    ["#NE entities", "4", "1"],
    ["#AE tokens per entity, mean", "1.50", "1.00"],
    ["#ME entities per sentence, maximum", "3", "1"],
  ]);
  assert.deepEqual(alone.at(-1), ["type person", "3", "1"]);
  const compared = build(corpusProfile(profile, { paper: table1 })).grid;
  assert.match(compared.caption ?? "", /compared with GENIA in the paper's Table 1/);
  assert.deepEqual(cells(compared).slice(1, 3), [
    ["", "here", "paper", "here", "paper"],
    ["#S sentences", "3", "15203", "1", "1669"],
  ]);
  const other = profileOf(corpusOf("mine", { train, dev, test: [] }));
  assert.deepEqual(cells(build(corpusProfile(other, { paper: table1 })).grid)[0], ["", "train", "dev"]);
  const named = build(corpusProfile(other, { paper: table1, corpus: "WeiboNER" })).grid;
  assert.equal(cells(named)[2][2], "1350");
});

test("bars are shares of the split, or counts", () => {
  const instance = corpusProfile(profile);
  const entities = (figure: Figure): unknown =>
    figure.data.filter(({ xaxis }) => xaxis === "x2").map(({ y }) => y);
  const third = 100 / 3;
  assert.deepEqual(entities(build(instance).figure), [[third, third, third], [100]]);
  assert.deepEqual((build(instance).figure.layout.xaxis as { ticktext: string[] }).ticktext, ["0–4", "5–9"]);
  const counts = build(instance, changed(instance, instance.state, "heights", "counts"));
  assert.deepEqual(entities(counts.figure), [[1, 1, 1], [1]]);
});

test("large values are counted together", () => {
  const long = "w ".repeat(120).trim();
  const spans = Array.from({ length: 15 }, (_, at): [number, number, string] => [
    at * 7,
    at * 7 + (at ? 1 : 30),
    "t",
  ]);
  const instance = corpusProfile(
    profileOf(corpusOf("long", { train: [sentence(long, spans)], dev: [], test: [] })),
  );
  const { data, layout } = build(instance).figure;
  assert.deepEqual(
    data.map(({ x }) => x),
    [[80], [12], [1, 8], [1, 2]],
  );
  assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, ["≥80"]);
});

test("the matrix has a cell with a title for each pair of types", () => {
  const instance = corpusProfile(profile);
  const labels = ({ marks }: Scene): Label[] => marks.filter((mark) => mark.mark === "text");
  const titles = labels(build(instance).scene).map(({ title }) => title);
  assert.ok(titles.includes(`person inside ${hostile}: 1`));
  assert.ok(titles.includes(`${hostile} inside person: 0`));
  const together = build(instance, changed(instance, instance.state, "matrix", "together")).scene;
  assert.ok(labels(together).some(({ title }) => title === "person and person in one sentence: 1"));
  const ofDev = build(instance, changed(instance, instance.state, "split", "dev")).scene;
  assert.match(labels(ofDev)[0].text, /^dev – entities inside longer ones/);
});

test("a matrix of many types fits into about the width of a figure, with slanted labels and empty cells for 0", () => {
  const types = Array.from({ length: 40 }, (_, at) => `a type with a name that is long ${at}`);
  const spans = types.map((type, at): [number, number, string] => [at, at + 1, type]);
  const words = sentence("w ".repeat(40).trim(), [[0, 9, types[1]], ...spans]);
  const instance = corpusProfile(profileOf(corpusOf("many", { train: [words], dev: [], test: [] })));
  const { scene } = build(instance);
  assert.ok(scene.width < 1100, `${scene.width}`);
  const labels = scene.marks.filter((mark) => mark.mark === "text");
  const columns = labels.filter(({ turn }) => turn);
  assert.equal(columns.length, 40);
  assert.equal(
    new Set(columns.map(({ text }) => text)).size,
    40,
    "types that differ at their end have different labels",
  );
  const [first, second] = columns;
  assert.ok(second.x - first.x > first.size, "labels do not overlap");
  for (const { x, text, size } of columns) assert.ok(x + (textWidth(text) * size * 0.6) / 2 <= scene.width);
  const numbers = labels.filter(({ anchor }) => anchor === "middle");
  assert.deepEqual(
    numbers.map(({ text }) => text),
    new Array(9).fill("1"),
  );
  assert.match(sceneToSvg(scene), / transform="rotate\(-60 /);
});

test("says that a corpus has no entities instead of drawing empty axes", async () => {
  const instance = corpusProfile(
    profileOf(corpusOf("bare", { train: [sentence("a b")], dev: [], test: [] })),
  );
  const { figure } = build(instance);
  const texts = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
  assert.equal(texts.filter((text) => text === "no entities").length, 2);
  assert.equal((figure.layout.yaxis3 as { showticklabels: boolean }).showticklabels, false);
  const { source } = await figureSvg(figure);
  assert.doesNotMatch(source, /NaN/);
  const [left, right] = (figure.layout.xaxis2 as { range: number[] }).range;
  assert.ok(right - left >= 4, "a single bar is narrower than its panel");
  assert.deepEqual(
    figure.data.map(({ width, offset }) => [width, offset]),
    [
      [4, -2],
      [0.8, -0.4],
    ],
  );
});

test("every state can be drawn; text and table contain the same numbers", () => {
  const instance = corpusProfile(profile, { paper: table1 });
  walk(instance);
  const { columns } = instance.widget.table(instance.packed, instance.state);
  const row = columns.figure.findIndex(
    (figure, at) =>
      figure === "nesting" && columns.value[at] === hostile && columns.inner_or_other_type[at] === "person",
  );
  assert.equal(columns.count[row], 1);
  assert.match(
    instance.widget.text(instance.packed, instance.state),
    /^genia, compared with GENIA.*#NE entities.*person {2,}0/s,
  );
});

test("type names are text, in light and dark", () => {
  const { grid } = build(corpusProfile(profile), undefined, dark);
  assert.doesNotMatch(gridToHtml(grid, dark), /<b>/);
  assert.equal(build(corpusProfile(profile), undefined, dark).figure.layout.paper_bgcolor, dark.paper);
});

test("draws no matrix without entities", () => {
  const bare = corpusProfile(profileOf(corpusOf("bare", { train: [sentence("a b")], dev: [], test: [] })));
  assert.equal("scene" in build(bare), false);
  walk(bare);
});

test("rejects wrong options in one line", () => {
  const empty = profileOf(corpusOf("empty", { train: [], dev: [], test: [] }));
  assert.throws(() => corpusProfile(empty), /^RangeError: the corpus empty has no sentences to show$/);
  assert.throws(() => corpusProfile(profile, { split: "test" }), /^RangeError: split: "test" .* train, dev$/);
  assert.throws(
    () => corpusProfile(profile, { corpus: "GENIA" }),
    /^RangeError: corpus: "GENIA" .*pass `paper`$/,
  );
});
