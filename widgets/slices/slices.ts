import type { SlicedScores, SliceScore } from "../../src/evaluation/slices";
import { assertOptions, choice } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { type Grid, gridToText } from "../shared/grid";
import { intervalPath, type Mark, type Scene } from "../shared/scene";
import { type Measure, measureNames, measures } from "../shared/scores";
import { distinctParts, listNames, shortenMiddle } from "../shared/text";
import { wrapToWidth } from "../shared/text-flow";
import { seriesColor, type Theme } from "../shared/theme";
import type { DataTable, Widget, WidgetInstance } from "../shared/widget";

interface State {
  readonly measure: Measure;
}

type Row = SlicedScores["slices"][number];

const lineHeight = 22;

/** Where the parts of a slice are. */
interface SliceLayout {
  readonly run: number;
  /** Right edges of the scores and of the numbers of sentences and gold entities. */
  readonly score: number;
  readonly sentences: number;
  readonly entities: number;
  readonly plot: number;
  readonly plotWidth: number;
  /** Lines of a slice above its runs, and lines of a run above its interval. */
  readonly linesAbove: 0 | 1;
}

/** In a narrower picture, the names of slices and the intervals of runs are on separate lines. */
const wide = 860;

function sliceLayout(width: number): SliceLayout {
  if (width < wide) {
    const edges = { score: width - 8, sentences: width - 52, entities: width - 8 };
    return { run: 14, ...edges, plot: 14, plotWidth: width - 28, linesAbove: 1 };
  }
  const edges = { score: 464, sentences: width - 80, entities: width - 4 };
  return { run: 176, ...edges, plot: 496, plotWidth: width - 660, linesAbove: 0 };
}

/** The whole that a measure is a share of: it is not defined if this is 0. */
function wholeOf({ score }: SliceScore, measure: Measure): number {
  if (measure === "precision") return score.predicted;
  return measure === "recall" ? score.gold : score.gold + score.predicted;
}

function scoreText(one: SliceScore, measure: Measure): string {
  if (!wholeOf(one, measure)) return "–";
  const range = one.interval[measure];
  const interval = range ? ` (${range.low.toFixed(2)} to ${range.high.toFixed(2)})` : "";
  return `${one.score[measure].toFixed(2)}${interval}`;
}

/** A block per slice, with a line per run: the score and its interval. */
function slicesScene(
  { runs, slices, bootstrap }: SlicedScores,
  { measure }: State,
  theme: Theme,
  width: number,
): Scene {
  const { linesAbove, ...columns } = sliceLayout(width);
  const marks: Mark[] = [];
  const write = (text: string, x: number, y: number, parts: object = {}) =>
    marks.push({ mark: "text", x, y, text, color: theme.ink, size: 12.5, ...parts });
  const range = `${100 * bootstrap.level} % intervals over ${bootstrap.units}`;
  const title = wrapToWidth(`${measureNames[measure]} by slice, with ${range}`, width - 8, 13, true);
  for (const [line, text] of title.entries()) write(text, 4, 17 + 18 * line, { size: 13, bold: true });
  const top = 38 + 18 * title.length + (linesAbove ? 18 : 0);
  const heading = { size: 11, color: theme.faint };
  const headingY = top - 10 - (linesAbove ? 18 : 0);
  write("sentences", columns.sentences, headingY, { ...heading, anchor: "end" });
  write("gold", columns.entities, headingY, { ...heading, anchor: "end" });
  const x = (value: number): number => columns.plot + (columns.plotWidth * value) / 100;
  const runHeight = (1 + linesAbove) * lineHeight;
  const sliceHeight = runs.length * runHeight + linesAbove * lineHeight;
  const labels = distinctParts(runs);
  const ticks = [0, 25, 50, 75, 100];
  for (const value of ticks) {
    write(String(value), x(value), top - 10, { ...heading, anchor: "middle" });
  }
  for (const [slice, { name, sentences, scores }] of slices.entries()) {
    const first = top + slice * sliceHeight;
    marks.push({ mark: "path", d: `M0,${first} H${width}`, stroke: theme.grid });
    write(shortenMiddle(name, 22), 4, first + 15, { title: name, bold: true });
    write(String(sentences), columns.sentences, first + 15, { anchor: "end" });
    write(String(scores[0].score.gold), columns.entities, first + 15, { anchor: "end" });
    for (const [run, one] of scores.entries()) {
      const textY = first + run * runHeight + linesAbove * lineHeight + lineHeight / 2 + 4;
      const middle = textY - 4 + linesAbove * (lineHeight - 4);
      for (const value of ticks) {
        const d = `M${x(value)},${middle - lineHeight / 2} v${lineHeight}`;
        marks.push({ mark: "path", d, stroke: theme.grid });
      }
      const color = seriesColor(theme, run);
      const title = `${name}, ${runs[run]}: ${measureNames[measure]} ${scoreText(one, measure)}`;
      if (runs.length > 1)
        write(shortenMiddle(labels[run], 18), columns.run, textY, { color, title: runs[run] });
      const interval = one.interval[measure];
      if (interval) {
        const d = intervalPath(x(interval.low), x(interval.high), middle);
        marks.push({ mark: "path", d, stroke: color, strokeWidth: 1.4 });
      }
      if (wholeOf(one, measure)) {
        const dot = { x: x(one.score[measure]) - 4, y: middle - 4, width: 8, height: 8, radius: 4 };
        marks.push({ mark: "rect", ...dot, fill: color, title });
      }
      write(scoreText(one, measure), columns.score, textY, { anchor: "end", title });
    }
  }
  return { width, height: top + slices.length * sliceHeight + 6, marks };
}

function slicesText({ runs, slices, bootstrap }: SlicedScores): string {
  const interval = `${100 * bootstrap.level} % over ${bootstrap.units}`;
  const head = ["slice", "run", "sentences", "gold", "P", "R", "F1", interval, "F1 − first run"];
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  const rowOf = ({ name, sentences }: Row, one: SliceScore, run: number): string[] => {
    const { score, interval: ranges, difference } = one;
    const defined = (measure: Measure): string => (wholeOf(one, measure) ? score[measure].toFixed(2) : "–");
    const range = ranges.f1 ? `${ranges.f1.low.toFixed(2)} to ${ranges.f1.high.toFixed(2)}` : "–";
    const between = difference?.interval;
    const bounds = between ? ` (${signed(between.low)} to ${signed(between.high)})` : "";
    return [
      ...[name, runs[run], String(sentences), String(score.gold)],
      ...measures.map(defined),
      range,
      difference ? `${signed(difference.value)}${bounds}` : "–",
    ];
  };
  const rows = slices.flatMap((row) => row.scores.map((one, run) => rowOf(row, one, run)));
  const grid: Grid = {
    head: [head.map((text) => ({ text }))],
    rows: rows.map((cells) => cells.map((text) => ({ text }))),
    align: head.map((_, column) => (column < 2 ? "left" : "right")),
  };
  return gridToText(grid);
}

/** One row per slice and run. */
function slicesTable({ runs, slices }: SlicedScores): DataTable {
  const rows = slices.flatMap(({ name, sentences, scores }) =>
    scores.map((one, run) => ({ name, run: runs[run], sentences, one })),
  );
  const bound = (measure: Measure, end: "low" | "high") =>
    rows.map(({ one }) => one.interval[measure]?.[end] ?? null);
  const scoreColumns = measures.flatMap((measure) => [
    [measure, rows.map(({ one }) => (wholeOf(one, measure) ? one.score[measure] : null))] as const,
    [`${measure}_low`, bound(measure, "low")] as const,
    [`${measure}_high`, bound(measure, "high")] as const,
  ]);
  const differences = [
    ["f1_difference", rows.map(({ one }) => one.difference?.value ?? null)] as const,
    ["f1_difference_low", rows.map(({ one }) => one.difference?.interval?.low ?? null)] as const,
    ["f1_difference_high", rows.map(({ one }) => one.difference?.interval?.high ?? null)] as const,
  ];
  const fractions = [...scoreColumns, ...differences];
  return {
    name: "slices",
    columns: {
      slice: rows.map(({ name }) => name),
      run: rows.map(({ run }) => run),
      sentences: rows.map(({ sentences }) => sentences),
      gold: rows.map(({ one }) => one.score.gold),
      predicted: rows.map(({ one }) => one.score.predicted),
      correct: rows.map(({ one }) => one.score.correct),
      ...Object.fromEntries(fractions),
    },
    fractions: fractions.map(([name]) => name),
  };
}

/** Scores of runs in parts of the same sentences. */
export const slicesWidget: Widget<SlicedScores, State> = {
  kind: "slices",
  open: (packed) => packed,
  title: ({ runs }) => `Scores by slice of ${listNames(runs)}`,
  build: (data, state, theme, available) => [
    { scene: slicesScene(data, state, theme, fittingWidth(available)) },
  ],
  text: slicesText,
  table: slicesTable,
  view: {
    controls: (_, { measure }) => [choice("measure", "score", measureNames, measure, "horizontal")],
    change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
  },
};

export interface SlicesOptions {
  /** The score that is drawn first. Default "f1". */
  readonly measure?: Measure;
}

/**
 * The result of `sliceScores`: precision, recall and F1 of runs in each slice, with intervals.
 * @throws RangeError for a score that does not exist
 */
export function slices(
  scores: SlicedScores,
  { measure = "f1" }: SlicesOptions = {},
): WidgetInstance<SlicedScores, State> {
  assertOptions("measure", [measure], measures);
  return { widget: slicesWidget, packed: scores, state: { measure } };
}

/** Shows {@link slices} in the running cell; outside a notebook, prints its text description. */
export async function showSlices(scores: SlicedScores, options?: SlicesOptions): Promise<void> {
  await display(slices(scores, options));
}
