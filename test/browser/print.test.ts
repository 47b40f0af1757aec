import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { corpusOf } from "../../src/corpus/load";
import { corpusProfile as profileOf } from "../../src/corpus/profile";
import {
  attentionSummary as attentionSummaryOf,
  compare,
  errors as errorsOf,
  operatingCurves,
  outcomesOf,
  sliceScores,
} from "../../src/evaluation";
import { table1, table5 } from "../../src/experiments/paper";
import {
  attention,
  attentionSummary,
  comparison,
  corpusProfile,
  errors,
  evaluation,
  forestPlot,
  precisionRecall,
  scoresByLength,
  sentence,
  slices,
  sweepCurves,
  sweepTable,
  table,
  trainingCurves,
  trajectories,
} from "../../widgets/index";
import { fittingWidth } from "../../widgets/shared/figure";
import { panelOf } from "../../widgets/shared/panel";
import { pictureSvg } from "../../widgets/shared/picture";
import { light } from "../../widgets/shared/theme";
import type { Part, WidgetInstance } from "../../widgets/shared/widget";
import { fakeReports, fakeScores, fakeSides, fakeTrace } from "../widgets/fake";
import { fakeAblation, fakeLayers } from "../widgets/fake-sweep";
import { testWith } from "./browser-test";
import { openWindow, type Window } from "./browser-window";

const sides = fakeSides(60, 6);

/** Sentences of a model that misses some of its predictions. */
function judged(isMissed: (sentence: number, entity: number) => boolean) {
  const outcomes = outcomesOf(
    sides.map(({ entities }) => entities),
    sides.map(({ predicted }, i) => predicted.filter((_, j) => !isMissed(i, j))),
  );
  return sides.map(({ tokens }, i) => ({ tokens, id: `MEDLINE:95803${i}`, ...outcomes[i] }));
}

const everyThird = judged((i, j) => (i + j) % 3 === 0);
const everyFourth = judged((i, j) => (i + j) % 4 === 0);
const interval = { low: 40, high: 80 };
const intervals = { precision: interval, recall: interval, f1: interval };
const bootstrap = { level: 0.95, resamples: 1000 };
const scored = {
  scores: fakeScores(0),
  intervals: {
    ...bootstrap,
    overall: intervals,
    byLength: Object.fromEntries(Object.keys(fakeScores(0).byLength).map((length) => [length, intervals])),
    byNesting: {},
    byType: {},
  },
};
const words =
  "In Jurkat T cells the NF-kappa B site of the human IL-2 promoter is bound by p50 and p65 .".split(" ");
const trace = fakeTrace({
  tokens: words,
  gold: [{ start: 10, end: 13, type: "dish" }],
  predicted: [
    { start: 1, end: 4, type: "person" },
    { start: 10, end: 13, type: "dish" },
    { start: 5, end: 7, type: "place" },
  ],
  heads: 8,
});
const long = "runs/a-name-that-is-longer-than-a-column-of-a-paper-is-wide";
const sentences = sides.map(({ tokens, entities }, i) => {
  return { id: `s${i}`, tokens, pos: tokens.map(() => "NN"), entities, previous: [], next: [] };
});
const splits = { train: sentences, dev: sentences, test: sentences };
const difference = { corpus: "sample", pEquivalent: 0.4, seeds: 5, interval: { low: -3, high: 1 }, p: 0.03 };

/** Draws the parts of a widget for a width. */
type Draw = (width: number) => readonly Part[];

function drawer<Packed, State extends object, Data>(
  { widget, packed, state }: WidgetInstance<Packed, State, Data>,
  parts: Partial<State> = {},
): Draw {
  const data = widget.open(packed);
  return (width) => widget.build(data, { ...state, ...parts }, light, width);
}

const drawings: Readonly<Record<string, Draw>> = {
  scores: drawer(
    scoresByLength(
      [
        { name: "genia", ...scored },
        { name: long, ...scored },
      ],
      {
        paper: table5,
        overlay: "GENIA",
      },
    ),
  ),
  evaluation: drawer(evaluation({ ...scored, sentences: everyThird }), {
    chosen: { run: 0, group: "all" },
  }),
  training: drawer(
    trainingCurves([
      { name: "a", epochs: fakeReports(30) },
      { name: long, epochs: fakeReports(20) },
    ]),
  ),
  corpus: drawer(
    corpusProfile(profileOf(corpusOf("sample", splits)), {
      paper: table1,
      corpus: "GENIA",
    }),
  ),
  attention: drawer(attention(trace)),
  maps: drawer(attention(trace, { view: "map" })),
  "attention without the prior": drawer(
    attention(fakeTrace({ tokens: words, gold: [], predicted: [], prior: false })),
  ),
  trajectories: drawer(trajectories(trace)),
  plane: drawer(trajectories(trace), { view: "plane" }),
  sentence: drawer(sentence({ tokens: words, entities: trace.gold ?? [], predicted: trace.predicted })),
  comparison: drawer(
    comparison(
      compare(
        [
          { name: "first", sentences: everyThird },
          { name: "second", sentences: everyFourth },
        ],
        { resamples: 20 },
      ),
      { by: "type", change: "fixed" },
    ),
  ),
  errors: drawer(
    errors(errorsOf({ sentences: everyThird }, { training: sides, resamples: 20 }), { kind: "missed" }),
  ),
  slices: drawer(
    slices(
      sliceScores(
        [
          { name: "runs/old", sentences: everyThird },
          { name: "runs/new", sentences: everyFourth },
        ],
        [{ name: "entities of the type dish", entity: ({ type }) => type === "dish" }],
        { resamples: 20 },
      ),
    ),
  ),
  "precision and recall": drawer(
    precisionRecall(
      operatingCurves(
        sides.map(({ entities, predicted }) => ({
          entities,
          candidates: predicted.map((one, i) => ({ ...one, accepted: i % 3 > 0 })),
        })),
        { resamples: 20 },
      ),
    ),
  ),
  "attention summary": drawer(
    attentionSummary([{ name: "all entities", summary: attentionSummaryOf([trace], { resamples: 20 }) }]),
  ),
  "sweep curves": drawer(sweepCurves(fakeLayers())),
  "sweep table": drawer(sweepTable(fakeAblation())),
  forest: drawer(
    forestPlot({
      title: "Table 6",
      reference: "Origin",
      smallestEffect: 0.5,
      level: 0.95,
      note: "Runs of the scale sample decide nothing about the paper.",
      differences: [
        { ...difference, setting: "- spatially modulated attention", estimate: -2, outcome: "worse" },
        { ...difference, setting: "- gate", estimate: 0.1, outcome: "undecided" },
      ],
    }),
  ),
  table: drawer(table([{ sentence: words.join(" "), type: "protein", probability: 0.93, start: 3, end: 5 }])),
};

/** Panels that are printed alone: one with a legend of several rows, one with a title below its axis, and one with a color bar. */
const panels: readonly (readonly [drawing: string, panel: string])[] = [
  ["scores", "recall"],
  ["sweep curves", "F1"],
  ["precision and recall", "precision"],
  ["plane", "plane"],
  ["maps", "softmax"],
];

/** A text of a picture, in CSS pixels of the print. */
interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly size: number;
  readonly slanted: boolean;
}

const fonts = ["Sans", "Sans-Bold", "SansMono", "SansMono-Bold"].map((name) => {
  const data = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/DejaVu${name}.ttf`)).toString("base64");
  const family = name.startsWith("SansMono") ? "Print Mono" : "Print";
  const weight = name.endsWith("Bold") ? "bold" : "normal";
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }`;
});
// the fonts of printed outlines
const style = `${fonts.join("\n")} body { margin: 0 } svg { display: block } text { font-family: Print !important }
text[font-family*=Mono] { font-family: "Print Mono" !important }`;

/** The texts of a picture as Chromium sets them, and the symbols of legends. */
async function textsOf({ page }: Window, svg: string): Promise<Box[]> {
  await page.evaluate((source) => {
    document.body.innerHTML = source;
  }, svg);
  return page.evaluate(async () => {
    await document.fonts.ready;
    const marks = [...document.querySelectorAll<SVGGraphicsElement>("text, .legendsymbols")];
    return marks.flatMap((mark) => {
      const { left, right, top, bottom, width } = mark.getBoundingClientRect();
      const matrix = mark.getScreenCTM();
      if (!width || !matrix) return [];
      const scale = Math.hypot(matrix.a, matrix.b);
      return [
        {
          text: mark.localName === "text" ? (mark.textContent ?? "") : "symbol of a legend",
          left,
          right,
          top,
          bottom,
          size: scale * Number.parseFloat(getComputedStyle(mark).fontSize),
          slanted: Math.abs(matrix.a * matrix.b) > 1e-6,
        },
      ];
    });
  });
}

/** Pixels by which boxes may touch: they are as high as the font's tallest letters. */
const slack = 3;

function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right - slack &&
    other.left < one.right - slack &&
    one.top < other.bottom - slack &&
    other.top < one.bottom - slack
  );
}

let opened: Window | undefined;
after(() => opened?.close());

for (const millimeters of [84, 120, 174])
  testWith(
    ["chromium"],
    `at ${millimeters} mm, all texts are in the picture, readable and apart`,
    async () => {
      if (!opened) {
        opened = await openWindow();
        await opened.page.setContent(`<style>${style}</style>`);
      }
      const width = (millimeters * 96) / 25.4;
      const faults: string[] = [];
      const alone = panels.map(([name, panel]) => {
        const draw: Draw = () => [panelOf(drawings[name](width), panel, fittingWidth(width))];
        return [`${name}, panel ${panel}`, draw] as const;
      });
      for (const [name, draw] of [...Object.entries(drawings), ...alone]) {
        const svg = await pictureSvg(draw(width), light, width);
        const boxes = await textsOf(opened, svg.source);
        assert.ok(boxes.length > 3, `${name} has texts`);
        for (const { text, left, right, top, bottom, size } of boxes) {
          if (left < -1 || right > svg.width + 1 || top < -1 || bottom > svg.height + 1)
            faults.push(`${name}: "${text}" from ${left} to ${right} leaves the picture`);
          if (size < 7.5) faults.push(`${name}: "${text}" has ${size} pixels`);
        }
        const upright = boxes.filter(({ slanted }) => !slanted);
        for (const [i, one] of upright.entries())
          for (const other of upright.slice(i + 1))
            if (overlap(one, other)) faults.push(`${name}: "${one.text}" is over "${other.text}"`);
      }
      assert.deepEqual(faults, []);
    },
  );
