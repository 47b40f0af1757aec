import type { EntityCase } from "../../src/evaluation/entity-cases";
import type { AtlasCase, ErrorAtlas, ErrorGroup } from "../../src/evaluation/errors";
import type { CountedEntity } from "../../src/evaluation/outcomes";

export interface PackedEntity {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly probability?: number;
}

export interface PackedCase extends Omit<AtlasCase, "sentence" | "gold" | "predicted"> {
  readonly gold?: PackedEntity;
  readonly predicted?: PackedEntity;
}

export interface PackedSentence {
  readonly id: string;
  readonly tokens: readonly string[];
  readonly cases: readonly PackedCase[];
}

export interface PackedErrors
  extends Pick<ErrorAtlas, "score" | "kinds" | "types" | "confusion" | "bootstrap"> {
  readonly name: string;
  readonly groups: Readonly<Partial<Record<Grouping, readonly ErrorGroup[]>>>;
  /** Sentences with cases of all cells, up to a number per cell. */
  readonly sentences: readonly PackedSentence[];
}

/** The property that groups entities in the matrix of groups and kinds. */
export type Grouping = "length" | "depth" | "mention";

/** Rows of the matrix: gold types, with predicted types as columns, or groups, with kinds as columns. */
export type By = "type" | Grouping;

/** A cell of the matrix, or a kind: row of the kinds, column 0. Both indices count from 0. */
export interface ChosenCell {
  readonly by: "kind" | By;
  readonly row: number;
  readonly column: number;
}

export interface State {
  readonly by: By;
  readonly chosen: ChosenCell | null;
  /** Counts from 0. */
  readonly page: number;
}

/** @param limit for how many cases of a kind, with the same types and groups, to store the sentences */
export function packErrors(name: string, atlas: ErrorAtlas, limit: number): PackedErrors {
  const { score, kinds, types, confusion, bootstrap, byLength, byDepth, byMention } = atlas;
  const bySentence: AtlasCase[][] = atlas.sentences.map(() => []);
  for (const one of atlas.cases) bySentence[one.sentence].push(one);
  const storedCounts = new Map<string, number>();
  const sentences = atlas.sentences.flatMap(({ id, tokens }, index): PackedSentence[] => {
    const cases = bySentence[index];
    const keys = cases.map(cellsKey);
    if (!keys.some((key) => (storedCounts.get(key) ?? 0) < limit)) return [];
    for (const key of keys) storedCounts.set(key, (storedCounts.get(key) ?? 0) + 1);
    return [{ id, tokens, cases: cases.map(packCase) }];
  });
  return {
    name,
    ...{ score, kinds, types, confusion, bootstrap },
    groups: { length: byLength, depth: byDepth, ...(byMention && { mention: byMention }) },
    sentences,
  };
}

/** Cases with the same key are in the same cells. */
function cellsKey({ kind, gold, predicted, length, depth, mention }: AtlasCase): string {
  return JSON.stringify([kind, gold?.type, predicted?.type, length, depth, mention]);
}

function packCase({ sentence: _, gold, predicted, ...rest }: AtlasCase): PackedCase {
  return {
    ...rest,
    ...(gold && { gold: entityOf(gold) }),
    ...(predicted && { predicted: entityOf(predicted) }),
  };
}

function entityOf({ start, end, type, probability }: CountedEntity): PackedEntity {
  return { start, end, type, ...(probability !== undefined && { probability }) };
}

const groupNames: Readonly<Record<Grouping, (group: string) => string>> = {
  length: (group) => `length ${group}`,
  depth: (group) => `depth ${group}`,
  mention: (group) => group,
};

export const byTexts: Readonly<Record<By, string>> = {
  type: "type",
  length: "length",
  depth: "nesting depth",
  mention: "frequency in training",
};

export const none = "None";
const correct = "correct";

/** The counts of a matrix, with the names of its rows and columns. */
export interface CountMatrix {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `[rows][columns]` */
  readonly counts: readonly (readonly number[])[];
  /** Whether a cell counts correct predictions. */
  readonly isCorrect: (row: number, column: number) => boolean;
}

export function countMatrix({ types, confusion, groups, kinds }: PackedErrors, by: By): CountMatrix {
  if (by === "type") {
    return {
      title: "gold type (row) and predicted type (column) of the same span",
      rows: [...types, none],
      columns: [...types, none],
      counts: confusion,
      isCorrect: (row, column) => row === column,
    };
  }
  const rows = groups[by] ?? [];
  return {
    title: `${byTexts[by]} (row) and kind of error (column)`,
    rows: rows.map(({ group }) => groupNames[by](group)),
    columns: [correct, ...kinds.map(({ kind }) => kind)],
    counts: rows.map(({ correct: right, errors }) => [right, ...kinds.map(({ kind }) => errors[kind])]),
    isCorrect: (_, column) => column === 0,
  };
}

/** The number of cases in a cell. */
export function countIn(data: PackedErrors, { by, row, column }: ChosenCell): number {
  if (by === "kind") return data.kinds[row]?.count ?? 0;
  return countMatrix(data, by).counts[row]?.[column] ?? 0;
}

/** "gold DNA, predicted protein", "length 3, too long". */
export function cellName(data: PackedErrors, { by, row, column }: ChosenCell): string {
  if (by === "kind") return data.kinds[row].kind;
  const { rows, columns } = countMatrix(data, by);
  return by === "type"
    ? `gold ${rows[row]}, predicted ${columns[column]}`
    : `${rows[row]}, ${columns[column]}`;
}

/** Whether a case counts in a cell. */
export function isIn(data: PackedErrors, { by, row, column }: ChosenCell, one: PackedCase): boolean {
  const { types, kinds, groups } = data;
  if (by === "kind") return one.kind === kinds[row].kind;
  if (by !== "type") {
    const { group } = groups[by]![row];
    return String(one[by]) === group && one.kind === (column === 0 ? correct : kinds[column - 1].kind);
  }
  const typeOf = (entity: PackedEntity | undefined): number =>
    entity ? types.indexOf(entity.type) : types.length;
  const predicted = one.kind === correct ? one.gold : one.predicted;
  const places: (readonly [number, number])[] =
    one.kind === correct || one.kind === "type"
      ? [[typeOf(one.gold), typeOf(predicted)]]
      : [
          ...(one.gold ? [[typeOf(one.gold), types.length] as const] : []),
          ...(predicted ? [[types.length, typeOf(predicted)] as const] : []),
        ];
  return places.some(([goldRow, predictedColumn]) => goldRow === row && predictedColumn === column);
}

const perPage = 10;

/** The stored sentences with cases of the chosen cell, and how many of its cases they have. */
export function listed(
  data: PackedErrors,
  cell: ChosenCell,
): { readonly sentences: readonly PackedSentence[]; readonly cases: number } {
  const counts = data.sentences.map((sentence) => ({
    sentence,
    count: sentence.cases.filter((one) => isIn(data, cell, one)).length,
  }));
  const matches = counts.filter(({ count }) => count > 0);
  return {
    sentences: matches.map(({ sentence }) => sentence),
    cases: matches.reduce((sum, { count }) => sum + count, 0),
  };
}

export function pageCount(data: PackedErrors, { chosen }: State): number {
  return chosen ? Math.max(1, Math.ceil(listed(data, chosen).sentences.length / perPage)) : 1;
}

/** The sentences of the current page; `first` is the index of the first in the whole list. */
export function currentPage(
  data: PackedErrors,
  cell: ChosenCell,
  page: number,
): { readonly first: number; readonly sentences: readonly PackedSentence[] } {
  const first = page * perPage;
  return { first, sentences: listed(data, cell).sentences.slice(first, first + perPage) };
}

/** The cell, its number of entities, and which of their sentences are shown. */
export function listHeading(data: PackedErrors, cell: ChosenCell, page: number): string {
  const count = countIn(data, cell);
  const { sentences, cases } = listed(data, cell);
  const name = `${cellName(data, cell)}: ${count} ${count === 1 ? "entity" : "entities"}`;
  if (!sentences.length) return name;
  const current = currentPage(data, cell, page);
  const range = `${current.first + 1}–${current.first + current.sentences.length} of ${sentences.length}`;
  const omitted = count - cases;
  const note = omitted ? ` (without those of ${omitted} entities, to keep the file small)` : "";
  return `${name}, sentences ${range}${note}`;
}

/** Short definitions of the kinds. */
export const definitions: Readonly<Record<EntityCase["kind"], string>> = {
  correct: "span and type are those of a gold entity",
  type: "the span is right, the type is wrong",
  "too long": "the type is right, the span contains the gold one",
  "too short": "the type is right, the span lies in the gold one",
  shifted: "the type is right, the spans cross",
  "type and boundary": "overlaps a missed entity of another type",
  duplicate: "overlaps entities that are already predicted",
  spurious: "overlaps no gold entity",
  "missed inner": "a predicted gold entity contains it",
  "missed outer": "it contains a predicted gold entity",
  missed: "no prediction is paired with it",
};
