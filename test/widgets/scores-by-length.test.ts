import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../src/corpus/types";
import { bootstrapScores, countTable, type Evaluation, outcomesOf, scoresOf } from "../../src/evaluation";
import { table5 } from "../../src/experiments/paper";
import { scoresByLength } from "../../widgets/scores-by-length/scores-by-length";
import type { ScoredRun } from "../../widgets/scores-by-length/scores-data";
import type { Figure } from "../../widgets/shared/figure";
import type { Label, Mark, Scene } from "../../widgets/shared/scene";
import { dark, light } from "../../widgets/shared/theme";
import type { Part } from "../../widgets/shared/widget";
import { fakeScore, fakeScores } from "./fake";
import { changed, walk } from "./walk";

interface Judged {
  readonly tokens: string;
  readonly gold: readonly Entity[];
  readonly predicted: readonly Entity[];
}

function evaluation(sentences: readonly Judged[]): Evaluation {
  const outcomes = outcomesOf(
    sentences.map(({ gold }) => gold),
    sentences.map(({ predicted }) => predicted),
  );
  const table = countTable(outcomes);
  return {
    scores: scoresOf(table),
    intervals: bootstrapScores(table, { resamples: 100 }),
    sentences: sentences.map(({ tokens }, at) => ({
      id: `s${at}`,
      tokens: tokens.split(" "),
      ...outcomes[at],
    })),
  };
}

const entity = (start: number, end: number, type = "dish"): Entity => ({ start, end, type });

const bakery = evaluation([
  {
    tokens: "Ada bakes rye bread and <b>plum</b> cake",
    gold: [entity(0, 1, "person"), entity(2, 4), entity(5, 7)],
    predicted: [entity(0, 1, "person"), { ...entity(2, 3), ...{ probability: 0.5 } }, entity(5, 7)],
  },
  { tokens: "nothing to eat", gold: [], predicted: [] },
  { tokens: "小 明 吃 面 包", gold: [entity(0, 2, "person")], predicted: [entity(0, 2, "person")] },
  { tokens: "Bo sells rye bread", gold: [entity(0, 1, "person"), entity(2, 4)], predicted: [] },
]);

const run = (name = "bakery", one: Omit<ScoredRun, "name"> = bakery): ScoredRun => ({ name, ...one });

function build(
  instance: ReturnType<typeof scoresByLength>,
  state = instance.state,
  theme = light,
): readonly Part[] {
  return instance.widget.build(instance.widget.open(instance.packed), state, theme);
}

function figureOf(parts: readonly Part[]): Figure {
  const [part] = parts;
  return "figure" in part ? part.figure : assert.fail("no figure");
}

function sceneOf(parts: readonly Part[]): Scene {
  const part = parts[1];
  return part && "scene" in part ? part.scene : assert.fail("no sentences");
}

const texts = (marks: readonly Mark[]): string[] =>
  marks.filter((mark): mark is Label => mark.mark === "text").map(({ text }) => text);

test("draws a panel per measure, bars with intervals per run, and gold counts below", () => {
  const { data, layout } = figureOf(build(scoresByLength([run(), run("other", { scores: fakeScores(0) })])));
  assert.deepEqual(
    data.map(({ name, xaxis }) => `${name} ${xaxis}`),
    ["bakery x", "other x", "bakery x2", "other x2", "bakery x3", "other x3"],
  );
  const [, , recall] = data;
  const { byLength, overall } = bakery.scores;
  assert.deepEqual(recall.y, [byLength["1"].recall, byLength["2"].recall, overall.recall]);
  const { array, arrayminus } = recall.error_y as { array: number[]; arrayminus: number[] };
  const { low, high } = bakery.intervals.overall.recall ?? assert.fail();
  assert.deepEqual([array.at(-1), arrayminus.at(-1)], [high - overall.recall, overall.recall - low]);
  assert.equal((data[1].error_y as { visible: boolean }).visible, false);
  const { ticktext } = layout.xaxis as { ticktext: string[] };
  assert.deepEqual(ticktext, [
    "1<br>2<br>50",
    "2<br>4<br>25",
    "3<br>0<br>12",
    "4<br>0<br>8",
    "≥5<br>0<br>5",
    "all<br>6<br>100",
  ]);
});

const groupsNamed = (lengths: readonly string[]) => ({
  scores: {
    byLength: Object.fromEntries(lengths.map((length, at) => [length, fakeScore(99999 - at, 10, at)])),
    overall: fakeScore(123456, 10, 5),
  },
});

test("labels of lengths do not overlap, whatever the number of lengths and runs", () => {
  const lengths = (most: number) => Array.from({ length: most }, (_, at) => String(at + 1));
  const wide = Array.from({ length: 7 }, (_, at) => run(`run ${at}`, groupsNamed([`${at + 1}`, "≥8"])));
  for (const runs of [
    [run("long", groupsNamed(lengths(60)))],
    [run("some", groupsNamed(lengths(9)))],
    [run("few", groupsNamed(lengths(5))), run("others", groupsNamed(["1", "3"]))],
    wide,
  ]) {
    const { layout } = figureOf(build(scoresByLength(runs)));
    const { l, r } = layout.margin as { l: number; r: number };
    const { ticktext, tickvals, domain, range } = layout.xaxis as Record<string, never[]>;
    const pixels = ((layout.width - l - r) * (domain[1] - domain[0])) / (range[1] - range[0]);
    const widths = ticktext.map(
      (text: string) => 6.2 * Math.max(...text.split("<br>").map(({ length }) => length)),
    );
    const gaps = tickvals
      .slice(1)
      .map((value, at) => pixels * (value - tickvals[at]) - (widths[at] + widths[at + 1]) / 2);
    assert.ok(Math.min(...gaps) > 0, `${ticktext} at ${tickvals}: ${gaps}`);
    assert.match(String(ticktext.at(-1)), /^all<br>123456$/);
    assert.match(String(ticktext[0]), /^1<br>/);
  }
});

test("lengths are sorted across runs", () => {
  const { packed } = scoresByLength([
    run("one", groupsNamed(["1", "≥5"])),
    run("other", groupsNamed(["1", "10", "2", "≥5"])),
  ]);
  assert.deepEqual(packed.groups, ["1", "2", "≥5", "10", "all"]);
});

test("writes a score of 0 in place of its bar, but not a score of 0/0", () => {
  const scores = { byLength: { 1: fakeScore(4, 0, 0), 2: fakeScore(3, 3, 3) }, overall: fakeScore(7, 3, 3) };
  const [precision, recall] = figureOf(build(scoresByLength([run("r", { scores })]))).data;
  assert.deepEqual(
    [precision.text, recall.text],
    [
      ["", ""],
      ["0", "", ""],
    ],
  );
});

test("ten runs differ in color or pattern, and the panels keep their height", () => {
  const runs = Array.from({ length: 10 }, (_, at) => run(`runs/with/a/long/name/${at}`));
  const [few, many] = [runs.slice(0, 1), runs].map((some) => figureOf(build(scoresByLength(some))));
  const plot = ({ layout }: Figure) => {
    const { t, b } = layout.margin as { t: number; b: number };
    return layout.height - t - b;
  };
  assert.equal(plot(many), plot(few));
  const looks = many.data.slice(0, 10).map(({ marker }) => {
    const { color, pattern } = marker as { color: string; pattern: { shape: string } };
    return `${color} ${pattern.shape}`;
  });
  assert.equal(new Set(looks).size, 10);
});

test("the title does not list many runs", () => {
  const title = (count: number) => {
    const instance = scoresByLength(Array.from({ length: count }, (_, at) => run(`run ${at}`)));
    return instance.widget.title(instance.packed, instance.state);
  };
  assert.equal(title(3), "Scores by entity length of run 0, run 1, run 2");
  assert.equal(title(10), "Scores by entity length of run 0, run 1 and 8 more");
});

test("the heading of the sentences wraps a long run name", () => {
  const name = `runs/${"genia-large-cased-".repeat(6)}1`;
  const instance = scoresByLength([run(name)], { length: "all" });
  const { marks, width } = sceneOf(build(instance));
  const bold = marks.filter((mark): mark is Label => mark.mark === "text" && mark.bold === true);
  assert.equal(
    bold.map(({ text }) => text).join(" "),
    `${name}, entities of any length: 1–2 of 2 sentences with errors`,
  );
  for (const { text } of bold) assert.ok(text.length * 8.9 < Math.max(width, 8.9 * (name.length + 2)), text);
  assert.ok(bold.length > 1);
});

test("warns that the paper's values are not comparable unless they are", () => {
  const names = (comparable?: boolean): string[] => {
    const instance = scoresByLength([run()], { paper: table5, overlay: "WeiboNER", comparable });
    const [, paper] = figureOf(build(instance)).data;
    assert.deepEqual(paper.y, [80.52, 57.31, 72.93]);
    assert.match(
      instance.widget.text(instance.packed, instance.state),
      comparable ? /^paper: W/m : /^paper \(not comparable\): W/m,
    );
    return figureOf(build(instance))
      .data.filter(({ showlegend }) => showlegend)
      .map(({ name }) => String(name));
  };
  assert.deepEqual(names(), ["bakery", "paper (not comparable): WeiboNER"]);
  assert.deepEqual(names(true), ["bakery", "paper: WeiboNER"]);
});

test("a click on a bar lists its sentences with errors, and a second click closes the list", () => {
  const instance = scoresByLength([run()]);
  const click = instance.widget.view?.click ?? assert.fail();
  const [bar] = figureOf(build(instance)).data;
  const clicked = click(instance.packed, instance.state, (bar.customdata as unknown[])[1]) ?? assert.fail();
  assert.deepEqual(clicked.chosen, { run: 0, group: "2" });
  const lines = texts(sceneOf(build(instance, clicked)).marks);
  assert.equal(lines[0], "bakery, entities of length 2: 1–2 of 2 sentences with errors");
  for (const text of ["s0", "s3", "rye", "<b>plum</b>", "✓ dish", "missed dish", "boundary dish 0.50"]) {
    assert.ok(lines.includes(text), text);
  }
  assert.ok(!lines.includes("s2") && !lines.includes("✓ person"));
  const everything = changed(instance, clicked, "listed", "all");
  assert.ok(texts(sceneOf(build(instance, everything)).marks).includes("小"));
  assert.equal(click(instance.packed, clicked, "0 2")?.chosen, null);
  assert.equal(click(instance.packed, clicked, "7 2"), undefined);
  assert.equal(click(instance.packed, clicked, "anything"), undefined);
});

test("errors of other lengths are gray", () => {
  const { marks } = sceneOf(build(scoresByLength([run()], { length: "1" })));
  const colors = new Map(
    marks.filter((mark): mark is Label => mark.mark === "text").map(({ text, color }) => [text, color]),
  );
  assert.equal(colors.get("boundary dish 0.50"), light.wrong);
  assert.equal(colors.get("missed dish"), light.faint);
});

test("stores a limited number of sentences, in pages of ten, and says how many were left out", () => {
  const many = evaluation(
    Array.from({ length: 40 }, () => ({ tokens: "Ada eats", gold: [entity(0, 1, "person")], predicted: [] })),
  );
  const instance = scoresByLength([run("many", many)], { length: "1", sentences: 25 });
  assert.equal(instance.packed.runs[0].sentences.length, 25);
  assert.match(
    texts(sceneOf(build(instance)).marks)[0],
    /1–10 of 25 sentences with errors \(without 15 others/,
  );
  const last = changed(instance, instance.state, "page", 3);
  const lines = texts(sceneOf(build(instance, last)).marks);
  assert.match(lines[0], /21–25 of 25/);
  assert.equal(lines.filter((text) => text === "missed person").length, 5);
});

test("the table has a row per run and length with counts and intervals, and the paper's rows", () => {
  const instance = scoresByLength([run()], { paper: table5, overlay: "GENIA" });
  const { columns } = instance.widget.table(instance.packed, instance.state);
  assert.deepEqual(Object.keys(columns).slice(0, 8), [
    "run",
    "length",
    "gold",
    "predicted",
    "correct",
    "precision",
    "precision_low",
    "precision_high",
  ]);
  assert.deepEqual(columns.length.slice(0, 7), ["1", "2", "3", "4", "≥5", "all", "1"]);
  assert.deepEqual(columns.correct, [1, 2, 0, 0, 0, 3, null, null, null, null, null, null]);
  assert.equal(columns.f1.at(-1), 80.74);
});

test("every state can be drawn, and each page contains sentences", () => {
  const instance = scoresByLength([run("one"), run("two")], { paper: table5 });
  walk(instance, (data, state) => {
    if (!state.chosen) return;
    const title = instance.widget.title(data, state);
    assert.match(title, /no sentences|1–\d+ of \d+ sentence/);
  });
  walk(scoresByLength([run("alone", { scores: fakeScores(0) })]));
});

test("a score of 0/0 is neither drawn nor exported as 0", () => {
  const { widget, packed, state } = scoresByLength([run()]);
  assert.deepEqual(widget.table(packed, state).columns.f1.slice(2, 5), [null, null, null]);
  assert.match(widget.text(packed, state), /length 3 +precision +- +recall +- +F1 +- /);
  const missed = evaluation([{ tokens: "a b", gold: [entity(0, 1)], predicted: [] }]);
  const [precision, recall] = figureOf(
    build(scoresByLength([run("blind", missed)], { marks: "points" })),
  ).data;
  assert.deepEqual([precision.y, recall.y], [[], [0, 0]]);
});

test("points use the range of their values, bars start at 0; the dark theme has no light colors", () => {
  const instance = scoresByLength([run()], { marks: "points" });
  const range = (parts: readonly Part[]): number[] =>
    (figureOf(parts).layout.yaxis as { range: number[] }).range;
  assert.ok(range(build(instance))[0] >= 0 && range(build(instance))[1] <= 101);
  assert.deepEqual(range(build(instance, changed(instance, instance.state, "marks", "bars"))), [0, 101]);
  const parts = build(scoresByLength([run()], { length: "1" }), undefined, dark);
  assert.equal(figureOf(parts).layout.paper_bgcolor, dark.paper);
  assert.doesNotMatch(JSON.stringify(parts), new RegExp(light.ink));
});

test("run names are text", () => {
  const [bars] = figureOf(build(scoresByLength([run("<b>a & b</b>")]))).data;
  assert.equal(bars.name, "&lt;b>a &amp; b&lt;/b>");
});

test("rejects wrong options in one line", () => {
  assert.throws(() => scoresByLength([]), /^RangeError: runs: pass at least one run$/);
  assert.throws(
    () => scoresByLength([run()], { overlay: "GENIA" }),
    /^RangeError: overlay: "GENIA" is not one of/,
  );
  assert.throws(
    () => scoresByLength([run()], { length: "6" }),
    /^RangeError: length: "6" .* 1, 2, 3, 4, ≥5, all$/,
  );
  assert.throws(
    () => scoresByLength([run("a", { scores: fakeScores(0) })], { length: "1" }),
    /pass the run's `sentences`/,
  );
  assert.throws(() => scoresByLength([run()], { sentences: -1 }), /^RangeError: sentences: -1/);
});
