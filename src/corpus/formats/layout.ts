import { InputError } from "../../base/errors";
import type { Entity } from "../types";
import type { Reading } from "./reading";
import type { Row } from "./rows";
import { dashed, type Spelling, spellingOf, type TagOptions } from "./spelling";
import { TagDecoder } from "./tags";
import { overlap } from "./write-tags";

/** What a column of a column file holds; "-" is not read. */
export type Column = "token" | "pos" | "tag" | "-";

/** What columns hold, and how their tags are spelled. */
export interface Layout {
  readonly columns: readonly Column[];
  readonly spelling: Spelling;
}

/** What a column's content shows it to be. */
type Kind =
  | "running numbers"
  | "one value per sentence"
  | "placeholders"
  | "tags"
  | "chunk tags"
  | "numbers"
  /** Many different words. */
  | "open vocabulary"
  /** A few labels. */
  | "closed vocabulary"
  /** Too few rows to say. */
  | "words";

interface ColumnFacts {
  readonly kind: Kind;
  readonly values: readonly (readonly string[])[];
  readonly spelling: Spelling | undefined;
  /** For each sentence. */
  readonly entities: readonly (readonly Entity[])[];
}

/** Phrases of CoNLL-2000's chunks, and of CoNLL-2003's in German. */
const phrases = new Set(
  ["NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP", "NC", "VC", "PC"].flatMap(
    (phrase) => [phrase, phrase.toLowerCase()],
  ),
);

/** More columns of tags are not taken for levels of nesting. */
const mostLevels = 20;

/** Fewer rows say little about what a column holds. */
const few = 20;

/**
 * What each column holds, judged by the content of the first sentences. Running numbers, values that are the same all over a
 * sentence and placeholders are not read. What is left follows the conventions of CoNLL-2003 and its German part. Several
 * columns of tags are levels of nesting if their entities nest.
 * @throws InputError where the content allows several readings, or none
 */
export function layoutOf(
  sentences: readonly (readonly Row[])[],
  width: number,
  file: string,
  { tags }: TagOptions,
  reading: Reading,
): Layout {
  if (width < 2) throw new InputError(`${file}: has one column; a tag must stand behind each token`);
  const facts = Array.from({ length: width }, (_, at) => factsOf(sentences, at, tags));
  const judged = judge(facts);
  if ("problem" in judged) {
    const seen = facts.map(({ kind }, at) => `${at + 1} ${kind}`).join(", ");
    const example = judged.suggestion ?? [
      "token",
      ...new Array<Column>(Math.max(0, width - 2)).fill("-"),
      "tag",
    ];
    throw new InputError(
      `${file}: has ${width} columns (${seen}); ${judged.problem}; say what they hold with --columns, as in --columns ${example.join(",")}`,
    );
  }
  const { columns } = judged;
  const named = columns.map((column, at) => (column === "-" ? `- (${facts[at].kind})` : column));
  const levels = columns.filter((column) => column === "tag").length;
  reading.states(
    `columns are ${named.join(", ")}${levels > 1 ? `: ${levels} columns of tags, one for each level of nesting` : ""}`,
  );
  return { columns, spelling: spellingWithin(sentences, columns, tags) };
}

/** How the tags of columns that are known are spelled. */
export function spellingWithin(
  sentences: readonly (readonly Row[])[],
  columns: readonly Column[],
  tags: TagOptions["tags"],
): Spelling {
  const cells = sentences.flatMap((rows) =>
    rows.flatMap((row) => row.cells.filter((_, at) => columns[at] === "tag")),
  );
  return spellingOf(countsOf(cells), tags) ?? dashed;
}

type Judged = { readonly columns: readonly Column[] } | Problem;

interface Problem {
  readonly problem: string;
  readonly suggestion?: readonly Column[];
}

function judge(facts: readonly ColumnFacts[]): Judged {
  const at = (...kinds: readonly Kind[]): number[] =>
    facts.flatMap(({ kind }, column) => (kinds.includes(kind) ? [column] : []));
  const chunks = at("chunk tags");
  let tags = at("tags");
  let words = at("open vocabulary", "closed vocabulary", "words");
  if (!tags.length && chunks.length === 1) tags = chunks.splice(0);
  if (!tags.length) {
    // a few rows at fault: a file's last column is where its tags are
    const last = words.at(-1);
    const looks = last !== undefined && words.length > 1 && facts[last].values.flat().includes("O");
    if (!looks) return { problem: "none of them holds tags such as B-PER and O" };
    tags = [last];
    words = words.slice(0, -1);
  }
  if (!words.length)
    words = at("numbers", "running numbers", "one value per sentence", "placeholders").slice(0, 1);
  if (!words.length && tags.length > 1) words = tags.splice(0, 1);
  if (!words.length) return { problem: "none of them holds tokens" };
  const placed = placeWords(facts, words, chunks.length + tags.length);
  if ("problem" in placed) {
    const suggestion = facts.map(
      (_, column): Column => (column === words[0] ? "token" : column === tags[0] ? "tag" : "-"),
    );
    return { ...placed, suggestion };
  }
  const columns = facts.map(
    (_, column): Column =>
      column === placed.token ? "token" : column === placed.pos ? "pos" : tags.includes(column) ? "tag" : "-",
  );
  const first = columns.map(
    (column, index): Column => (column === "tag" && index !== tags[0] ? "-" : column),
  );
  if (chunks.length && words.length < 2)
    return { problem: "chunk tags are not entities", suggestion: columns };
  if (chunks.length > 1) return { problem: "several of them hold chunk tags", suggestion: columns };
  if (tags.length > mostLevels)
    return { problem: `more than ${mostLevels} of them hold tags`, suggestion: first };
  if (!areNested(facts, tags))
    return { problem: "the entities of the columns of tags do not nest", suggestion: first };
  return { columns };
}

/** Which of the columns that are neither tags nor numbers holds tokens, and which parts of speech. */
function placeWords(
  facts: readonly ColumnFacts[],
  words: readonly number[],
  tagged: number,
): { readonly token: number; readonly pos: number | undefined } | Problem {
  if (words.length + tagged > 5) return { problem: "that is more than CoNLL-2003's" };
  const open = words.filter((column) => facts[column].kind === "open vocabulary");
  // a first column of a few labels before one of many words is not the tokens
  const token = facts[words[0]].kind === "closed vocabulary" && open.length ? open[0] : words[0];
  const others = words.filter((column) => column !== token);
  const lemmas = open.filter((column) => column !== token);
  for (const lemma of lemmas)
    if (!areAlike(facts[token].values, facts[lemma].values))
      return { problem: "several of them hold many different words" };
  const labels = others.filter((column) => !lemmas.includes(column));
  // CoNLL-2003 has token, POS, chunk, tag; its German part token, lemma, POS, chunk, tag
  const behindLemma = !lemmas.length && words.length + tagged === 5;
  return { token, pos: labels[behindLemma && labels.length > 1 ? 1 : 0] };
}

/** Lemmas begin as their words do. */
function areAlike(one: ColumnFacts["values"], other: ColumnFacts["values"]): boolean {
  const [words, lemmas] = [one.flat(), other.flat()];
  const begin = (text: string): string => text.slice(0, 2).toLowerCase();
  const alike = words.filter((word, at) => begin(word) === begin(lemmas[at])).length;
  return alike >= 0.5 * words.length;
}

/**
 * Whether several columns of tags are levels of nesting: their entities lie inside one another. Two annotations of the same
 * text, such as gold and predicted tags, agree on many spans instead.
 */
function areNested(facts: readonly ColumnFacts[], tags: readonly number[]): boolean {
  const levels = tags.filter((column) => facts[column].entities.some(({ length }) => length > 0));
  return levels.every((one, at) =>
    levels.slice(at + 1).every((other) => nest(facts[one].entities, facts[other].entities)),
  );
}

function nest(one: ColumnFacts["entities"], other: ColumnFacts["entities"]): boolean {
  const size = (entities: ColumnFacts["entities"]): number => entities.flat().length;
  const [inner, outer] = size(one) <= size(other) ? [one, other] : [other, one];
  let inside = 0;
  let equal = 0;
  let crossing = 0;
  let apart = 0;
  for (const [at, entities] of inner.entries())
    for (const entity of entities) {
      const met = outer[at].filter((second) => overlap(entity, second));
      if (met.some(({ start, end }) => start === entity.start && end === entity.end)) equal++;
      else if (!met.length) apart++;
      else if (met.every((second) => contains(entity, second) || contains(second, entity))) inside++;
      else crossing++;
    }
  const all = inside + equal + crossing + apart;
  return inside > 0 && equal <= 0.2 * all && crossing <= 0.05 * all && apart <= 0.5 * all;
}

function contains(outer: Entity, inner: Entity): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function factsOf(
  sentences: readonly (readonly Row[])[],
  column: number,
  tags: TagOptions["tags"],
): ColumnFacts {
  const values = sentences.map((rows) => rows.map(({ cells }) => cells[column]));
  const flat = values.flat();
  const counts = countsOf(flat);
  // of a few tokens, all may happen to look like tags
  const spelling = column === 0 && flat.length < few ? undefined : spellingOf(counts, tags);
  const entities = spelling ? entitiesOf(values, spelling) : [];
  const types = new Set(entities.flat().map(({ type }) => type));
  const areChunks = types.size > 0 && [...types].every((type) => phrases.has(type));
  const kind = spelling ? (areChunks ? "chunk tags" : "tags") : kindOf(values, flat, counts);
  return { kind, values, spelling, entities };
}

function entitiesOf(values: ColumnFacts["values"], spelling: Spelling): Entity[][] {
  const decoder = new TagDecoder(spelling, spelling.parse("B")?.type === "" ? "?" : undefined);
  // what is at fault is reported when it is read
  const valid = (text: string): string => (spelling.parse(text) === undefined ? "O" : text);
  return values.map((tags, sentence) => decoder.decode(tags.map(valid), () => ({ file: "", sentence })));
}

function kindOf(
  values: ColumnFacts["values"],
  flat: readonly string[],
  counts: ReadonlyMap<string, number>,
): Kind {
  if ([...counts.keys()].every((value) => /^(?:-X-|_|-|)$/.test(value))) return "placeholders";
  if (areRunning(values)) return "running numbers";
  const repeated = flat.length - values.length;
  if (repeated >= few && counts.size > 1 && values.every((one) => new Set(one).size === 1))
    return "one value per sentence";
  if (flat.length < few) return "words";
  if ([...counts.keys()].every((value) => /^[\d.,:;/+-]+$/.test(value) && /\d/.test(value))) return "numbers";
  if (flat.length < 2.5 * few) return "words";
  if (counts.size >= 0.25 * flat.length) return "open vocabulary";
  return counts.size <= 0.1 * flat.length ? "closed vocabulary" : "words";
}

/** Whether numbers go up by one from token to token; CoNLL-U also has ranges (3-4) and insertions (3.1). */
function areRunning(values: ColumnFacts["values"]): boolean {
  let steps = 0;
  for (const sentence of values) {
    let before: number | undefined;
    for (const value of sentence) {
      if (!/^\d+(?:[-.]\d+)?$/.test(value)) return false;
      if (!/^\d+$/.test(value)) continue;
      if (before !== undefined && Number(value) !== before + 1) return false;
      if (before !== undefined) steps++;
      before = Number(value);
    }
  }
  return steps >= 3;
}
