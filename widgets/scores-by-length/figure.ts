import type { Score, ScoreInterval } from "../../src/evaluation/types";
import { axis, type Figure, type FigurePart, layout, panelTitle, plain } from "../shared/figure";
import { seriesColor, type Theme } from "../shared/theme";
import { all, type PackedRun, type PackedScores } from "./data";
import { clickValue, type State } from "./state";

export const measures = ["precision", "recall", "f1"] as const;

export type Measure = (typeof measures)[number];

export const titles: Readonly<Record<Measure, string>> = {
  precision: "precision",
  recall: "recall",
  f1: "F1",
};

const panels = [
  [0, 0.31],
  [0.345, 0.655],
  [0.69, 1],
] as const;
const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
/** Of the room that a length has, what its runs take. */
const groupWidth = 0.78;

/** Precision, recall and F1 of each length in three panels, runs side by side. */
export function scoresFigure(data: PackedScores, state: State, theme: Theme): Figure {
  const traces = measures.flatMap((measure, panel) => [
    ...data.runs.map((run, place) => runTrace(data, state, run, place, measure, panel, theme)),
    ...paperTrace(data, state, measure, panel, theme),
  ]);
  return { data: traces, layout: layout(theme, 355, axes(data, state, theme)) };
}

function runTrace(
  data: PackedScores,
  state: State,
  run: PackedRun,
  place: number,
  measure: Measure,
  panel: number,
  theme: Theme,
): FigurePart {
  const { groups } = data;
  const { marks, chosen } = state;
  const shown = groups.filter((group) => run.groups[group] && defined(run.groups[group].score, measure));
  const width = groupWidth / slots(data, state);
  const color = seriesColor(theme, place);
  const outlined = shown.map((group) => chosen?.run === place && chosen.group === group);
  const outline = { color: theme.ink, width: outlined.map((yes) => (yes ? 2.5 : 0)) };
  const common = {
    name: plain(run.name),
    legendgroup: `run ${place}`,
    showlegend: panel === 0,
    x: shown.map((group) => position(groups, group) + offset(data, state, place)),
    y: shown.map((group) => run.groups[group].score[measure]),
    customdata: shown.map((group) => clickValue({ run: place, group })),
    hovertext: shown.map((group) => hover(run, group, measure)),
    hoverinfo: "text",
    xaxis: axisName("x", panel),
    yaxis: axisName("y", panel),
    error_y: errorBars(run, shown, measure, theme),
  };
  if (marks === "bars") {
    return { ...common, type: "bar", width: width * 0.94, marker: { color, line: outline } };
  }
  const marker = { color, line: outline, size: 9, symbol: symbols[place % symbols.length] };
  return { ...common, type: "scatter", mode: "markers", marker, cliponaxis: false };
}

/** Runs, and the paper where it is shown, stand beside each other within a length. */
function slots({ runs }: PackedScores, { paper }: State): number {
  return runs.length + (paper === "off" ? 0 : 1);
}

function offset(data: PackedScores, state: State, place: number): number {
  const count = slots(data, state);
  return (place - (count - 1) / 2) * (groupWidth / count);
}

function errorBars(run: PackedRun, shown: readonly string[], measure: Measure, theme: Theme): FigurePart {
  const spans = shown.map((group) => {
    const { score, interval } = run.groups[group];
    const { low, high } = interval?.[measure] ?? { low: score[measure], high: score[measure] };
    return [score[measure] - low, high - score[measure]];
  });
  return {
    type: "data",
    visible: shown.some((group) => run.groups[group].interval),
    symmetric: false,
    arrayminus: spans.map(([below]) => Math.max(0, below)),
    array: spans.map(([, above]) => Math.max(0, above)),
    color: theme.ink,
    thickness: 1.3,
    width: 3,
  };
}

/** The paper's values as diamonds; a length for which it has none gets none. */
function paperTrace(
  data: PackedScores,
  state: State,
  measure: Measure,
  panel: number,
  theme: Theme,
): FigurePart[] {
  const { paper } = state;
  const values = paper !== "off" && data.paper?.[paper];
  if (!values) return [];
  const name = paperName(data, paper);
  const shown = data.groups.flatMap((group) => {
    const value = values[group as keyof typeof values]?.[measure];
    return typeof value === "number" ? [{ group, value }] : [];
  });
  return [
    {
      type: "scatter",
      mode: "markers",
      name,
      legendgroup: "paper",
      showlegend: panel === 0,
      x: shown.map(({ group }) => position(data.groups, group) + offset(data, state, data.runs.length)),
      y: shown.map(({ value }) => value),
      hovertext: shown.map(
        ({ group, value }) => `${name}<br>${groupName(group)}: ${titles[measure]} ${value.toFixed(2)} %`,
      ),
      hoverinfo: "text",
      xaxis: axisName("x", panel),
      yaxis: axisName("y", panel),
      marker: { symbol: "diamond", size: 10, color: theme.paper, line: { color: theme.ink, width: 2 } },
      cliponaxis: false,
    },
  ];
}

/** The paper's values under their name; they are not comparable unless the caller says so. */
export function paperName({ comparable }: PackedScores, corpus: string): string {
  return `paper${comparable ? "" : " (not comparable)"}: ${corpus}`;
}

function hover(run: PackedRun, group: string, measure: Measure): string {
  const { score, interval } = run.groups[group];
  const value = `${titles[measure]} ${score[measure].toFixed(2)} %${between(interval, measure)}`;
  return `${plain(run.name)}<br>${groupName(group)}: ${value}<br>${counted(score)}`;
}

/** Whether the score is no 0/0, which is nothing to draw. */
export function defined({ gold, predicted }: Score, measure: Measure): boolean {
  return { precision: predicted, recall: gold, f1: gold + predicted }[measure] > 0;
}

/** " [61.20, 65.02]" */
export function between(interval: ScoreInterval | undefined, measure: Measure): string {
  const known = interval?.[measure];
  return known ? ` [${known.low.toFixed(2)}, ${known.high.toFixed(2)}]` : "";
}

export function counted({ gold, predicted, correct }: Score): string {
  return `${correct} right of ${predicted} predicted, ${gold} gold`;
}

export function groupName(group: string): string {
  return group === all ? "all lengths" : `length ${group}`;
}

/** Lengths stand one apart, all lengths together a little further. */
function position(groups: readonly string[], group: string): number {
  return groups.indexOf(group) + (group === all ? 0.35 : 0);
}

function axes(data: PackedScores, state: State, theme: Theme): FigurePart {
  const { groups, bootstrap } = data;
  const lines = `lines: ${100 * (bootstrap?.level ?? 0)} % interval of ${bootstrap?.resamples} bootstrap draws of the sentences`;
  const below = `entity length in tokens, and under it the number of gold entities${bootstrap ? ` · ${lines}` : ""}`;
  const note = {
    text: below,
    x: 0.5,
    y: 0,
    yshift: -44,
    xref: "paper",
    yref: "paper",
    yanchor: "top",
    showarrow: false,
  };
  const parts: Record<string, unknown> = {
    barmode: "overlay",
    annotations: [
      ...measures.map((measure, panel) => panelTitle(titles[measure], mean(panels[panel]))),
      note,
    ],
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.3, yanchor: "top" },
    margin: { l: 50, r: 15, t: 36, b: 105 },
  };
  measures.forEach((_, panel) => {
    const suffix = panel ? String(panel + 1) : "";
    parts[`xaxis${suffix}`] = axis(theme, {
      domain: panels[panel],
      anchor: axisName("y", panel),
      tickvals: groups.map((group) => position(groups, group)),
      ticktext: groups.map((group) => `${group}<br>${support(data, group)}`),
      tickfont: { size: 10 },
      tickangle: 0,
      range: [-0.55, position(groups, all) + 0.55],
      showgrid: false,
    });
    parts[`yaxis${suffix}`] = axis(theme, {
      anchor: axisName("x", panel),
      range: yRange(data, state),
      ticksuffix: panel ? "" : " %",
      showticklabels: panel === 0,
    });
  });
  return parts;
}

/** Bars start at 0; points need no more room than they take. */
function yRange(data: PackedScores, state: State): [number, number] {
  if (state.marks === "bars") return [0, 101];
  const paper = state.paper === "off" ? [] : Object.values(data.paper?.[state.paper] ?? {});
  const values = [
    ...data.runs.flatMap(({ groups }) =>
      Object.values(groups).flatMap(({ score, interval }) =>
        measures.flatMap((measure) => {
          if (!defined(score, measure)) return [];
          const { low, high } = interval?.[measure] ?? { low: score[measure], high: score[measure] };
          return [low, high, score[measure]];
        }),
      ),
    ),
    ...paper.flatMap(({ precision, recall, f1 }) => [precision ?? f1, recall ?? f1, f1]),
  ];
  return [Math.max(0, Math.min(100, ...values) - 4), Math.min(101, Math.max(0, ...values) + 4)];
}

/** Gold entities of the group; of each run where runs differ. */
function support({ runs }: PackedScores, group: string): string {
  return [...new Set(runs.map(({ groups }) => groups[group]?.score.gold ?? 0))].join("/");
}

function axisName(letter: "x" | "y", panel: number): string {
  return panel ? `${letter}${panel + 1}` : letter;
}

function mean([from, to]: readonly [number, number]): number {
  return (from + to) / 2;
}
