import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure, FigurePart } from "../../widgets/shared/figure";
import { renderWidget } from "../../widgets/shared/save";
import type { Label, Mark, Rect, Scene } from "../../widgets/shared/scene";
import { dark, light, type Theme } from "../../widgets/shared/theme";
import { trajectories } from "../../widgets/trajectories/trajectories";
import {
  locationAt,
  shownTrajectories,
  type TrajectoriesState,
} from "../../widgets/trajectories/trajectory-data";
import { fakeTrace, kitchen } from "./fake";
import { changed, walk } from "./walk";

const instance = trajectories(fakeTrace(kitchen));
const data = instance.widget.open(instance.packed);
const { state } = instance;
const view = instance.widget.view ?? assert.fail();

function parts(
  at: TrajectoriesState = state,
  theme: Theme = light,
): { sentence: Scene; lines: Scene; figure: Figure } {
  const [sentence, plot, lines] = instance.widget.build(data, { ...at, view: "plane" }, theme);
  assert.ok("scene" in sentence && "scene" in lines && "figure" in plot);
  return { sentence: sentence.scene, lines: lines.scene, figure: plot.figure };
}

const traces = ({ data: all }: Figure, is: (trace: FigurePart) => boolean): FigurePart[] => all.filter(is);
const plane = (figure: Figure, mode: string): FigurePart[] =>
  traces(figure, (trace) => trace.mode === mode && trace.xaxis === undefined && !trace.showlegend);
const numbers = (values: unknown): (number | null)[] => values as (number | null)[];

test("at the end every proposal is at its predicted span, with its whole path", () => {
  const { figure } = parts();
  const now = plane(figure, "markers").at(-1) ?? assert.fail();
  const predicted = data.entities.filter(({ side }) => side === "predicted");
  assert.deepEqual(
    numbers(now.x).map((x, at) => [x, numbers(now.y)[at]]),
    predicted.map(({ start, end }) => [start, end - 1]),
  );
  assert.deepEqual(
    now.customdata,
    predicted.map(({ id }) => ({ entity: id })),
  );
  const [, dots] = plane(figure, "markers");
  assert.equal(numbers(dots.x).length, 4 * predicted.length, "proposer and three layers");
  const dotted = plane(figure, "lines").filter(({ line }) => (line as FigurePart).dash === "dot");
  assert.equal(dotted.length, 0);
});

test("at any moment the proposals are on their paths, and the rest of each path is dotted", () => {
  for (const moment of [0, 0.5, 1, 2.375]) {
    const moved = { ...state, moment };
    const { figure } = parts(moved);
    const visible = shownTrajectories(data, moved).filter(({ entity }) => entity.side === "predicted");
    const now = plane(figure, "markers").at(-1) ?? assert.fail();
    assert.deepEqual(
      numbers(now.x).map((x, place) => [x, numbers(now.y)[place]]),
      visible.map((one) => [...locationAt(one, moment)]),
    );
    const [ahead] = plane(figure, "lines");
    assert.equal((ahead.line as FigurePart).dash, "dot");
    const perPath = 1 + (4 - Math.floor(moment)) + 1; // the current location, the remaining stops, and the separator
    assert.equal(numbers(ahead.x).length, visible.length * perPath);
    assert.deepEqual(numbers(ahead.x).at(-2), visible.at(-1)?.entity.start);
  }
});

test("paths of one type are one trace in its color, and the selected path is on top", () => {
  const selection = { ...state, selected: "predicted 0" };
  const lines = plane(parts(selection).figure, "lines");
  const widths = lines.map(({ line }) => (line as FigurePart).width);
  const types = new Set(
    shownTrajectories(data, selection)
      .filter(({ path }) => path)
      .map(({ entity }) => entity.type),
  );
  assert.equal(widths.filter((width) => width === 1.8).length, types.size);
  assert.equal(widths.at(-1), 5);
  assert.equal(numbers(lines.at(-1)?.x).length, 4 + 1 + 1, "four states, the prediction, the separator");
});

test("symbols show verdicts, and the legend explains those that occur", () => {
  const names = (at: TrajectoriesState): unknown[] =>
    traces(parts(at).figure, (trace) => trace.showlegend === true).map(({ name }) => name);
  assert.deepEqual(names(state), [
    ...["gold", "– missed", "✓ right", "✗ boundary"],
    ...["dish", "person", "place"],
  ]);
  assert.deepEqual(names({ ...state, verdicts: ["right"], selected: null }).slice(1, 2), ["✓ right"]);
  const { marker } = plane(parts().figure, "markers").at(-1) ?? assert.fail();
  const symbols = new Set((marker as FigurePart).symbol as string[]);
  assert.deepEqual([...symbols].sort(), ["circle", "diamond"]);
});

test("class probabilities of the selected proposal sum to 1 in every state, as in the trace", () => {
  for (const { entity } of shownTrajectories(data, state)) {
    const path = data.paths[entity.id];
    const { figure } = parts({ ...state, selected: entity.id });
    const bars = traces(figure, ({ type }) => type === "bar");
    if (!path) {
      assert.equal(bars.length, 0);
      continue;
    }
    for (let stage = 0; stage < 5; stage++) {
      const sum = bars.reduce((all, bar) => all + (numbers(bar.x)[stage] ?? Number.NaN), 0);
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`);
    }
    assert.deepEqual(
      bars.map(({ name }) => name),
      ["dish", "person", "place", "None"],
    );
    assert.deepEqual(
      bars.map((bar) => numbers(bar.x)[1]),
      path.classes[1],
    );
  }
});

test("types with low probabilities are combined", () => {
  const types = ["dish", "person", "place", "<rare>"];
  const trace = fakeTrace(kitchen);
  const row = [0.5, 0.3, 0.19, 0.005, 0.005];
  const probabilities = Float32Array.from(kitchen.tokens.flatMap(() => row));
  const states = trace.states.map(({ locations }) => ({ locations, probabilities }));
  const other = trajectories({ ...trace, types, states, head: { ...trace.head, probabilities } });
  const [, plot] = other.widget.build(other.widget.open(other.packed), other.state, light);
  const bars = "figure" in plot ? traces(plot.figure, ({ type }) => type === "bar") : assert.fail();
  assert.deepEqual(
    bars.map(({ name, x }) => [name, numbers(x)[0]]),
    [
      ["dish", 0.5],
      ["person", 0.3],
      ["place", 0.19],
      ["other types", 0.005],
      ["None", 0.005],
    ].map(([name, value]) => [name, Number(Math.fround(value as number).toPrecision(8))]),
  );
});

const labels = (scene: Scene): Label[] => scene.marks.filter((mark): mark is Label => mark.mark === "text");
const clickable = ({ marks }: Scene): Mark[] => marks.filter(({ value }) => value !== undefined);

test("the lines contain those of Table 8, and the column of the moment is bold", () => {
  const { lines } = parts({ ...state, moment: 2, selected: null });
  const heights = [...new Set(labels(lines).map(({ y }) => y))].slice(1);
  const writtenLines = heights.map((height) =>
    labels(lines)
      .filter(({ y }) => y === height)
      .sort((one, other) => one.x - other.x)
      .map(({ text }) => text)
      .join(" "),
  );
  const textLines = instance.widget.text(data, state).split("\n");
  assert.equal(writtenLines.length, textLines.length);
  for (const [place, line] of textLines.entries())
    assert.ok(writtenLines[place].startsWith(line), `${line}: ${writtenLines[place]}`);
  const bold = labels(lines).filter(({ text, bold: is }) => is && /^\(.*\.\d\d\)$/.test(text));
  assert.equal(new Set(bold.map(({ x }) => x)).size, 1);
  const layer2 = labels(lines).find(({ text }) => text === "layer 2");
  assert.deepEqual([layer2?.x, layer2?.bold], [bold[0].x, true]);
});

test("a click on the bracket, line or point of an entity selects it, and all are highlighted", () => {
  for (const { entity } of shownTrajectories(data, state)) {
    const value = { entity: entity.id };
    const { sentence, lines } = parts();
    const has = (marks: readonly Mark[]): boolean =>
      marks.some((mark) => JSON.stringify(mark.value) === JSON.stringify(value));
    assert.ok(has(clickable(sentence)) && has(clickable(lines)), entity.id);
    assert.equal(view.click?.(data, { ...state, selected: null }, value)?.selected, entity.id);
  }
  assert.equal(view.click?.(data, state, null), undefined);
  assert.equal(view.click?.(data, state, { entity: "predicted 99" }), undefined);
  const chosen = parts({ ...state, selected: "predicted 1" });
  const bold = labels(chosen.sentence).filter(({ bold: is, size }) => is && size === 14);
  assert.deepEqual(
    bold.map(({ text }) => text),
    ["Little", "Harbor", "Village"].slice(0, bold.length),
  );
  assert.ok(chosen.lines.marks.some((mark) => mark.mark === "rect" && mark.fill === light.grid));
});

test("gold is gray above the predictions, and hidden with its verdict", () => {
  const strokes = (at: TrajectoriesState): string[] =>
    parts({ ...at, selected: null }).sentence.marks.flatMap((mark) =>
      mark.mark === "path" ? [mark.stroke] : [],
    );
  const gray = (at: TrajectoriesState): number =>
    strokes(at).filter((stroke) => stroke === light.faint).length;
  const countOf = (at: TrajectoriesState): number =>
    clickable(parts(at).sentence).filter(({ value }) => JSON.stringify(value).includes("gold")).length;
  assert.ok(countOf(state) >= kitchen.gold.length);
  assert.equal(gray(state), countOf(state));
  assert.equal(gray({ ...state, verdicts: ["right"] }), 3);
});

test("the plane shows the path of the entity with words, or everything", () => {
  const range = (figure: Figure): [number, number] =>
    (figure.layout.xaxis as FigurePart).range as [number, number];
  const ticks = (figure: Figure): unknown => (figure.layout.xaxis as FigurePart).ticktext;
  const chosen = { ...state, selected: "predicted 0", near: true, view: "plane" as const };
  const [low, high] = range(parts(chosen).figure);
  const { locations } = data.paths["predicted 0"];
  for (const place of [...locations.flat(), 1, 2]) assert.ok(low < place && place < high);
  assert.ok(high - low < 12);
  assert.ok((ticks(parts(chosen).figure) as string[]).includes("Moss 2"));
  for (const moment of [0, 1.5, 4]) assert.deepEqual(range(parts({ ...chosen, moment }).figure), [low, high]);
  const trace = fakeTrace(kitchen);
  trace.states[1].locations.set([-3, 14], 2 * data.paths["predicted 0"].proposal);
  const far = trajectories(trace);
  const [, plot] = far.widget.build(far.widget.open(far.packed), { ...far.state, ...chosen }, light);
  const [left, right] = "figure" in plot ? range(plot.figure) : assert.fail();
  assert.ok(left < -3 && right > 14, "a long path is shown completely");
  trace.states[1].locations.set([-3, 34], 2 * data.paths["predicted 0"].proposal);
  const farther = trajectories(trace);
  const [, wide] = farther.widget.build(
    farther.widget.open(farther.packed),
    { ...far.state, ...chosen },
    light,
  );
  assert.equal("figure" in wide && ticks(wide.figure), undefined, "overlapping words are left out");
  const [first, last] = range(parts({ ...chosen, near: false }).figure);
  assert.ok(first < 0 && last > 16);
  assert.deepEqual(range(parts({ ...chosen, selected: null }).figure), [first, last]);
});

/** Width at which the sentence needs no second line. */
const oneLine = 1400;

/** The scene of the view under the words, and its bars by their tooltips. */
function lanes(at: TrajectoriesState = state, of = instance): { scene: Scene; bars: Rect[] } {
  const [part] = of.widget.build(of.widget.open(of.packed), { ...at, view: "lanes" }, light, oneLine);
  const scene = "scene" in part ? part.scene : assert.fail();
  const bars = scene.marks.filter(
    (mark): mark is Rect => mark.mark === "rect" && /proposal/.test(mark.title ?? ""),
  );
  return { scene, bars };
}

test("the first view has a lane for each state, with a bar for each proposal", () => {
  const { scene, bars } = lanes();
  const predicted = data.entities.filter(({ side }) => side === "predicted");
  assert.equal(bars.length, predicted.length * 4);
  const names = labels(scene).filter(({ text }) =>
    ["proposer", "layer 1", "layer 2", "layer 3", "prediction"].includes(text),
  );
  const heights = names.map(({ y }) => y);
  assert.deepEqual(
    heights,
    heights.toSorted((a, b) => a - b),
    "from the proposer down to the prediction",
  );
  assert.equal(
    names
      .filter(({ bold }) => bold)
      .map(({ text }) => text)
      .join(),
    "prediction",
  );
  for (const { id } of predicted)
    assert.ok(bars.some(({ value }) => JSON.stringify(value) === JSON.stringify({ entity: id })));
});

test("a bar reaches from the start to the end of its proposal's span, between the words", () => {
  const exact = fakeTrace({ ...kitchen, predicted: [{ start: 4, end: 7, type: "place" }] });
  const { proposal } = exact.predicted[0];
  for (const one of exact.states) one.locations.set([4, 6], 2 * proposal);
  exact.states[1].locations.set([4.5, 6], 2 * proposal);
  const of = trajectories(exact);
  const { scene, bars } = lanes(of.state, of);
  const word = (text: string): Label =>
    labels(scene).find((label) => label.text === text && label.mono) ?? assert.fail(text);
  const [first, last] = [word("Little"), word("Village")];
  const [whole, half] = bars;
  assert.ok(whole.x < first.x && whole.x > word("of").x + (word("of").width ?? 0));
  assert.ok(whole.x + whole.width > last.x + (last.width ?? 0) && whole.x + whole.width < word("serves").x);
  assert.ok(half.x > first.x && half.x < first.x + (first.width ?? 0), "half of the first word");
  assert.ok(Math.abs(half.x + half.width - whole.x - whole.width) < 0.01);
});

test("while it plays, the bars of the moment move from lane to lane", () => {
  const tops = [1, 1.5, 2].map((moment) => {
    const { bars } = lanes({ ...state, moment, selected: null });
    const current = bars.filter(({ stroke, dash }) => stroke === light.ink && dash === undefined);
    assert.equal(current.length, 5);
    return current[0].y;
  });
  assert.ok(Math.abs(tops[1] - (tops[0] + tops[2]) / 2) < 0.01 && tops[0] < tops[2]);
  const { bars } = lanes({ ...state, moment: 1, selected: null });
  assert.equal(bars.filter(({ dash }) => dash !== undefined).length, 5 * 2, "later states are dashed");
});

test("arrows show that a span continues outside the shown tokens", () => {
  const far = fakeTrace(kitchen);
  far.states[0].locations.set([-4, 2], 2 * far.predicted[0].proposal);
  far.states[1].locations.set([1, 44], 2 * far.predicted[0].proposal);
  const of = trajectories(far);
  const texts = labels(lanes(of.state, of).scene).map(({ text }) => text);
  assert.ok(texts.includes("◂") && texts.includes("▸"));
  const inside = fakeTrace(kitchen);
  for (const { locations } of inside.states) locations.fill(3);
  const plain = trajectories(inside);
  assert.ok(!labels(lanes(plain.state, plain).scene).some(({ text }) => text === "◂" || text === "▸"));
});

test("a long sentence opens around the selected entity", () => {
  const tokens = Array.from({ length: 117 }, (_, i) => `word${i}`);
  const gold = [{ start: 50, end: 53, type: "dish" }];
  const of = trajectories(fakeTrace({ tokens, gold, predicted: gold }));
  const labelsOf = (at: TrajectoriesState): string[] =>
    labels(lanes(at, of).scene)
      .map(({ text }) => text)
      .filter((text) => text.startsWith("word"));
  assert.ok(of.state.near);
  const words = labelsOf(of.state);
  assert.ok(words.includes("word50") && words.includes("word44") && words.length < 40);
  assert.equal(labelsOf({ ...of.state, near: false }).length, 117);
  assert.ok(lanes(of.state, of).scene.height < 320, "in view while it plays");
});

test("explains where a probability comes from", () => {
  const figure = (at: TrajectoriesState): Figure => {
    const part = instance.widget.build(data, at, light).find((one) => "figure" in one);
    return part && "figure" in part ? part.figure : assert.fail();
  };
  const path = data.paths["predicted 0"];
  const chance = path.classes[4][data.types.indexOf("person")];
  const [{ text }] = figure({ ...state, selected: "predicted 0" }).layout.annotations as { text: string }[];
  const expected = `proposal 2: probability ${path.probability.toFixed(3)} = class ${chance.toFixed(3)} · span `;
  assert.ok(text.includes(expected), text);
  assert.match(text, /predicted, because p\(None\) is at most that: 0\.\d{3}$/);
});

test("on a narrow page the class probabilities are below the plane, and nothing is wider than the page", () => {
  for (const view of ["lanes", "plane"] as const) {
    const [scene, figure] = instance.widget.build(data, { ...state, view }, light, 360);
    assert.ok("scene" in scene && "figure" in figure);
    assert.deepEqual([scene.scene.width, figure.figure.layout.width], [360, 360]);
  }
  const domains = [900, 360].map((width) => {
    const part = instance.widget.build(data, { ...state, view: "plane" }, light, width)[1];
    const { layout } = "figure" in part ? part.figure : assert.fail();
    return [layout.yaxis, layout.yaxis2].map((axis) => (axis as { domain: [number, number] }).domain);
  });
  assert.equal(domains[0][0][0], domains[0][1][0], "next to each other");
  assert.ok(domains[1][1][1] < domains[1][0][0], "below each other");
});

test("controls step and slide through the states", () => {
  const momentAfter = (name: string, value: string | number): number =>
    changed(instance, state, name, value).moment;
  assert.deepEqual(
    [momentAfter("stage", "0"), momentAfter("stage", "4"), momentAfter("moment", 1.25)],
    [0, 4, 1.25],
  );
  assert.equal(view.change(data, state, "moment", 9), state);
  assert.equal(view.change(data, state, "stage", "x"), state);
  const slider = view.controls(data, { ...state, moment: 1.25 }).find(({ name }) => name === "moment");
  assert.ok(slider?.type === "slider" && slider.play);
  assert.deepEqual([slider.from, slider.to, slider.reading], [0, 4, "layer 1 → layer 2"]);
  const stage = view.controls(data, state).find(({ name }) => name === "stage");
  assert.ok(stage?.type === "choice" && stage.arrows === "horizontal");
  assert.deepEqual(
    stage.options.map(({ text }) => text),
    ["proposer", "layer 1", "layer 2", "layer 3", "prediction"],
  );
  assert.equal(stage.value, "4", "it starts at the prediction");
});

test("every state can be drawn", () => {
  walk(instance);
  walk(trajectories(fakeTrace(kitchen), { states: 0 }));
  walk(trajectories(fakeTrace({ tokens: ["a"], gold: [], predicted: [] })));
  walk(trajectories(fakeTrace({ ...kitchen, predicted: [] })));
  walk(trajectories(fakeTrace({ ...kitchen, gold: [] })));
});

test("corpus text is text, in light and dark", async () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const trace = fakeTrace({
    tokens: [hostile, "&lt;", "c"],
    gold: [{ start: 0, end: 2, type: "dish" }],
    predicted: [{ start: 0, end: 1, type: "dish" }],
  });
  for (const theme of ["light", "dark"] as const) {
    const svg = String(
      await renderWidget(trajectories({ ...trace, types: [hostile, "dish"] }), "x.svg", { theme }),
    );
    assert.doesNotMatch(svg, /<img/);
    assert.match(svg, /&amp;lt;/);
  }
  const colors = JSON.stringify(parts(state, dark));
  assert.ok(!colors.includes(light.faint) && colors.includes(dark.faint));
});
