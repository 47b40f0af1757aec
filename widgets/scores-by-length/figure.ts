import type { Score, ScoreInterval } from "../../src/evaluation/score-types";
import { type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { seriesColor, type Theme } from "../shared/theme";
import { axes, axisName, position } from "./axes";
import type { PackedRun, PackedScores } from "./data";
import { defined, groupName, type Measure, measures, titles } from "./measures";
import { clickValue, type State } from "./state";

/** Of bars whose color starts over. */
const patterns = ["", "/", ".", "x"];
const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
/** Of the room that a length has, what its runs take. */
const groupWidth = 0.78;

/** Precision, recall and F1 of each length in three panels, runs side by side. */
export function scoresFigure(data: PackedScores, state: State, theme: Theme): Figure {
  const traces = measures.flatMap((measure, panel) => [
    ...data.runs.map((run, place) => runTrace(data, state, run, place, measure, panel, theme)),
    ...paperTrace(data, state, measure, panel, theme),
  ]);
  const named = traces.filter(({ showlegend }) => showlegend).map(({ name }) => String(name));
  const { height, parts } = axes(data, state, named, theme);
  return { data: traces, layout: layout(theme, height, parts) };
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
    const shape = patterns[Math.floor(place / theme.series.length) % patterns.length];
    return {
      ...common,
      type: "bar",
      width: width * 0.94,
      marker: {
        color,
        line: outline,
        pattern: { shape, fillmode: "overlay", fgcolor: theme.paper, size: 5, solidity: 0.35 },
      },
      text: shown.map((group) => (run.groups[group].score[measure] === 0 ? "0" : "")),
      textposition: "outside",
      textangle: 0,
      textfont: { color, size: 11 },
      cliponaxis: false,
    };
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

/** " [61.20, 65.02]" */
export function between(interval: ScoreInterval | undefined, measure: Measure): string {
  const known = interval?.[measure];
  return known ? ` [${known.low.toFixed(2)}, ${known.high.toFixed(2)}]` : "";
}

export function counted({ gold, predicted, correct }: Score): string {
  return `${correct} right of ${predicted} predicted, ${gold} gold`;
}
