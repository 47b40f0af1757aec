import type { SweepResults } from "../../src/experiments/sweep-types";
import { type Cell, type Grid, gridToText } from "../shared/grid";
import { groupsOf, type Measure, measureNames, measures } from "../shared/sweep";
import type { Control, DataTable, Option, View, Widget } from "../shared/widget";
import {
  curve,
  errorBarNames,
  errorBarOf,
  groupName,
  highest,
  type State,
  sweepFigure,
  sweptValues,
} from "./build";

const view: View<State, SweepResults> = {
  controls: (results, state): Control[] => {
    const controls: Control[] = [
      choice("measure", "score", named(measureNames, measures), state.measure, "vertical"),
      choice("errorBars", "error bars", named(errorBarNames, errorBarsOf(results)), state.errorBars),
      {
        type: "several",
        name: "groups",
        label: "lines",
        options: groupsOf(results).map((value) => ({ value, text: groupName(value) })),
        value: state.groups,
      },
    ];
    if (results.corpora.length < 2) return controls;
    const corpora = results.corpora.map(({ name }) => ({ value: name, text: name }));
    return [choice("corpus", "corpus", corpora, state.corpus, "horizontal"), ...controls];
  },
  change: (_, state, control, value) => {
    switch (control) {
      case "corpus":
        return { ...state, corpus: String(value) };
      case "measure":
        return { ...state, measure: value as Measure };
      case "errorBars":
        return { ...state, errorBars: value as State["errorBars"] };
      case "groups":
        return { ...state, groups: value as readonly string[] };
      default:
        return state;
    }
  },
};

function choice(
  name: string,
  label: string,
  options: readonly Option[],
  value: string,
  arrows?: "horizontal" | "vertical",
): Control {
  return { type: "choice", name, label, options, value, ...(arrows ? { arrows } : {}) };
}

function named<Key extends string>(names: Readonly<Record<Key, string>>, keys: readonly Key[]): Option[] {
  return keys.map((value) => ({ value, text: names[value] }));
}

/** The error bars that the results can have. */
export function errorBarsOf({ intervals, runs }: SweepResults): State["errorBars"][] {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  return [
    ...(intervals?.length ? (["interval"] as const) : []),
    ...(seeds > 1 ? (["std"] as const) : []),
    "none",
  ];
}

/** Scores against a swept number, per entity length (Figures 5 and 6). */
export const sweepCurvesWidget: Widget<SweepResults, State> = {
  kind: "sweep-curves",
  open: (packed) => packed,
  title: ({ title, variable }, { corpus, measure }) =>
    `${title}: ${measureNames[measure]} on ${corpus} by ${variable}`,
  build: (results, state, theme) => [{ figure: sweepFigure(results, state, theme) }],
  text: (results, state) => gridToText(grid(results, state)),
  table,
  view,
};

/** A row a length, a column a swept number; the highest of a row has a star. */
function grid(results: SweepResults, state: State): Grid {
  const values = sweptValues(results);
  const shown = groupsOf(results).filter((group) => state.groups.includes(group));
  return {
    caption: sweepCurvesWidget.title(results, state),
    head: [[{ text: results.variable }, ...values.map((value) => ({ text: String(value) }))]],
    rows: shown.map((group) => {
      const points = curve(results, state, group);
      const best = highest(points);
      return [
        { text: groupName(group) },
        ...values.map((value): Cell => {
          const point = points.find((one) => one.value === value);
          return { text: point ? `${point === best ? "* " : ""}${point.cell.mean.toFixed(2)}` : "–" };
        }),
      ];
    }),
    align: ["left", ...values.map(() => "right" as const)],
  };
}

/** A row a corpus, length and swept number, of the measure that is shown. */
function table(results: SweepResults, state: State): DataTable {
  const rows = results.corpora.flatMap(({ name: corpus }) =>
    groupsOf(results).flatMap((group) => {
      const points = curve(results, { ...state, corpus }, group);
      const best = highest(points);
      return points.map(({ value, cell }, at) => ({ corpus, group, value, cell, best: points[at] === best }));
    }),
  );
  const ends = (which: State["errorBars"], end: 0 | 1) =>
    rows.map(({ cell }) => errorBarOf(cell, which)?.[end] ?? null);
  return {
    name: "sweep-curves",
    columns: {
      corpus: rows.map(({ corpus }) => corpus),
      length: rows.map(({ group }) => group),
      value: rows.map(({ value }) => value),
      measure: rows.map(() => state.measure),
      seeds: rows.map(({ cell }) => cell.values.length),
      mean: rows.map(({ cell }) => cell.mean),
      std: rows.map(({ cell }) => cell.std ?? null),
      low: ends("interval", 0),
      high: ends("interval", 1),
      highest: rows.map(({ best }) => best),
    },
    fractions: ["value", "mean", "std", "low", "high"],
  };
}
