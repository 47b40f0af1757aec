import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Trace } from "../../../src/detector/trace-types";
import { type AttentionOptions, attention } from "../../../widgets/attention/attention";
import type { AttentionModel } from "../../../widgets/attention/attention-data";
import { attentionRow, type HeadUse, headUses } from "../../../widgets/attention/attention-rows";
import { contours } from "../../../widgets/attention/prior-contours";
import type { Figure, FigurePart } from "../../../widgets/shared/figure";
import { dark, light, type Theme } from "../../../widgets/shared/theme";
import type { Part } from "../../../widgets/shared/widget";
import { fakeTrace, kitchen } from "../fake";

const trace = fakeTrace(kitchen);
const { tokens } = trace;
const off: Trace = { ...fakeTrace({ ...kitchen, seed: 2, prior: false }), prior: "off" };

function partsOf(options: AttentionOptions = {}, theme: Theme = light, of: Trace = trace): readonly Part[] {
  const { widget, packed, state } = attention(of, options);
  return widget.build(widget.open(packed), state, theme);
}

function figureOf(options: AttentionOptions = {}, theme: Theme = light, of: Trace = trace): Figure {
  const figures = partsOf(options, theme, of).flatMap((part) => ("figure" in part ? [part.figure] : []));
  assert.equal(figures.length, 1);
  return figures[0];
}

const named = (figure: Figure, name: string): FigurePart[] =>
  figure.data.filter((part) => part.name === name);
const annotationsOf = ({ layout }: Figure): string[] =>
  (layout.annotations as { text: string }[]).map(({ text }) => text);

interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly text: readonly string[];
  readonly customdata: readonly { readonly kind: string }[];
}

/** The points of one kind on the plane. */
function pointsOf({ data }: Figure, kind: string, place = 0): Points {
  const all = data.filter(({ name }) => name === "points")[place] as unknown as Points;
  const ofKind = <Value>(values: readonly Value[]): Value[] =>
    values.filter((_, at) => all.customdata[at].kind === kind);
  return {
    x: ofKind(all.x),
    y: ofKind(all.y),
    text: ofKind(all.text),
    customdata: ofKind(all.customdata),
  };
}

/** Whether a point is on the plane, or cut by its edge. */
function inPlane(figure: Figure, ...coordinates: readonly number[]): boolean {
  const [from, to] = rangeOf(figure, String(named(figure, "points")[0].yaxis));
  const edge = (to - from) / 20;
  return coordinates.every((value) => from - edge <= value && value <= to + edge);
}

/** A token, its content, log prior, sum, weight, and weight without the prior. */
type Numbers = readonly [number, number, number, number, number, number];
const views = ["content", "logPrior", "sum", "weights"];

const chosen: fc.Arbitrary<AttentionOptions> = fc.record({
  layer: fc.integer({ min: 1, max: 3 }),
  head: fc.oneof(fc.constant("mean" as const), fc.integer({ min: 1, max: 4 })),
  proposal: fc.nat(tokens.length - 1),
  pinned: fc.uniqueArray(fc.nat(tokens.length - 1), { maxLength: 3 }),
});

test("drawn weights sum to 1, and drawn sums equal their parts", () => {
  fc.assert(
    fc.property(chosen, fc.boolean(), (options, both) => {
      const figure = figureOf({ ...options, ...(both ? { second: off } : {}) });
      const strips = named(figure, "numbers");
      assert.equal(strips.length, both ? 2 : 1);
      strips.forEach((strip, place) => {
        const [numbers] = strip.customdata as [Numbers[]];
        const weights = named(figure, "weights")[place];
        assert.deepEqual(
          weights.y,
          numbers.map(([, , , , weight]) => weight),
        );
        assert.ok(Math.abs((weights.y as number[]).reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9);
        for (const [, content, logPrior, sum] of numbers) assert.equal(sum, content + logPrior);
      });
    }),
    { numRuns: 40 },
  );
});

interface Bars {
  readonly x: number[];
  readonly y: number[];
  readonly base: number[];
  readonly yaxis: string;
}

const barsOf = (figure: Figure, name: string): Bars => named(figure, name)[0] as unknown as Bars;
const rangeOf = ({ layout }: Figure, yaxis: string): [number, number] =>
  (layout[`yaxis${yaxis.slice(1)}`] as { range: [number, number] }).range;

test("bars grow from 0, and the log prior of the sum is stacked onto its content score", () => {
  const figure = figureOf({ layer: 1, head: 2, proposal: 13 });
  const { widget, packed } = attention(trace);
  const [{ scores }] = widget.open(packed);
  const row = attentionRow(widget.open(packed)[0], { layer: 1, head: 2, proposal: 13 });
  const clipped = (values: Float64Array): number[] => [...values].map((value) => Math.max(scores[0], value));
  const ends = ({ y, base }: Bars): number[] => y.map((height, token) => base[token] + height);
  const close = (actual: readonly number[], expected: readonly number[]): void => {
    for (const [i, value] of actual.entries())
      assert.ok(Math.abs(value - expected[i]) < 1e-9, `${i}: ${value}`);
  };
  for (const view of ["content", "logPrior", "weights"] as const) {
    const bars = barsOf(figure, view);
    assert.ok(
      bars.base.every((value) => value === 0),
      view,
    );
    close(bars.y, view === "weights" ? [...row.weights] : clipped(row[view]));
  }
  const [content, logPrior] = ["content", "log prior"].map((name) => barsOf(figure, `${name} of the sum`));
  assert.ok(content.base.every((value) => value === 0));
  close(ends(content), clipped(row.content));
  close(logPrior.base, clipped(row.content));
  close(ends(logPrior), clipped(row.sum));
  const lines = barsOf(figure, "sum");
  close(
    lines.y,
    lines.x.map((token) => row.sum[token]),
  );
  assert.deepEqual(
    lines.x,
    [...tokens.keys()].filter((token) => row.sum[token] >= scores[0]),
  );
});

test("a mark shows every value below the scale", () => {
  const figure = figureOf({ layer: 1, head: 2, proposal: 13 });
  const { widget, packed } = attention(trace);
  const [model] = widget.open(packed);
  const row = attentionRow(model, { layer: 1, head: 2, proposal: 13 });
  const cut = (values: Float64Array): number[] =>
    [...tokens.keys()].filter((token) => values[token] < model.scores[0]);
  assert.ok(cut(row.logPrior).length > 3 && cut(row.content).length === 0);
  assert.deepEqual(
    named(figure, "below the scale")
      .map(({ x }) => x)
      .toSorted((a, b) => (a as number[]).length - (b as number[]).length),
    [cut(row.sum), cut(row.logPrior)].toSorted((a, b) => a.length - b.length),
  );
});

test("all views of scores have one scale, whatever the layer, head, proposal and trace", () => {
  const ranges = new Set<string>();
  for (const options of [
    { layer: 1, head: 1, proposal: 3 },
    { layer: 3, head: 4, proposal: 13 },
    { head: "mean" },
    { traces: "second" },
  ] as const) {
    const figure = figureOf({ second: off, ...options });
    for (const view of ["content", "logPrior", "content of the sum"])
      for (const { yaxis } of named(figure, view)) ranges.add(JSON.stringify(rangeOf(figure, String(yaxis))));
  }
  assert.equal(ranges.size, 1);
  const [[low, high]] = [...ranges].map((range) => JSON.parse(range) as [number, number]);
  for (const { layers } of [trace, off])
    for (const { content } of layers) for (const score of content) assert.ok(low <= score && score <= high);
  assert.ok(low < 0 && high > 0);
});

test("the values of a long sentence are outlines from 0", () => {
  const long = fakeTrace({ tokens: Array.from({ length: 70 }, () => "a"), gold: [], predicted: [] });
  const figure = figureOf({ head: 1, proposal: 40, pinned: [3, 5] }, light, long);
  const [numbers] = named(figure, "numbers")[0].customdata as [Numbers[]];
  const { widget, packed } = attention(long);
  const [{ scores }] = widget.open(packed);
  const positions = [...long.tokens.keys()];
  for (const [place, view] of ["content", "logPrior"].entries()) {
    const { x, y } = barsOf(figure, view);
    assert.deepEqual(x, [...positions, ...positions.toReversed()]);
    const values = numbers.map((one) => Math.max(scores[0], one[place + 1]));
    assert.deepEqual(y, [...values, ...positions.map(() => 0)]);
  }
  assert.deepEqual(
    named(figure, "below the scale").at(-1)?.y,
    numbers.map(([, , logPrior]) => (logPrior < scores[0] ? scores[0] : null)),
    "a dotted line",
  );
  const dashes = [3, 5].map((pin) => named(figure, `pinned: proposal ${pin} a`)[0].line as { dash: string });
  assert.notEqual(dashes[0].dash, dashes[1].dash, "distinct without color");
});

test("the four views share an axis that names every token and its position", () => {
  const figure = figureOf();
  const axes = ["content", "logPrior", "content of the sum", "weights"].map(
    (view) => named(figure, view)[0].xaxis,
  );
  assert.equal(new Set([...axes, named(figure, "numbers")[0].xaxis]).size, 1);
  const { labelalias, categoryarray } = figure.layout.xaxis as {
    labelalias: Record<string, string>;
    categoryarray: number[];
  };
  assert.deepEqual(categoryarray, [...tokens.keys()]);
  assert.deepEqual([labelalias[0], labelalias[13]], ["0 Grandmother", "13 crumble"]);
});

test("draws the weight without the prior if the prior is on; otherwise a title says that it is not", () => {
  const figure = figureOf({ second: off });
  assert.equal(named(figure, "weight without the prior").length, 1);
  assert.equal(named(figure, "logPrior").length, 1);
  const texts = annotationsOf(figure);
  assert.ok(texts.includes("log prior: switched off"));
  assert.ok(texts.some((text) => /softmax, dashed: without the prior$/.test(text)));
  const none = figureOf({}, light, fakeTrace({ ...kitchen, prior: false }));
  assert.ok(annotationsOf(none).includes("log prior: not in this model"));
});

test("draws two traces on the same scales, each below its name", () => {
  const figure = figureOf({ second: off, pinned: [4] });
  const axis = (part: FigurePart): unknown =>
    (figure.layout[`yaxis${String(part.yaxis).slice(1)}`] as FigurePart).range;
  for (const view of ["content", "content of the sum", "weights", "points"]) {
    const [first, second] = named(figure, view);
    assert.notEqual(first.yaxis, second.yaxis);
    assert.deepEqual(axis(first), axis(second), view);
  }
  for (const name of ["prior on (as trained)", "prior off (same weights)"])
    assert.ok(annotationsOf(figure).includes(`<b>${name}</b>`), name);
});

test("draws pinned proposals over the bars, without values below the view", () => {
  const figure = figureOf({ layer: 2, head: 1, proposal: 13, pinned: [2, 7] });
  const { widget, packed } = attention(trace);
  const row = attentionRow(widget.open(packed)[0], { layer: 2, head: 1, proposal: 7 });
  const lines = named(figure, "pinned: proposal 7 serves");
  assert.equal(lines.length, 4);
  const weights = lines.find(({ yaxis }) => yaxis === named(figure, "weights")[0].yaxis);
  assert.deepEqual(weights?.y, [...row.weights]);
  const logPrior = lines.find(({ yaxis }) => yaxis === named(figure, "logPrior")[0].yaxis)?.y as (
    | number
    | null
  )[];
  assert.ok(logPrior.includes(null) && logPrior.includes(row.logPrior[7]));
  const looks = [2, 7].map(
    (pin) => named(figure, `path of proposal ${pin}`)[0].marker as { symbol: string[] },
  );
  assert.notEqual(looks[0].symbol[0], looks[1].symbol[0], "distinct without color");
});

test("the plane shows gold spans, predictions, proposals, contours, centers and paths", () => {
  const figure = figureOf({ layer: 1, head: 2, proposal: 13, pinned: [2] });
  const [gold, predicted, proposals, centers] = ["gold", "predicted", "proposal", "center"].map((kind) =>
    pointsOf(figure, kind),
  );
  const isOnPlane = ({ start, end }: { start: number; end: number }): boolean =>
    inPlane(figure, start, end - 1);
  const hidden = kitchen.gold.filter((one) => !isOnPlane(one));
  assert.equal(hidden.length, 1, "a gold span is far from the chosen proposals");
  assert.deepEqual(
    gold.y,
    kitchen.gold.filter(isOnPlane).map(({ end }) => end - 1),
  );
  assert.deepEqual(
    predicted.x,
    kitchen.predicted.filter(isOnPlane).map(({ start }) => start),
  );
  assert.deepEqual(
    predicted.customdata,
    trace.predicted.filter(isOnPlane).map(({ proposal }) => ({ kind: "predicted", proposal })),
  );
  const { locations } = trace.states[0];
  const starts = [...tokens.keys()].map((token) => locations[2 * token]);
  const visible = starts.flatMap((start, token) =>
    inPlane(figure, start, locations[2 * token + 1]) ? [token] : [],
  );
  assert.ok(visible.length > 10 && visible.length < tokens.length);
  assert.deepEqual(
    proposals.x,
    visible.map((token) => starts[token]),
  );
  assert.match(
    proposals.text[visible.indexOf(13)],
    /^proposal 13 crumble<br>\(\d+\.\d\d, \d+\.\d\d\)<br>weight 0\.\d{4} from 13$/,
  );
  assert.match(predicted.text[0], /^predicted: person \(1, 2\)<br>Ada Moss<br>by proposal 2$/);
  for (const proposal of [13, 2]) {
    const offset = 2 * (tokens.length + proposal);
    const place = centers.text.findIndex((text) => text.startsWith(`μ of proposal ${proposal}, head 2<br>`));
    assert.deepEqual(
      [centers.x[place], centers.y[place]],
      [...trace.layers[0].center.subarray(offset, offset + 2)],
    );
    assert.deepEqual(centers.customdata[place], { kind: "center", head: 2 });
    const [path] = named(figure, `path of proposal ${proposal}`);
    assert.deepEqual(path.y, [locations[2 * proposal + 1], trace.states[1].locations[2 * proposal + 1]]);
    assert.equal(named(figure, `prior of proposal ${proposal}`).length, 1);
  }
});

test("the field has the log prior of the chosen head everywhere on the plane", () => {
  const selection = { layer: 1, head: 2, proposal: 13 };
  const figure = figureOf(selection);
  const { x, y, z, zmin, zmax } = named(figure, "log prior")[0] as unknown as {
    x: number[];
    y: number[];
    z: number[][];
    zmin: number;
    zmax: number;
  };
  const { widget, packed } = attention(trace);
  const [{ scores }] = widget.open(packed);
  assert.deepEqual([zmin, zmax], [scores[0], 0]);
  const { center, precision } = trace.layers[0];
  const i = tokens.length + 13;
  const [start, both, , end] = precision.subarray(4 * i, 4 * i + 4);
  for (const [row, column] of [
    [0, 47],
    [31, 40],
    [45, 2],
  ]) {
    const [u, v] = [x[column] - center[2 * i], y[row] - center[2 * i + 1]];
    const expected = -(start * u * u + 2 * both * u * v + end * v * v);
    assert.ok(Math.abs(z[row][column] - Math.max(scores[0], expected)) < 1e-4);
  }
  const [from, to] = rangeOf(figure, String(named(figure, "log prior")[0].yaxis));
  assert.ok(x[0] > from && x[0] - from < x[1] - x[0] && to - x[47] < x[1] - x[0], "covers the plane");
});

test("other heads are on the plane on demand, each with its number", () => {
  const selection = { layer: 1, head: 2, proposal: 13 };
  assert.equal(named(figureOf(selection), "priors of the other heads").length, 0);
  const figure = figureOf({ ...selection, others: true });
  const [{ text, x, y }] = named(figure, "numbers of the other heads") as unknown as {
    text: string[];
    x: number[];
    y: number[];
  }[];
  assert.deepEqual(text, ["head 1", "head 3", "head 4"]);
  const [from, to] = rangeOf(figure, String(named(figure, "points")[0].yaxis));
  for (const value of [...x, ...y]) assert.ok(from <= value && value <= to);
  assert.equal(
    named(figureOf({ ...selection, head: "mean", others: true }), "priors of the other heads").length,
    0,
  );
});

test("the title of the plane says where a center is that the plane does not reach", () => {
  const far = fakeTrace(kitchen);
  const selection = { layer: 1, head: 2, proposal: 13 };
  assert.ok(annotationsOf(figureOf(selection)).includes("log G of head 2: start →, end ↑"));
  far.layers[0].center.set([70.5, 3], 2 * (tokens.length + 13));
  assert.ok(
    annotationsOf(figureOf(selection, light, far)).includes("log G of head 2; μ (70.50, 3.00) outside"),
  );
});

test("the key lists only what is shown", () => {
  const keyOf = (options: AttentionOptions, of: Trace = trace): string[] => {
    const scene = partsOf(options, light, of).at(-1) ?? assert.fail();
    assert.ok("scene" in scene);
    return scene.scene.marks.flatMap((mark) => (mark.mark === "text" ? [mark.text] : []));
  };
  const selection = { layer: 1, head: 2, proposal: 13 };
  const all = keyOf(selection);
  for (const text of ["gold span", "predicted span", "center μ of the prior", "prior G = ½"])
    assert.ok(all.includes(text), text);
  assert.ok(!all.includes("of the other heads"));
  assert.ok(keyOf({ ...selection, others: true }).includes("of the other heads"));
  const bare = keyOf({}, { ...off, gold: [], predicted: [] });
  for (const text of ["gold span", "predicted span", "center μ of the prior", "prior G = ½", "▾"])
    assert.ok(text === "center μ of the prior" || !bare.includes(text), text);
});

test("on a narrow page the parts are stacked, and nothing is wider than the page", () => {
  for (const [width, figures] of [
    [1200, 1],
    [700, 2],
    [360, 2],
  ]) {
    for (const view of ["row", "map"] as const) {
      const { widget, packed, state } = attention(trace, { second: off, view });
      const parts = widget.build(widget.open(packed), state, light, width);
      const widths = parts.map((part) =>
        "figure" in part ? part.figure.layout.width : "scene" in part ? part.scene.width : 0,
      );
      assert.deepEqual([...new Set(widths)], [width]);
      if (view === "row") assert.equal(parts.filter((part) => "figure" in part).length, figures);
    }
  }
  const { widget, packed, state } = attention(trace);
  const [wide, phone] = [1200, 360].map((width) => {
    const part = widget.build(widget.open(packed), state, light, width).find((one) => "figure" in one);
    return part && "figure" in part ? part.figure : assert.fail();
  });
  const domain = (figure: Figure, name: string): [number, number] => {
    const { xaxis } = named(figure, name)[0];
    return (figure.layout[`xaxis${String(xaxis).slice(1)}`] as { domain: [number, number] }).domain;
  };
  assert.ok(domain(wide, "points")[0] > domain(wide, "weights")[1], "the plane is next to the views");
  assert.ok(domain(phone, "points")[0] === domain(phone, "weights")[0], "the plane is below the views");
});

test("the plane extends past the sentence to the location of the chosen proposal", () => {
  const far = fakeTrace(kitchen);
  far.states[0].locations.set([-6.5, 24], 2 * 13);
  const { layout, data } = figureOf({ layer: 1, head: 2, proposal: 13 }, light, far);
  const path = data.find(({ name }) => name === "path of proposal 13") ?? assert.fail();
  const [low, high] = (layout[`xaxis${String(path.xaxis).slice(1)}`] as { range: [number, number] }).range;
  for (const place of [...(path.x as number[]), ...(path.y as number[])])
    assert.ok(low < place && place < high, `${place} is not within ${low} and ${high}`);
  const within = figureOf({ layer: 1, head: 2, proposal: 13 });
  const axis = (named(within, "path of proposal 13")[0].xaxis as string).slice(1);
  const [from, to] = (within.layout[`xaxis${axis}`] as { range: [number, number] }).range;
  assert.ok(from >= -1 && to <= tokens.length, "otherwise it ends with the sentence");
});

test("the prior has the value of the contour at all its points", () => {
  const contourOf = (precision: readonly number[]) => {
    const layer = { heads: 1, center: Float64Array.of(3, 5), precision: Float64Array.from(precision) };
    const model = { prior: "on", layers: [layer], tokens: ["a"] } as unknown as AttentionModel;
    return contours(model, { layer: 1, head: "mean" }, 0)[0];
  };
  const [start, both, end] = [1.7, 0.4, 0.6];
  const { x, y } = contourOf([start, both, end]);
  assert.equal(x.length, y.length);
  assert.ok(x.length > 20);
  for (const [i, from] of x.entries()) {
    const [u, v] = [from - 3, y[i] - 5];
    const value = Math.exp(-(start * u * u + 2 * both * u * v + end * v * v));
    assert.ok(Math.abs(value - 0.5) < 1e-9);
  }
  assert.deepEqual(contourOf([1, 1, 1]).x, []);
});

test("draws a contour for each head if the mean is chosen", () => {
  const figure = figureOf({ head: "mean", proposal: 3 });
  assert.equal(pointsOf(figure, "center").x.length, 4);
  const [{ x }] = named(figure, "prior of proposal 3");
  assert.equal((x as (number | null)[]).filter((value) => value === null).length, 4);
});

test("draws no contour without a prior", () => {
  for (const prior of ["off", "none"] as const)
    assert.ok(
      !figureOf({}, light, { ...off, prior }).data.some(({ name }) => /^prior of/.test(String(name))),
    );
});

test("the heads' bars show their shares and are clickable", () => {
  const figure = figureOf({ layer: 2, proposal: 5 });
  const [{ x, y, base, customdata, yaxis }] = named(figure, "heads") as unknown as {
    x: number[];
    y: number[];
    base: number[];
    customdata: HeadUse[];
    yaxis: string;
  }[];
  const { tickvals, ticktext } = figure.layout[`yaxis${yaxis.slice(1)}`] as {
    tickvals: number[];
    ticktext: string[];
  };
  /** The value of a bar according to the ticks of its panel. */
  const readValue = (bar: number): number => {
    const marks = tickvals.map((at, mark) => ({ at, value: Number.parseFloat(ticktext[mark]) }));
    const upper = Math.max(...base);
    const panelMarks = marks.filter(({ at }) => at >= upper === (base[bar] === upper));
    const [zero, most] = [panelMarks[0], panelMarks[panelMarks.length - 1]];
    assert.deepEqual([zero.value, zero.at], [0, base[bar]]);
    return ((most.value - zero.value) * y[bar]) / (most.at - zero.at);
  };
  const { widget, packed } = attention(trace);
  const uses = headUses(widget.open(packed)[0], { layer: 2, proposal: 5 });
  uses.forEach((use, head) => {
    const bars = [0, 1, 2].map((which) => 3 * head + which);
    assert.deepEqual(
      bars.map((bar) => x[bar]),
      [head + 1 - 0.2, head + 1 + 0.2, head + 1],
    );
    for (const bar of bars) assert.deepEqual(customdata[bar], use);
    for (const [place, value] of [100 * use.start, 100 * use.end, 100 * use.moved].entries())
      assert.ok(
        Math.abs(readValue(bars[place]) - value) < 1e-9 * value,
        `${readValue(bars[place])} not ${value}`,
      );
  });
});

test("maps have a row for each proposal, add up and zoom together", () => {
  const figure = figureOf({ view: "map", layer: 2, head: 3, proposal: 4, pinned: [9] });
  assert.deepEqual(
    figure.data.map(({ name }) => name),
    views,
  );
  const { widget, packed } = attention(trace);
  const [content, logPrior, sum, weights] = figure.data.map(({ z }) => z as Float64Array[]);
  tokens.forEach((_, proposal) => {
    const row = attentionRow(widget.open(packed)[0], { layer: 2, head: 3, proposal });
    assert.deepEqual(weights[proposal], row.weights);
    assert.ok(Math.abs(weights[proposal].reduce((total, weight) => total + weight, 0) - 1) < 1e-9);
    sum[proposal].forEach((value, token) => {
      assert.equal(value, content[proposal][token] + logPrior[proposal][token]);
      const cell = (figure.data[0].customdata as number[][][])[proposal][token];
      assert.deepEqual(cell.slice(0, 5), [
        proposal,
        content[proposal][token],
        logPrior[proposal][token],
        value,
        row.weights[token],
      ]);
    });
  });
  for (const number of [2, 3, 4]) {
    assert.equal((figure.layout[`xaxis${number}`] as FigurePart).matches, "x");
    assert.equal((figure.layout[`yaxis${number}`] as FigurePart).matches, "y");
  }
  const marked = (figure.layout.shapes as { y0: number; xref: string }[]).filter(({ xref }) => xref === "x3");
  assert.deepEqual(
    marked.map(({ y0 }) => y0),
    [3.5, 8.5],
  );
});

test("choosing another proposal keeps the arrays of the maps, so that plotly redraws only frames", () => {
  const { widget, packed, state } = attention(trace, { view: "map", layer: 2, head: 3, proposal: 4 });
  const data = widget.open(packed);
  const [first, second, third] = [state, { ...state, proposal: 9 }, { ...state, proposal: 9, head: 1 }].map(
    (at) => widget.build(data, at, light).flatMap((part) => ("figure" in part ? [part.figure] : []))[0],
  );
  first.data.forEach((map, place) => {
    for (const array of ["x", "y", "z", "customdata", "colorscale"])
      assert.equal(map[array], second.data[place][array], array);
    assert.notEqual(map.z, third.data[place].z);
  });
  for (const axis of ["xaxis", "yaxis", "xaxis4"])
    assert.equal(
      (first.layout[axis] as FigurePart).categoryarray,
      (second.layout[axis] as FigurePart).categoryarray,
    );
  assert.notDeepEqual(first.layout.shapes, second.layout.shapes);
});

test("maps of two traces take two lines, without a map for a prior that is off", () => {
  const figure = figureOf({ view: "map", second: off });
  assert.deepEqual(
    figure.data.map(({ name }) => name),
    [...views, "content", "sum", "weights"],
  );
  const [first, , , , second] = figure.data;
  assert.deepEqual([first.coloraxis, second.coloraxis], ["coloraxis", "coloraxis"]);
});

test("corpus text is never markup", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const odd = fakeTrace({
    tokens: [evil, "b", "&lt;c"],
    gold: [{ start: 0, end: 2, type: evil }],
    predicted: [{ start: 0, end: 1, type: evil }],
  });
  for (const view of ["row", "map"] as const) {
    const parts = partsOf(
      { view, pinned: [0, 2], second: { ...odd, prior: "off" }, names: [evil, "b"] },
      light,
      odd,
    );
    for (const part of parts) if ("figure" in part) assert.doesNotMatch(JSON.stringify(part), /<img/);
  }
});

test("shows a sentence of a single token without entities", () => {
  const bare = fakeTrace({ tokens: ["Hello"], gold: [], predicted: [] });
  for (const view of ["row", "map"] as const) {
    const figure = figureOf({ view }, light, bare);
    assert.ok(!JSON.stringify(figure).includes("null,null"));
    const values = figure.data.flatMap(({ y, z }) => [
      ...((y ?? []) as number[]),
      ...((z ?? []) as number[][]).flatMap((row) => [...row]),
    ]);
    assert.ok(values.every((value) => value === null || Number.isFinite(value)));
    if (view === "row") assert.equal(pointsOf(figure, "gold").x.length, 0);
  }
});

test("every shape is on axes with a trace", () => {
  for (const options of [
    {},
    { pinned: [3] },
    { second: off, head: 2 },
    { second: off, view: "map" },
  ] as const) {
    const { data, layout } = figureOf(options);
    const used = new Set(data.flatMap(({ xaxis, yaxis }) => [xaxis, yaxis]));
    for (const { xref, yref } of layout.shapes as { xref: string; yref: string }[])
      assert.ok(used.has(xref) && used.has(yref.replace(" domain", "")), `${xref} ${yref}`);
  }
});

test("all colors come from the theme", () => {
  for (const view of ["row", "map"] as const) {
    const json = JSON.stringify(partsOf({ view, pinned: [1, 2, 3], second: off }, dark));
    const foreign = JSON.stringify(light)
      .match(/#[0-9a-f]{6}/g)
      ?.filter((color) => !JSON.stringify(dark).includes(color));
    assert.ok(foreign && foreign.length > 10);
    const inks = ["#000000", "#ffffff"]; // of words on shades
    for (const color of foreign) if (!inks.includes(color)) assert.ok(!json.includes(color), color);
  }
});
