import type { HeadImportance } from "../../src/evaluation/head-importance";
import { changes } from "../comparison/changes";
import { changesScene, differenceText } from "../comparison/changes-scene";
import { comparedSentences, comparedText } from "../comparison/compared-sentences";
import {
  type ChosenCell,
  countIn,
  listHeading,
  type PackedComparison,
  type State as PairState,
  packComparison,
  pageCount,
} from "../comparison/comparison-data";
import { changeList, nothing, toggleCell } from "../shared/cell-list";
import { type Control, choice, pageControls } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { type Matrix, type MatrixCell, matrixScene } from "../shared/matrix";
import type { DataTable, Widget, WidgetInstance } from "../shared/widget";

interface PackedImportance extends Omit<HeadImportance, "comparison"> {
  readonly name: string;
  readonly comparison: PackedComparison;
}

interface State {
  /** The shown pair of the comparison; null before one is chosen. */
  readonly pair: number | null;
  readonly chosen: ChosenCell | null;
  /** Counts from 0. */
  readonly page: number;
}

/** A click on a cell of a matrix, or on a count. */
type Click = { readonly pair: number } | ChosenCell;

function difference({ comparison }: PackedImportance, pair: number) {
  return comparison.pairs[pair].differences.overall.f1;
}

function changeName({ comparison }: PackedImportance, pair: number): string {
  return comparison.runs[comparison.pairs[pair].second].name;
}

function pairState(pair: number, { chosen, page }: State): PairState {
  return { pair, by: "overall", chosen, page, opened: null };
}

/** The matrices: without heads, without their priors, and with fewer layers. */
function matrices(data: PackedImportance, { pair }: State): Matrix[] {
  const { heads, priors, exits } = data;
  const cost = (one: number): number => Math.max(0, -difference(data, one).value);
  const cell =
    (most: number) =>
    (one: number): MatrixCell => {
      const { value, interval } = difference(data, one);
      const isClear = interval !== null && (interval.low > 0 || interval.high < 0);
      return {
        text: `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}${isClear ? " *" : ""}`,
        share: Math.min(1, cost(one) / most),
        title: `${changeName(data, one)}: F1 ${differenceText(difference(data, one))}`,
        value: { pair: one },
        chosen: one === pair,
      };
    };
  const mostOf = (pairs: readonly number[]): number => Math.max(1e-9, ...pairs.map(cost));
  const byHead = (title: string, pairs: readonly (readonly number[])[]): Matrix => ({
    title,
    rows: pairs.map((_, layer) => `layer ${layer + 1}`),
    columns: (pairs[0] ?? []).map((_, head) => `head ${head + 1}`),
    cells: pairs.map((row) => row.map(cell(mostOf(pairs.flat())))),
  });
  const exitMatrix: Matrix = {
    title: "F1 of predictions after fewer layers, minus F1",
    rows: ["layers"],
    columns: exits.map((_, count) => String(count)),
    cells: [exits.map(cell(mostOf(exits)))],
  };
  if (!exits.length) return [];
  return [
    byHead(
      "F1 without a head, minus F1 (*: the interval does not contain 0); a click shows what changes",
      heads,
    ),
    ...(priors ? [byHead("F1 without the prior of a head, minus F1", priors)] : []),
    exitMatrix,
  ];
}

function importanceText(data: PackedImportance, { pair, ...state }: State): string {
  const { comparison, heads, priors, exits } = data;
  const { level, units } = comparison.bootstrap;
  const pairs = [...heads.flat(), ...(priors?.flat() ?? []), ...exits];
  const lines = pairs.map((one) => `${changeName(data, one)}: F1 ${differenceText(difference(data, one))}`);
  const [whole] = comparison.runs;
  const head = `${data.name}: F1 ${whole.scores.overall.f1.toFixed(2)}, and its changes (${100 * level} % intervals over ${units})`;
  const list =
    pair !== null && state.chosen
      ? ["", comparedText(comparison, pairState(pair, { pair, ...state }), state.chosen)]
      : [];
  return [head, ...lines, ...list].join("\n");
}

/** One row per change of the model. */
function importanceTable(data: PackedImportance): DataTable {
  const { heads, priors = [], exits } = data;
  const ofHeads = (part: string, grid: readonly (readonly number[])[]) =>
    grid.flatMap((row, layer) =>
      row.map((pair, head) => ({ part, layer: layer + 1, head: (head + 1) as number | null, pair })),
    );
  const rows = [
    ...ofHeads("head", heads),
    ...ofHeads("prior", priors),
    ...exits.map((pair, count) => ({ part: "exit", layer: count, head: null, pair })),
  ];
  const differences = rows.map(({ pair }) => difference(data, pair));
  const count = (change: (typeof changes)[number]): number[] =>
    rows.map(({ pair }) => data.comparison.pairs[pair].counts.overall[change]);
  return {
    name: "head-importance",
    columns: {
      left_out: rows.map(({ part }) => part),
      layer: rows.map(({ layer }) => layer),
      head: rows.map(({ head }) => head),
      f1_difference: differences.map(({ value }) => value),
      f1_difference_low: differences.map(({ interval }) => interval?.low ?? null),
      f1_difference_high: differences.map(({ interval }) => interval?.high ?? null),
      ...Object.fromEntries(changes.map((change) => [change.replace(" ", "_"), count(change)])),
    },
    fractions: ["f1_difference", "f1_difference_low", "f1_difference_high"],
  };
}

function listControls(data: PackedImportance, state: State): Control[] {
  const { pair, chosen, page } = state;
  if (pair === null) return [];
  const cells = changes.flatMap((change, column) => {
    const cell: ChosenCell = { by: "overall", row: 0, column };
    return countIn(data.comparison, pair, cell) ? [[JSON.stringify(cell), change] as const] : [];
  });
  const value = chosen ? JSON.stringify(chosen) : nothing;
  return [
    choice("cell", "sentences with", [nothing, ...cells], value, "vertical"),
    ...pageControls(page, pageCount(data.comparison, pairState(pair, state))),
  ];
}

/** The contributions of each head, its prior and each layer to F1, and the entities that change without them. */
export const headImportanceWidget: Widget<PackedImportance, State> = {
  kind: "head-importance",
  open: (packed) => packed,
  title: (data, state) => {
    const { pair, chosen } = state;
    const change = pair === null ? "" : `; ${changeName(data, pair)}`;
    const list =
      pair !== null && chosen ? `, ${listHeading(data.comparison, pairState(pair, state), chosen)}` : "";
    return `Heads and layers of ${data.name}${change}${list}`;
  },
  build: (data, state, theme, available) => {
    const { pair, chosen } = state;
    const width = fittingWidth(available);
    const scenes = matrices(data, state).map((matrix) => matrixScene(matrix, theme, width));
    if (pair !== null) scenes.push(changesScene(data.comparison, pairState(pair, state), theme, width));
    if (pair !== null && chosen)
      scenes.push(comparedSentences(data.comparison, pairState(pair, state), chosen, theme, width));
    return scenes.map((scene) => ({ scene }));
  },
  text: importanceText,
  table: importanceTable,
  view: {
    controls: (data, state) => {
      const names = data.comparison.pairs.map((_, pair) => [String(pair), changeName(data, pair)] as const);
      const value = state.pair === null ? nothing : String(state.pair);
      return [choice("pair", "show", [nothing, ...names], value, "horizontal"), ...listControls(data, state)];
    },
    change: (_, state, control, value) => {
      if (control !== "pair") return changeList(state, control, value);
      return { pair: value === nothing ? null : Number(value), chosen: null, page: 0 };
    },
    click: (data, state, value) => {
      const click = value as Click;
      if ("pair" in click)
        return { pair: click.pair === state.pair ? null : click.pair, chosen: null, page: 0 };
      if (state.pair === null || !countIn(data.comparison, state.pair, click)) return undefined;
      return toggleCell(state, click);
    },
  },
};

export interface HeadImportanceOptions {
  /** Name of the model. Default "model". */
  readonly name?: string;
  /** For how many entities with the same type, length, nesting and changes to store the sentences. Default 3. */
  readonly sentences?: number;
}

/**
 * The result of the library's function of the same name: F1 without each head, without each head's prior, and after fewer layers.
 * A click on a number shows the entities that change.
 * @throws RangeError for a negative number of sentences
 */
export function headImportance(
  importance: HeadImportance,
  { name = "model", sentences = 3 }: HeadImportanceOptions = {},
): WidgetInstance<PackedImportance, State> {
  if (!(Number.isInteger(sentences) && sentences >= 0))
    throw new RangeError(`sentences: ${sentences} must be a whole number, 0 or more`);
  const { comparison, ...pairs } = importance;
  const packed = { name, ...pairs, comparison: packComparison(comparison, sentences) };
  return { widget: headImportanceWidget, packed, state: { pair: null, chosen: null, page: 0 } };
}

/** Shows {@link headImportance} in the running cell; outside a notebook, prints its text description. */
export async function showHeadImportance(
  importance: HeadImportance,
  options?: HeadImportanceOptions,
): Promise<void> {
  await display(headImportance(importance, options));
}
