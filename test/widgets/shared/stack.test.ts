import assert from "node:assert/strict";
import { test } from "node:test";
import { scoresByLength } from "../../../widgets/scores-by-length/scores-by-length";
import type { Figure } from "../../../widgets/shared/figure";
import { fitPanels } from "../../../widgets/shared/stack";
import { light } from "../../../widgets/shared/theme";
import { fakeScores } from "../fake";

const instance = scoresByLength([{ name: "run", scores: fakeScores(0) }]);

function figureAt(width: number): Figure {
  const { widget, packed, state } = instance;
  const parts = widget.build(widget.open(packed), state, light, width);
  const figure = parts.find((part) => "figure" in part);
  return figure && "figure" in figure ? figure.figure : assert.fail();
}

interface Axis {
  readonly domain: readonly [number, number];
}

function axis({ layout }: Figure, name: string): Axis {
  const { domain = [0, 1] } = layout[name] as Partial<Axis>;
  return { domain };
}

test("panels use the width of the page, up to a limit", () => {
  assert.deepEqual(
    [700, 900, 1200, 3000].map((width) => figureAt(width).layout.width),
    [700, 900, 1200, 1400],
  );
  const [wide, usual] = [figureAt(1200), figureAt(900)];
  assert.deepEqual(axis(wide, "xaxis2").domain, axis(usual, "xaxis2").domain);
});

test("on a narrow page, panels are below each other, as high as before and with their titles", () => {
  const [usual, narrow] = [figureAt(900), figureAt(360)];
  assert.equal(narrow.layout.width, 360);
  const names = ["xaxis", "xaxis2", "xaxis3"];
  for (const name of names) assert.deepEqual(axis(narrow, name).domain, [0, 1]);
  const pixels = (figure: Figure, name: string): number[] => {
    const { t, b } = figure.layout.margin as { t: number; b: number };
    return axis(figure, name).domain.map((share) => share * (figure.layout.height - t - b));
  };
  const extents = ["yaxis", "yaxis2", "yaxis3"].map((name) => pixels(narrow, name));
  for (const [i, [low, high]] of extents.entries()) {
    const [from, to] = pixels(usual, ["yaxis", "yaxis2", "yaxis3"][i]);
    assert.ok(Math.abs(high - low - (to - from)) < 0.5);
    if (i > 0) assert.ok(high < extents[i - 1][0] - 40, "with a gap");
  }
  const titles = (figure: Figure): { text: string; x: number; y: number }[] =>
    (figure.layout.annotations as { text: string; x: number; y: number }[]).filter(({ text }) =>
      ["precision", "recall", "F1"].some((measure) => text.startsWith(measure)),
    );
  assert.equal(titles(narrow).length, 3);
  titles(narrow).forEach(({ x, y }, i) => {
    assert.equal(x, 0.5);
    assert.ok(Math.abs(y - axis(narrow, ["yaxis", "yaxis2", "yaxis3"][i]).domain[1]) < 1e-9);
  });
});

test("between stacked panels there is room for the title of an axis and for each line of a title", () => {
  const gapOf = (axisTitle: string | undefined, title: string): number => {
    const layout = {
      width: 360,
      height: 400,
      margin: { l: 50, r: 10, t: 50, b: 50 },
      xaxis: { domain: [0, 0.5], title: axisTitle && { text: axisTitle } },
      xaxis2: { domain: [0.6, 1], anchor: "y2" },
      yaxis: {},
      yaxis2: {},
      annotations: [{ xref: "paper", yref: "paper", x: 0.8, y: 1, text: title }],
    };
    const figure = fitPanels({ data: [], layout });
    const plot = figure.layout.height - 100;
    return plot * (axis(figure, "yaxis").domain[0] - axis(figure, "yaxis2").domain[1]);
  };
  const least = gapOf(undefined, "reliability");
  assert.ok(Math.abs(gapOf("recall", "reliability") - least - 16) < 1e-6);
  assert.ok(Math.abs(gapOf("recall", "reliability<br>error") - least - 32) < 1e-6);
});

test("a title that is wider than its panel gets more lines, and the figure grows by them", () => {
  const figure = (text: string): Figure => {
    const panels = { xaxis: { domain: [0, 0.45] }, xaxis2: { domain: [0.55, 1], anchor: "y2" } };
    const title = { xref: "paper", yref: "paper", x: 0.2, y: 1, text };
    const margin = { l: 50, r: 10, t: 50, b: 50 };
    const layout = {
      width: 700,
      height: 400,
      margin,
      ...panels,
      yaxis: {},
      yaxis2: {},
      annotations: [title],
    };
    return fitPanels({ data: [], layout });
  };
  const titleOf = ({ layout }: Figure): string => (layout.annotations as { text: string }[])[0].text;
  const [short, wide] = [figure("loss"), figure("training loss, mean of 10 steps, by epoch, logarithmic")];
  assert.equal(titleOf(short), "loss");
  assert.equal(short.layout.height, 400);
  assert.equal(titleOf(wide).split("<br>").length, 2);
  assert.equal(wide.layout.height, 416);
  assert.equal((wide.layout.margin as { t: number }).t, 66);
});
