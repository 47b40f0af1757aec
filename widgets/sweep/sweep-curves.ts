import type { SweepResults } from "../../src/experiments/sweep-types";
import { assertOptions, choice, multiChoice } from "../shared/controls";
import { display } from "../shared/display";
import { type Cell, type Grid, gridToText } from "../shared/grid";
import { groupName, type Measure, measureNames, measures } from "../shared/scores";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { groupsOf, validateSweep } from "./sweep-cells";
import {
  curve,
  errorBarNames,
  errorBarOf,
  highest,
  type State,
  sweepFigure,
  sweptValues,
} from "./sweep-curves-figure";

const view: View<State, SweepResults> = {
  controls: (results, { corpus, measure, errorBars, groups }) => {
    const corpora = results.corpora.map(({ name }) => name);
    const errorBarOptions = errorBarsOf(results).map((name) => [name, errorBarNames[name]] as const);
    const groupOptions = groupsOf(results).map((group) => [group, groupName(group)] as const);
    return [
      ...(corpora.length > 1 ? [choice("corpus", "corpus", corpora, corpus, "horizontal")] : []),
      choice("measure", "score", measureNames, measure, "vertical"),
      choice("errorBars", "error bars", errorBarOptions, errorBars),
      multiChoice("groups", "lines", groupOptions, groups),
    ];
  },
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** The error bars that the results allow; the first is the default. */
function errorBarsOf({ intervals, runs }: SweepResults): State["errorBars"][] {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  return [
    ...(intervals?.length ? (["interval"] as const) : []),
    ...(seeds > 1 ? (["std"] as const) : []),
    "none",
  ];
}

/** Scores against a swept number, by entity length (Figures 5 and 6). */
export const sweepCurvesWidget: Widget<SweepResults, State> = {
  kind: "sweep-curves",
  open: (packed) => packed,
  title: ({ title, variable }, { corpus, measure }) =>
    `${title}: ${measureNames[measure]} on ${corpus} by ${variable}`,
  build: (results, state, theme) => [{ figure: sweepFigure(results, state, theme) }],
  text: (results, state) => gridToText(gridOf(results, state)),
  table,
  view,
};

/** One row per length, one column per swept number; "*" marks the highest value of a row. */
function gridOf(results: SweepResults, state: State): Grid {
  const values = sweptValues(results);
  const groups = groupsOf(results).filter((group) => state.groups.includes(group));
  return {
    caption: sweepCurvesWidget.title(results, state),
    head: [[{ text: results.variable }, ...values.map((value) => ({ text: String(value) }))]],
    rows: groups.map((group) => {
      const points = curve(results, state, group);
      const best = highest(points);
      const cells = values.map((value): Cell => {
        const point = points.find((one) => one.value === value);
        return { text: point ? `${point === best ? "* " : ""}${point.cell.mean.toFixed(2)}` : "–" };
      });
      return [{ text: groupName(group) }, ...cells];
    }),
    align: ["left", ...values.map(() => "right" as const)],
  };
}

/** One row per corpus, length and swept number, for the measure that is shown. */
function table(results: SweepResults, state: State): DataTable {
  const rows = results.corpora.flatMap(({ name: corpus }) =>
    groupsOf(results).flatMap((group) => {
      const points = curve(results, { ...state, corpus }, group);
      const best = highest(points);
      return points.map((point) => ({ corpus, group, ...point, isBest: point === best }));
    }),
  );
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
      low: rows.map(({ cell }) => errorBarOf(cell, "interval")?.low ?? null),
      high: rows.map(({ cell }) => errorBarOf(cell, "interval")?.high ?? null),
      highest: rows.map(({ isBest }) => isBest),
    },
    fractions: ["value", "mean", "std", "low", "high"],
  };
}

export interface SweepCurvesOptions {
  readonly corpus?: string;
  /** Default "f1". */
  readonly measure?: Measure;
  /** Default: bootstrap intervals if there are any, else the standard deviation if there are several seeds. */
  readonly errorBars?: State["errorBars"];
}

/**
 * Scores against a swept number, one line per entity length, with the highest point of each marked (Figures 5 and 6).
 * @throws RangeError if no setting has a number, if the results are inconsistent, or for an unknown option
 */
export function sweepCurves(
  results: SweepResults,
  options: SweepCurvesOptions = {},
): WidgetInstance<SweepResults, State> {
  validateSweep(results);
  if (!results.settings.some(({ value }) => value !== undefined))
    throw new RangeError("settings: none has a value to draw curves against; try sweepTable");
  const corpora = results.corpora.map(({ name }) => name);
  const errorBarOptions = errorBarsOf(results);
  const { corpus = corpora[0], measure = "f1", errorBars = errorBarOptions[0] } = options;
  assertOptions("corpus", [corpus], corpora);
  assertOptions("measure", [measure], measures);
  assertOptions("errorBars", [errorBars], errorBarOptions);
  const state = { corpus, measure, errorBars, groups: groupsOf(results) };
  return { widget: sweepCurvesWidget, packed: results, state };
}

/** Shows {@link sweepCurves} in the running cell; outside a notebook, prints the text description. */
export async function showSweepCurves(results: SweepResults, options?: SweepCurvesOptions): Promise<void> {
  await display(sweepCurves(results, options));
}
