import type { Score, ScoreInterval } from "../../src/evaluation/score-types";
import {
  axis,
  axisKey,
  axisName,
  errorBars,
  type Figure,
  type FigurePart,
  figureLines,
  fittingLabels,
  isNarrow,
  layout,
  noteBelow,
  panelTitle,
  plain,
  shortLegendName,
  withLegend,
} from "../shared/figure";
import { all, groupName, type Measure, mean, measureNames, measures } from "../shared/scores";
import { fitPanels } from "../shared/stack";
import { seriesColor, type Theme } from "../shared/theme";
import { type Bar, isDefined, type PackedRun, type PackedScores, type State } from "./scores-data";

/** Bar patterns; each is used with all colors before the next. */
const patterns = ["", "/", ".", "x"];
const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
/** Share of the space of a length that its bars take. */
const groupWidth = 0.78;

interface Context {
  readonly data: PackedScores;
  readonly state: State;
  readonly theme: Theme;
  /** Of the figure. */
  readonly width: number;
}

/** Precision, recall and F1 by length in three panels, with runs side by side. */
export function scoresFigure(data: PackedScores, state: State, theme: Theme, width: number): Figure {
  const context = { data, state, theme, width };
  const traces = measures.flatMap((measure, panel) => [
    ...data.runs.map((_, run) => runTrace(context, run, measure, panel)),
    ...paperTraces(context, measure, panel),
  ]);
  const names = traces.filter(({ showlegend }) => showlegend).map(({ name }) => String(name));
  const { height, parts } = scoresLayout(context, names);
  return fitPanels({ data: traces, layout: layout(theme, [width, height], parts) });
}

function clickValue({ run, group }: Bar): string {
  return `${run} ${group}`;
}

function runTrace(context: Context, index: number, measure: Measure, panel: number): FigurePart {
  const { data, state, theme, width } = context;
  const { marks, chosen } = state;
  const run = data.runs[index];
  const scoreOf = (group: string): Score | undefined => run.groups[group]?.score;
  const groups = data.groups.filter((group) => isDefined(scoreOf(group), measure));
  const values = groups.map((group) => run.groups[group].score[measure]);
  const intervals = groups.map((group) => run.groups[group].interval?.[measure]);
  const color = seriesColor(theme, index);
  const isChosen = (group: string): boolean => chosen?.run === index && chosen.group === group;
  const line = { color: theme.ink, width: groups.map((group) => (isChosen(group) ? 2.5 : 0)) };
  const shared = {
    name: plain(shortLegendName(run.name, width - sides.left - sides.right)),
    legendgroup: `run ${index}`,
    showlegend: panel === 0,
    x: groups.map((group) => position(data.groups, group) + offset(context, index)),
    y: values,
    customdata: groups.map((group) => clickValue({ run: index, group })),
    hovertext: groups.map((group) => hoverText(run, group, measure)),
    hoverinfo: "text",
    xaxis: axisName("x", panel),
    yaxis: axisName("y", panel),
    error_y: errorBars(values, intervals, { color: theme.ink, thickness: 1.3, width: 3 }),
    cliponaxis: false,
  };
  if (marks === "points") {
    const marker = { color, line, size: 9, symbol: symbols[index % symbols.length] };
    return { ...shared, type: "scatter", mode: "markers", marker };
  }
  const shape = patterns[Math.floor(index / theme.series.length) % patterns.length];
  const pattern = { shape, fillmode: "overlay", fgcolor: theme.paper, size: 5, solidity: 0.35 };
  return {
    ...shared,
    type: "bar",
    width: (groupWidth / slots(context)) * 0.94,
    marker: { color, line, pattern },
    text: values.map((value) => (value === 0 ? "0" : "")),
    textposition: "outside",
    textangle: 0,
    textfont: { color, size: 11 },
  };
}

/** Bars side by side within a length: the runs, and the paper if it is shown. */
function slots({ data, state }: Context): number {
  return data.runs.length + (state.paper === "off" ? 0 : 1);
}

function offset(context: Context, slot: number): number {
  const count = slots(context);
  return (slot - (count - 1) / 2) * (groupWidth / count);
}

function paperTraces(context: Context, measure: Measure, panel: number): FigurePart[] {
  const { data, state, theme } = context;
  const { paper } = state;
  const scores = paper !== "off" && data.paper?.[paper];
  if (!scores) return [];
  const name = paperName(data, paper);
  const points = data.groups.flatMap((group) => {
    const value = scores[group as keyof typeof scores]?.[measure];
    return typeof value === "number" ? [{ group, value }] : [];
  });
  return [
    {
      type: "scatter",
      mode: "markers",
      name,
      legendgroup: "paper",
      showlegend: panel === 0,
      x: points.map(({ group }) => position(data.groups, group) + offset(context, data.runs.length)),
      y: points.map(({ value }) => value),
      hovertext: points.map(
        ({ group, value }) =>
          `${name}<br>${groupName(group)}: ${measureNames[measure]} ${value.toFixed(2)} %`,
      ),
      hoverinfo: "text",
      xaxis: axisName("x", panel),
      yaxis: axisName("y", panel),
      marker: { symbol: "diamond", size: 10, color: theme.paper, line: { color: theme.ink, width: 2 } },
      cliponaxis: false,
    },
  ];
}

/** Name of the paper's values, with a warning unless the caller declares them comparable. */
export function paperName({ comparable }: PackedScores, corpus: string): string {
  return `paper${comparable ? "" : " (not comparable)"}: ${corpus}`;
}

function hoverText(run: PackedRun, group: string, measure: Measure): string {
  const { score, interval } = run.groups[group];
  const value = `${measureNames[measure]} ${score[measure].toFixed(2)} %${intervalText(interval, measure)}`;
  return `${plain(run.name)}<br>${groupName(group)}: ${value}<br>${countsText(score)}`;
}

/** " [61.20, 65.02]" */
export function intervalText(interval: ScoreInterval | undefined, measure: Measure): string {
  const range = interval?.[measure];
  return range ? ` [${range.low.toFixed(2)}, ${range.high.toFixed(2)}]` : "";
}

export function countsText({ gold, predicted, correct }: Score): string {
  return `${correct} right of ${predicted} predicted, ${gold} gold`;
}

const panels = [
  [0, 0.31],
  [0.345, 0.655],
  [0.69, 1],
] as const;
const sides = { left: 50, right: 15 };
const labelSize = 10;
const labelLine = 13;
/** With more distinct gold counts than this, a label shows only the range. */
const mostCounts = 4;

/**
 * Axes, notes and height of the figure.
 * @param names entries of the legend
 */
function scoresLayout(
  { data, state, theme, width }: Context,
  names: readonly string[],
): { readonly height: number; readonly parts: FigurePart } {
  const { groups } = data;
  const labels = groups.map((group) => [group, ...goldLabels(data, group)]);
  const labelHeight = labelLine * Math.max(...labels.map(({ length }) => length));
  const notes = notesOf(data).flatMap((note) => figureLines(note, width));
  const below = labelHeight + 20 + 16 * notes.length;
  const { height, parts } = withLegend(names, { plot: 214, above: 36, below }, sides, width);
  const [from, to] = isNarrow(width) ? [0, 1] : panels[0];
  const distance = ((width - sides.left - sides.right) * (to - from)) / (labels.length + 0.45);
  const ticks = fittingLabels(labels, distance, labelSize);
  const axes: Record<string, FigurePart> = {};
  for (const [i, domain] of panels.entries()) {
    axes[axisKey("x", i)] = axis(theme, {
      domain,
      anchor: axisName("y", i),
      tickvals: ticks.map((index) => position(groups, groups[index])),
      ticktext: ticks.map((index) => labels[index].join("<br>")),
      tickfont: { size: labelSize },
      tickangle: 0,
      range: [-0.55, position(groups, all) + 0.55],
      showgrid: false,
    });
    axes[axisKey("y", i)] = axis(theme, {
      anchor: axisName("x", i),
      range: yRange(data, state),
      ticksuffix: " %",
      showticklabels: i === 0 || isNarrow(width),
    });
  }
  return {
    height,
    parts: {
      ...parts,
      ...axes,
      barmode: "overlay",
      annotations: [
        ...measures.map((measure, i) => panelTitle(measureNames[measure], mean(panels[i]))),
        noteBelow(notes, -(labelHeight + 16), sides),
      ],
    },
  };
}

/** Position of a group on the x axis: lengths are 1 apart, "all" is a little further to the right. */
function position(groups: readonly string[], group: string): number {
  return groups.indexOf(group) + (group === all ? 0.35 : 0);
}

function notesOf({ runs, groups, bootstrap }: PackedScores): string[] {
  const most = Math.max(...groups.map((group) => goldCounts(runs, group).length));
  const suffix = most > mostCounts ? " (range)" : most > 1 ? " (one line per distinct number)" : "";
  const origin = bootstrap?.resamples
    ? `of ${bootstrap.resamples} bootstrap samples of the sentences`
    : "of the mean, over seeds and sentences";
  const note = `error bars: ${100 * (bootstrap?.level ?? 0)} % interval ${origin}`;
  return [
    `entity length in tokens; below it, the number of gold entities${suffix}`,
    ...(bootstrap ? [note] : []),
  ];
}

/** The number of gold entities of a group, one line per distinct number; of many, the range. */
function goldLabels({ runs }: PackedScores, group: string): string[] {
  const counts = goldCounts(runs, group);
  if (counts.length <= mostCounts) return counts.map(String);
  return [`${Math.min(...counts)}–`, `${Math.max(...counts)}`];
}

function goldCounts(runs: PackedScores["runs"], group: string): number[] {
  return [...new Set(runs.map(({ groups }) => groups[group]?.score.gold ?? 0))];
}

/** Bars start at 0; points use the range of the values. */
function yRange(data: PackedScores, state: State): [number, number] {
  if (state.marks === "bars") return [0, 101];
  const paper = state.paper === "off" ? [] : Object.values(data.paper?.[state.paper] ?? {});
  const ours = data.runs.flatMap(({ groups }) =>
    Object.values(groups).flatMap(({ score, interval }) =>
      measures
        .filter((measure) => isDefined(score, measure))
        .flatMap((measure) => {
          const { low, high } = interval?.[measure] ?? { low: score[measure], high: score[measure] };
          return [low, high, score[measure]];
        }),
    ),
  );
  const values = [
    ...ours,
    ...paper.flatMap(({ precision, recall, f1 }) => [precision ?? f1, recall ?? f1, f1]),
  ];
  return [Math.max(0, Math.min(100, ...values) - 4), Math.min(101, Math.max(0, ...values) + 4)];
}
