import type { Change, RunComparison } from "../../src/evaluation/compare";
import type { ComparedTraces } from "../../src/evaluation/trace-changes";
import { entityText } from "../sentence/sentence-entities";
import { changeList, nothing, toggleCell } from "../shared/cell-list";
import { assertOptions, type Control, choice, pageControls } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { type Grid, gridToText } from "../shared/grid";
import { matrixScene } from "../shared/matrix";
import type { Scene } from "../shared/scene";
import { listNames } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { changes } from "./changes";
import { changesScene, differenceText } from "./changes-scene";
import { comparedSentences, comparedText } from "./compared-sentences";
import {
  type By,
  byText,
  byTexts,
  type ChosenCell,
  cellName,
  countIn,
  currentPage,
  groupRows,
  isIn,
  listHeading,
  type PackedComparison,
  packComparison,
  pageCount,
  pairName,
  type State,
} from "./comparison-data";
import { clickedEntity, openedParts, openedText } from "./opened-sentence";

const groupings = Object.keys(byTexts) as readonly By[];

/** A click on a pair of runs, on a count, on a listed sentence, or on an entity of an opened one. */
type Click =
  | { readonly pair: number }
  | ChosenCell
  | { readonly open: number }
  | { readonly run: number; readonly entity: string };

const comparisonView: View<State, PackedComparison> = {
  controls: (data, state) => {
    const { pair, by, chosen, page } = state;
    const all = changes.flatMap((change, column) => {
      const cell = overallCell(column);
      return countIn(data, pair, cell) ? [[JSON.stringify(cell), change] as const] : [];
    });
    const cell =
      chosen && chosen.by !== "overall"
        ? [[JSON.stringify(chosen), cellName(data, pair, chosen)] as const]
        : [];
    const pairs = data.pairs.map((_, index) => [String(index), pairName(data, index)] as const);
    return [
      ...(pairs.length > 1 ? [choice("pair", "runs", pairs, String(pair), "horizontal")] : []),
      choice("by", "by", byTexts, by),
      choice(
        "cell",
        "sentences with",
        [nothing, ...all, ...cell],
        chosen ? JSON.stringify(chosen) : nothing,
        "vertical",
      ),
      ...pageControls(page, pageCount(data, state)),
      ...traceControls(data, state),
    ];
  },
  change: (data, state, control, value) => {
    switch (control) {
      case "pair":
        return withPair(data, state, Number(value));
      case "by":
        return {
          ...state,
          by: value as By,
          chosen: state.chosen?.by === "overall" ? state.chosen : null,
          page: 0,
          opened: null,
        };
      case "opened":
        return withOpened(data, state, value === nothing ? null : Number(value));
      case "entity":
        return state.opened ? { ...state, opened: { ...state.opened, entity: Number(value) } } : state;
      default:
        return { ...changeList(state, control, value), opened: null };
    }
  },
  click: (data, state, value) => {
    const click = value as Click;
    if ("pair" in click) return data.pairs[click.pair] && withPair(data, state, click.pair);
    if ("open" in click)
      return withOpened(data, state, state.opened?.sentence === click.open ? null : click.open);
    if ("run" in click) {
      const { opened } = state;
      const entity = opened ? clickedEntity(data, opened, click) : undefined;
      return opened && entity !== undefined ? { ...state, opened: { ...opened, entity } } : undefined;
    }
    if (!countIn(data, state.pair, click)) return undefined;
    return { ...toggleCell(state, click), opened: null };
  },
};

/** The traced sentences of the page, and the entities of the opened one. */
function traceControls(data: PackedComparison, state: State): Control[] {
  const { chosen, opened, pair } = state;
  if (!chosen) return [];
  const { first, sentences } = currentPage(data, state, chosen);
  const traced = sentences.flatMap((sentence, i) =>
    sentence.traces ? [[String(data.sentences.indexOf(sentence)), `sentence ${first + i + 1}`] as const] : [],
  );
  if (!traced.length) return [];
  const open = opened ? String(opened.sentence) : nothing;
  const sentence = choice("opened", "traces of", [nothing, ...traced], open, "vertical");
  if (!opened) return [sentence];
  const entities = data.sentences[opened.sentence].entities.flatMap((entity, index) => {
    const name = `${entityText(entity)} ${changes[entity.changes[pair]]}`;
    return entity.changes[pair] < 0 ? [] : [[String(index), name] as const];
  });
  return [sentence, choice("entity", "entity", entities, String(opened.entity), "vertical")];
}

/** Opens a sentence of the list with the first of its entities that are in the chosen cell. */
function withOpened(data: PackedComparison, state: State, sentence: number | null): State {
  const { chosen, pair } = state;
  if (sentence === null || !chosen) return { ...state, opened: null };
  const entities = data.sentences[sentence]?.entities ?? [];
  const entity = entities.findIndex((one) => isIn(data, pair, chosen, one));
  return { ...state, opened: entity < 0 ? null : { sentence, entity } };
}

function overallCell(column: number): ChosenCell {
  return { by: "overall", row: 0, column };
}

/** Closes the list if the chosen cell is empty for the new pair. */
function withPair(data: PackedComparison, state: State, pair: number): State {
  const { chosen } = state;
  return {
    ...state,
    pair,
    chosen: chosen && countIn(data, pair, chosen) ? chosen : null,
    page: 0,
    opened: null,
  };
}

/** The differences of all pairs: F1 of the column's run minus that of the row's run. */
function pairsScene(data: PackedComparison, { pair }: State, theme: Theme, width: number): Scene {
  const { runs, pairs } = data;
  const names = runs.map(({ name, scores }) => `${name} ${scores.overall.f1.toFixed(2)}`);
  const most = Math.max(1e-9, ...pairs.map(({ differences }) => Math.abs(differences.overall.f1.value)));
  const cells = runs.map((_, row) =>
    runs.map((__, column) => {
      const index = pairs.findIndex(({ first, second }) => first === row && second === column);
      if (index < 0) return { text: "", share: 0, title: "" };
      const { f1 } = pairs[index].differences.overall;
      const text = `${f1.value < 0 ? "−" : "+"}${Math.abs(f1.value).toFixed(2)}`;
      const share = Math.abs(f1.value) / most;
      const title = `${pairName(data, index)}: F1 ${differenceText(f1)}`;
      return { text, share, title, value: { pair: index }, chosen: index === pair };
    }),
  );
  const title = "F1 of the column's run minus F1 of the row's run; the outlined pair is shown below";
  return matrixScene({ title, rows: names, columns: names, cells }, theme, width);
}

function rowsGrid(data: PackedComparison, pair: number, by: By): Grid {
  const { level, units } = data.bootstrap;
  return {
    caption: `${pairName(data, pair)}${byText(by)}`,
    head: [
      ["", "F1 first", "F1 second", `difference (${100 * level} % over ${units})`, ...changes].map(
        (text) => ({ text }),
      ),
    ],
    rows: groupRows(data, { pair, by }).map(({ name, f1, difference, counts }) =>
      [
        name,
        ...f1.map((value) => value.toFixed(2)),
        differenceText(difference.f1),
        ...changes.map((change) => String(counts[change])),
      ].map((text) => ({ text })),
    ),
    align: ["left", "right", "right", "right", ...changes.map(() => "right" as const)],
  };
}

function comparisonText(data: PackedComparison, state: State): string {
  const { pair, chosen } = state;
  const pairs = data.pairs.map(
    ({ differences }, index) => `${pairName(data, index)}: F1 ${differenceText(differences.overall.f1)}`,
  );
  const tables = groupings.map((by) => gridToText(rowsGrid(data, pair, by)));
  const list = chosen ? [comparedText(data, state, chosen)] : [];
  const traces = state.opened ? [openedText(data, pair, state.opened)] : [];
  return [pairs.join("\n"), ...tables, ...list, ...traces].join("\n\n");
}

/** One row per pair of runs and group. */
function comparisonTable(data: PackedComparison): DataTable {
  const rows = data.pairs.flatMap(({ first, second }, pair) =>
    groupings.flatMap((by) =>
      groupRows(data, { pair, by }).map((row) => ({
        first: data.runs[first].name,
        second: data.runs[second].name,
        by,
        ...row,
      })),
    ),
  );
  const scores = ["precision", "recall", "f1"] as const;
  const differences = scores.flatMap((score) => [
    [score, rows.map(({ difference }) => difference[score].value)] as const,
    [`${score}_low`, rows.map(({ difference }) => difference[score].interval?.low ?? null)] as const,
    [`${score}_high`, rows.map(({ difference }) => difference[score].interval?.high ?? null)] as const,
  ]);
  const columns = differences.map(([name, values]) => [`difference_${name}`, values] as const);
  return {
    name: "comparison",
    columns: {
      first: rows.map(({ first }) => first),
      second: rows.map(({ second }) => second),
      by: rows.map(({ by }) => by),
      group: rows.map(({ name }) => name),
      f1_first: rows.map(({ f1 }) => f1[0]),
      f1_second: rows.map(({ f1 }) => f1[1]),
      ...Object.fromEntries(columns),
      ...Object.fromEntries(
        changes.map((change) => [change.replace(" ", "_"), rows.map(({ counts }) => counts[change])]),
      ),
    },
    fractions: ["f1_first", "f1_second", ...columns.map(([name]) => name)],
  };
}

/** The changes between runs: scores with paired intervals, entities fixed and broken, and the sentences behind each number. */
export const comparisonWidget: Widget<PackedComparison, State> = {
  kind: "comparison",
  open: (packed) => packed,
  title: (data, state) => {
    const list = state.chosen ? `; ${listHeading(data, state, state.chosen)}` : "";
    return `Comparison of ${listNames(data.runs.map(({ name }) => name))}${list}`;
  },
  build: (data, state, theme, available) => {
    const width = fittingWidth(available);
    const { pair, chosen, opened } = state;
    return [
      ...(data.pairs.length > 1 ? [{ scene: pairsScene(data, state, theme, width) }] : []),
      { scene: changesScene(data, state, theme, width) },
      ...(chosen ? [{ scene: comparedSentences(data, state, chosen, theme, width) }] : []),
      ...(opened ? openedParts(data, pair, opened, theme, width) : []),
    ];
  },
  text: comparisonText,
  table: comparisonTable,
  view: comparisonView,
};

export interface ComparisonOptions {
  /** How entities are grouped first. Default "overall". */
  readonly by?: By;
  /** Change whose sentences are listed first. Default: none. */
  readonly change?: Change;
  /** For how many entities of the same type, length, nesting and changes to store the sentences. Default 10. */
  readonly sentences?: number;
  /** Traces of the sentences that a click opens, from `traceChanges`. */
  readonly traces?: ComparedTraces;
}

/**
 * The result of `compare`: differences of scores, and gold entities fixed, broken, right and wrong in both, with the spurious ones
 * that come and go. A click on a number lists its sentences with the predictions of both runs; a click on the number of a traced
 * sentence opens the traces of both.
 * @throws RangeError for a grouping or change that does not exist, or a negative number of sentences
 */
export function comparison(
  compared: RunComparison,
  options: ComparisonOptions = {},
): WidgetInstance<PackedComparison, State> {
  const { by = "overall", change, sentences = 10, traces } = options;
  if (!(Number.isInteger(sentences) && sentences >= 0))
    throw new RangeError(`sentences: ${sentences} must be a whole number, 0 or more`);
  assertOptions("by", [by], groupings);
  if (change !== undefined) assertOptions("change", [change], changes);
  const packed = packComparison(compared, sentences, traces);
  const cell = change === undefined ? null : overallCell(changes.indexOf(change));
  return { widget: comparisonWidget, packed, state: { pair: 0, by, chosen: cell, page: 0, opened: null } };
}

/** Shows {@link comparison} in the running cell; outside a notebook, prints its text description. */
export async function showComparison(compared: RunComparison, options?: ComparisonOptions): Promise<void> {
  await display(comparison(compared, options));
}
