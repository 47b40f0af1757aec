import type { Difference, DifferenceResults, Outcome } from "../../src/experiments/difference-types";
import { assertOptions, type Control, choice, multiChoice } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { forestScene, summaryOf } from "./forest-scene";
import { differenceText, intervalText, pText } from "./forest-text";

interface State {
  /** Names of the shown corpora. */
  readonly corpora: readonly string[];
  /** As in the table, or from the largest loss to the largest gain. */
  readonly order: "table" | "difference";
}

const orders = { table: "as in the table", difference: "by difference" };

const view: View<State, DifferenceResults> = {
  controls: (results, state): Control[] => {
    const corpora = corporaOf(results);
    return [
      ...(corpora.length > 1 ? [multiChoice("corpora", "corpora", corpora, state.corpora)] : []),
      ...(results.differences.length > 1 ? [choice("order", "order", orders, state.order)] : []),
    ];
  },
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** Which differences are real: differences in F1 from a reference setting, with intervals, p values and verdicts. */
export const forestWidget: Widget<DifferenceResults, State> = {
  kind: "forest",
  open: (packed) => packed,
  title: ({ title, reference }) => `${title}: differences from ${reference}`,
  build: (results, state, theme, available) => [
    { scene: forestScene(results, shownOf(results, state), theme, fittingWidth(available)) },
  ],
  text,
  table,
  view,
};

function corporaOf({ differences }: DifferenceResults): string[] {
  return [...new Set(differences.map(({ corpus }) => corpus))];
}

function shownOf({ differences }: DifferenceResults, { corpora, order }: State): Difference[] {
  const rows = differences.filter(({ corpus }) => corpora.includes(corpus));
  return order === "table" ? rows : rows.toSorted((a, b) => a.estimate - b.estimate);
}

function text(results: DifferenceResults, state: State): string {
  const rows = shownOf(results, state);
  const severalCorpora = corporaOf(results).length > 1;
  const lines = rows.map((one) => {
    const name = severalCorpora ? `${one.setting} on ${one.corpus}` : one.setting;
    const numbers = [differenceText(one), intervalText(one), pText(one)].filter(Boolean).join(", ");
    return `${name}: ${numbers}; ${one.outcome} (${one.seeds} seeds)`;
  });
  return [summaryOf(results, rows), ...(results.note ? [results.note] : []), ...lines].join("\n");
}

function table(results: DifferenceResults): DataTable {
  const { differences, reference } = results;
  const column = <Value>(of: (one: Difference) => Value): Value[] => differences.map(of);
  return {
    name: "differences",
    columns: {
      setting: column(({ setting }) => setting),
      reference: column(() => reference),
      corpus: column(({ corpus }) => corpus),
      difference: column(({ estimate }) => estimate),
      low: column(({ interval }) => interval?.low ?? null),
      high: column(({ interval }) => interval?.high ?? null),
      p_holm: column(({ p }) => p),
      p_equivalence: column(({ pEquivalent }) => pEquivalent),
      outcome: column(({ outcome }): Outcome => outcome),
      seeds: column(({ seeds }) => seeds),
    },
    fractions: ["difference", "low", "high", "p_holm", "p_equivalence"],
  };
}

export interface ForestPlotOptions {
  /** Default: all. */
  readonly corpora?: readonly string[];
  /** Default "table". */
  readonly order?: State["order"];
}

/**
 * A forest plot of differences from a reference setting, such as `differenceResults(analysis, "table6")`.
 * @throws RangeError for an unknown option
 */
export function forestPlot(
  results: DifferenceResults,
  { corpora = corporaOf(results), order = "table" }: ForestPlotOptions = {},
): WidgetInstance<DifferenceResults, State> {
  assertOptions("corpora", corpora, corporaOf(results));
  assertOptions("order", [order], Object.keys(orders));
  return { widget: forestWidget, packed: results, state: { corpora, order } };
}

/** Shows {@link forestPlot} in the running cell; outside a notebook, prints the text description. */
export async function showForestPlot(results: DifferenceResults, options?: ForestPlotOptions): Promise<void> {
  await display(forestPlot(results, options));
}
