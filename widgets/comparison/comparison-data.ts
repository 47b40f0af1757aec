import type { Change, ComparedEntity, RunComparison, RunPair } from "../../src/evaluation/compare";
import type { Grouped } from "../../src/evaluation/score-types";
import type { ComparedTraces } from "../../src/evaluation/trace-changes";
import { changes, changeTexts } from "./changes";
import { type PackedTrace, packTrace } from "./packed-trace";

export interface PackedPair extends Pick<RunPair, "first" | "second" | "differences" | "counts"> {}

export interface PackedEntity extends Omit<ComparedEntity, "sentence"> {
  /** `[pairs]`: index of the change; -1 for an entity that neither run predicts and that is not gold. */
  readonly changes: readonly number[];
}

export interface PackedSentence {
  readonly id: string;
  readonly tokens: readonly string[];
  readonly entities: readonly PackedEntity[];
  /** `[runs]`: absent if the sentence was not traced. */
  readonly traces?: readonly PackedTrace[];
}

export interface PackedComparison extends Pick<RunComparison, "runs" | "types" | "bootstrap"> {
  readonly pairs: readonly PackedPair[];
  /** Sentences with entities of all cells, up to a number per cell. */
  readonly sentences: readonly PackedSentence[];
}

export type By = "overall" | "type" | "length" | "nesting";

/** A cell of the table of changes. Both indices count from 0. */
export interface ChosenCell {
  readonly by: By;
  readonly row: number;
  readonly column: number;
}

export interface State {
  /** Index of the pair of runs. */
  readonly pair: number;
  readonly by: By;
  readonly chosen: ChosenCell | null;
  /** Counts from 0. */
  readonly page: number;
  readonly opened: OpenedSentence | null;
}

/** A sentence whose traces are shown. Both are indices, of stored sentences and of the entities of this one. */
export interface OpenedSentence {
  readonly sentence: number;
  readonly entity: number;
}

/**
 * @param limit for how many entities of a type, length and nesting with the same changes to store the sentences
 * @param traces of sentences that are stored, too
 */
export function packComparison(
  comparison: RunComparison,
  limit: number,
  traces: ComparedTraces = new Map(),
): PackedComparison {
  const { runs, types, bootstrap, pairs, entities, sentences } = comparison;
  const bySentence: PackedEntity[][] = sentences.map(() => []);
  for (const [index, { sentence, ...entity }] of entities.entries())
    bySentence[sentence].push({ ...entity, changes: pairs.map((pair) => indexOf(pair.changes[index])) });
  const storedCounts = new Map<string, number>();
  const keyOf = ({ type, length, nesting, changes: all }: PackedEntity): string =>
    JSON.stringify([type, length, nesting, all]);
  return {
    ...{ runs, types, bootstrap },
    pairs: pairs.map(({ first, second, differences, counts }) => ({ first, second, differences, counts })),
    sentences: sentences.flatMap(({ id, tokens }, index): PackedSentence[] => {
      const inSentence = bySentence[index];
      const keys = inSentence.map(keyOf);
      const traced = traces.get(index)?.map((trace, run) => packTrace(trace, run, inSentence));
      if (!traced && !keys.some((key) => (storedCounts.get(key) ?? 0) < limit)) return [];
      for (const key of keys) storedCounts.set(key, (storedCounts.get(key) ?? 0) + 1);
      return [{ id, tokens, entities: inSentence, ...(traced && { traces: traced }) }];
    }),
  };
}

function indexOf(change: Change | null): number {
  return change === null ? -1 : changes.indexOf(change);
}

export const byTexts: Readonly<Record<By, string>> = {
  overall: "all entities",
  type: "type",
  length: "length",
  nesting: "nesting",
};

/** ", by type"; empty for all entities together. */
export function byText(by: By): string {
  return by === "overall" ? "" : `, by ${byTexts[by]}`;
}

/** The groups of a table, with their values. */
function groupsOf<T>(
  types: readonly string[],
  values: Grouped<T>,
  by: By,
): (readonly [name: string, value: T])[] {
  if (by === "overall") return [["all entities", values.overall]];
  if (by === "type") return types.map((type) => [type, values.byType[type]]);
  if (by === "nesting") return (["flat", "nested"] as const).map((name) => [name, values.byNesting[name]]);
  return Object.entries(values.byLength).map(([length, value]) => [`length ${length}`, value]);
}

export interface GroupRow {
  readonly name: string;
  /** F1 of both runs. */
  readonly f1: readonly [number, number];
  readonly difference: PackedPair["differences"]["overall"];
  readonly counts: Readonly<Record<Change, number>>;
}

/** The rows of the table of changes. */
export function groupRows(data: PackedComparison, { pair, by }: Pick<State, "pair" | "by">): GroupRow[] {
  const { types, runs, pairs } = data;
  const { first, second, differences, counts } = pairs[pair];
  const [before, after] = [first, second].map((run) => groupsOf(types, runs[run].scores, by));
  const all = groupsOf(types, differences, by);
  return groupsOf(types, counts, by).map(([name, groupCounts], index) => ({
    name,
    f1: [before[index][1].f1, after[index][1].f1],
    difference: all[index][1],
    counts: groupCounts,
  }));
}

export function countIn(data: PackedComparison, pair: number, { by, row, column }: ChosenCell): number {
  return groupRows(data, { pair, by })[row]?.counts[changes[column]] ?? 0;
}

/** "fixed, type DNA" */
export function cellName(data: PackedComparison, pair: number, { by, row, column }: ChosenCell): string {
  const group = by === "overall" ? "" : `, ${groupRows(data, { pair, by })[row].name}`;
  return `${changes[column]}${group}`;
}

export function isIn(
  { types, runs, pairs }: PackedComparison,
  pair: number,
  { by, row, column }: ChosenCell,
  entity: PackedEntity,
): boolean {
  if (entity.changes[pair] !== column) return false;
  if (by === "overall") return true;
  if (by === "type") return entity.type === types[row];
  if (by === "nesting") return entity.nesting === (["flat", "nested"] as const)[row];
  return entity.length === Object.keys(runs[pairs[pair].first].scores.byLength)[row];
}

const perPage = 10;

/** The stored sentences with entities of the chosen cell, and how many of its entities they have. */
export function listed(
  data: PackedComparison,
  pair: number,
  cell: ChosenCell,
): { readonly sentences: readonly PackedSentence[]; readonly entities: number } {
  const counts = data.sentences.map((sentence) => ({
    sentence,
    count: sentence.entities.filter((entity) => isIn(data, pair, cell, entity)).length,
  }));
  const matches = counts.filter(({ count }) => count > 0);
  return {
    sentences: matches.map(({ sentence }) => sentence),
    entities: matches.reduce((sum, { count }) => sum + count, 0),
  };
}

export function pageCount(data: PackedComparison, { pair, chosen }: State): number {
  return chosen ? Math.max(1, Math.ceil(listed(data, pair, chosen).sentences.length / perPage)) : 1;
}

export function currentPage(
  data: PackedComparison,
  { pair, page }: State,
  cell: ChosenCell,
): { readonly first: number; readonly sentences: readonly PackedSentence[] } {
  const first = page * perPage;
  return { first, sentences: listed(data, pair, cell).sentences.slice(first, first + perPage) };
}

/** The cell, its number of entities, and which of their sentences are shown. */
export function listHeading(data: PackedComparison, state: State, cell: ChosenCell): string {
  const { pair } = state;
  const count = countIn(data, pair, cell);
  const { sentences, entities } = listed(data, pair, cell);
  const name = `${cellName(data, pair, cell)} (${changeTexts[changes[cell.column]]}): ${count} ${count === 1 ? "entity" : "entities"}`;
  if (!sentences.length) return name;
  const current = currentPage(data, state, cell);
  const range = `${current.first + 1}–${current.first + current.sentences.length} of ${sentences.length}`;
  const omitted = count - entities;
  const note = omitted ? ` (without those of ${omitted} entities, to keep the file small)` : "";
  return `${name}, sentences ${range}${note}`;
}

/** "a → b" */
export function pairName({ runs, pairs }: PackedComparison, pair: number): string {
  return `${runs[pairs[pair].first].name} → ${runs[pairs[pair].second].name}`;
}
