import type { Score, ScoreInterval } from "../../src/evaluation/score-types";
import { axisName, errorBars, type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { groupName, type Measure, measureNames, measures } from "../shared/scores";
import { seriesColor, type Theme } from "../shared/theme";
import { type Bar, isDefined, type PackedRun, type PackedScores, type State } from "./scores-data";
import { position, scoresLayout } from "./scores-layout";

/** Bar patterns; each is used with all colors before the next. */
const patterns = ["", "/", ".", "x"];
const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "star"];
/** Share of the space of a length that its bars take. */
const groupWidth = 0.78;

interface Context {
  readonly data: PackedScores;
  readonly state: State;
  readonly theme: Theme;
}

/** Precision, recall and F1 by length in three panels, with runs side by side. */
export function scoresFigure(data: PackedScores, state: State, theme: Theme): Figure {
  const context = { data, state, theme };
  const traces = measures.flatMap((measure, panel) => [
    ...data.runs.map((_, run) => runTrace(context, run, measure, panel)),
    ...paperTraces(context, measure, panel),
  ]);
  const names = traces.filter(({ showlegend }) => showlegend).map(({ name }) => String(name));
  const { height, parts } = scoresLayout(data, state, names, theme);
  return { data: traces, layout: layout(theme, height, parts) };
}

function clickValue({ run, group }: Bar): string {
  return `${run} ${group}`;
}

function runTrace(context: Context, index: number, measure: Measure, panel: number): FigurePart {
  const { data, state, theme } = context;
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
    name: plain(run.name),
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
