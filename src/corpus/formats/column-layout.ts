import { InputError } from "../../base/errors";
import { countsOf } from "../statistics";
import type { Entity } from "../types";
import type { Row } from "./column-rows";
import type { Reading } from "./reading";
import { TagDecoder } from "./tag-decoder";
import { dashed, spellingOf, type TagOptions, type TagSpelling } from "./tag-spelling";
import { contains, overlap } from "./write-tags";

/** The content of a column of a column file; "-" is ignored. */
export type Column = "token" | "pos" | "tag" | "-";

/** The columns of a file, and the spelling of its tags. */
export interface Layout {
  readonly columns: readonly Column[];
  readonly spelling: TagSpelling;
}

/** The apparent content of a column. */
type Kind =
  | "running numbers"
  | "one value per sentence"
  | "placeholders"
  | "tags"
  | "chunk tags"
  | "numbers"
  /** Many distinct words. */
  | "open vocabulary"
  /** A few labels. */
  | "closed vocabulary"
  /** Too few rows to decide. */
  | "words";

interface ColumnFacts {
  readonly kind: Kind;
  readonly values: readonly (readonly string[])[];
  readonly spelling: TagSpelling | undefined;
  readonly entities: readonly (readonly Entity[])[];
}

/** Types of CoNLL-2000's chunks, and of the German chunks of CoNLL-2003. */
const chunkTypes = new Set(
  ["NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP", "NC", "VC", "PC"].flatMap(
    (phrase) => [phrase, phrase.toLowerCase()],
  ),
);

/** A file with more columns of tags does not have levels of nesting. */
const mostLevels = 20;

/** With fewer rows, the content of a column is not clear. */
const fewRows = 20;

/**
 * Determines what each column holds by the content of the first sentences. Ignores running numbers, placeholders, and values that are
 * constant within a sentence. The other columns follow the conventions of CoNLL-2003 and its German part. Several columns of tags
 * are levels of nesting if their entities nest.
 * @throws InputError if the content is ambiguous or not a column file
 */
export function layoutOf(
  sentences: readonly (readonly Row[])[],
  width: number,
  file: string,
  { tags }: TagOptions,
  reading: Reading,
): Layout {
  if (width < 2) throw new InputError(`${file}: has one column; each token needs a tag after it`);
  const facts = Array.from({ length: width }, (_, column) => factsOf(sentences, column, tags));
  const assigned = assignColumns(facts);
  if ("problem" in assigned) {
    const kinds = facts.map(({ kind }, column) => `${column + 1} ${kind}`).join(", ");
    const example = assigned.suggestion ?? [
      "token",
      ...new Array<Column>(Math.max(0, width - 2)).fill("-"),
      "tag",
    ];
    throw new InputError(
      `${file}: has ${width} columns (${kinds}); ${assigned.problem}; name their content with --columns, as in --columns ${example.join(",")}`,
    );
  }
  const { columns } = assigned;
  const names = columns.map((column, index) => (column === "-" ? `- (${facts[index].kind})` : column));
  const levels = columns.filter((column) => column === "tag").length;
  reading.addFact(
    `columns are ${names.join(", ")}${levels > 1 ? `: ${levels} columns of tags, one for each level of nesting` : ""}`,
  );
  return { columns, spelling: spellingWithin(sentences, columns, tags) };
}

export function spellingWithin(
  sentences: readonly (readonly Row[])[],
  columns: readonly Column[],
  tags: TagOptions["tags"],
): TagSpelling {
  const cells = sentences.flatMap((rows) =>
    rows.flatMap((row) => row.cells.filter((_, index) => columns[index] === "tag")),
  );
  return spellingOf(countsOf(cells), tags) ?? dashed;
}

interface Problem {
  readonly problem: string;
  readonly suggestion?: readonly Column[];
}

function assignColumns(facts: readonly ColumnFacts[]): { readonly columns: readonly Column[] } | Problem {
  const columnsOf = (...kinds: readonly Kind[]): number[] =>
    facts.flatMap(({ kind }, column) => (kinds.includes(kind) ? [column] : []));
  const chunks = columnsOf("chunk tags");
  let tags = columnsOf("tags");
  let words = columnsOf("open vocabulary", "closed vocabulary", "words");
  if (!tags.length && chunks.length === 1) tags = chunks.splice(0);
  if (!tags.length) {
    // some tags may be faulty; usually the last column holds them
    const last = words.at(-1);
    if (last === undefined || words.length < 2 || !facts[last].values.flat().includes("O"))
      return { problem: "none of them contains tags such as B-PER and O" };
    tags = [last];
    words = words.slice(0, -1);
  }
  if (!words.length)
    words = columnsOf("numbers", "running numbers", "one value per sentence", "placeholders").slice(0, 1);
  if (!words.length && tags.length > 1) words = tags.splice(0, 1);
  if (!words.length) return { problem: "none of them contains tokens" };
  const assigned = assignWords(facts, words, chunks.length + tags.length);
  if ("problem" in assigned) {
    const suggestion = facts.map(
      (_, column): Column => (column === words[0] ? "token" : column === tags[0] ? "tag" : "-"),
    );
    return { ...assigned, suggestion };
  }
  const columns = facts.map(
    (_, column): Column =>
      column === assigned.token
        ? "token"
        : column === assigned.pos
          ? "pos"
          : tags.includes(column)
            ? "tag"
            : "-",
  );
  const first = columns.map(
    (column, index): Column => (column === "tag" && index !== tags[0] ? "-" : column),
  );
  if (chunks.length && words.length < 2)
    return { problem: "chunk tags are not entities", suggestion: columns };
  if (chunks.length > 1) return { problem: "several of them contain chunk tags", suggestion: columns };
  if (tags.length > mostLevels)
    return { problem: `more than ${mostLevels} of them contain tags`, suggestion: first };
  if (!areNested(facts, tags))
    return { problem: "the entities of the columns of tags do not nest", suggestion: first };
  return { columns };
}

/** Finds the columns of tokens and parts of speech among those that are neither tags nor numbers. */
function assignWords(
  facts: readonly ColumnFacts[],
  words: readonly number[],
  tagColumns: number,
): { readonly token: number; readonly pos: number | undefined } | Problem {
  if (words.length + tagColumns > 5) return { problem: "there are more than in CoNLL-2003" };
  const open = words.filter((column) => facts[column].kind === "open vocabulary");
  // a first column with few labels before one with many words does not hold tokens
  const token = facts[words[0]].kind === "closed vocabulary" && open.length ? open[0] : words[0];
  const others = words.filter((column) => column !== token);
  const lemmas = open.filter((column) => column !== token);
  if (!lemmas.every((lemma) => areLemmas(facts[token].values, facts[lemma].values)))
    return { problem: "several of them contain many different words" };
  const labels = others.filter((column) => !lemmas.includes(column));
  // CoNLL-2003 has token, POS, chunk, tag; its German part token, lemma, POS, chunk, tag
  const isGerman = !lemmas.length && words.length + tagColumns === 5;
  return { token, pos: labels[isGerman && labels.length > 1 ? 1 : 0] };
}

/** Whether most values begin like their words, as lemmas do. */
function areLemmas(tokenValues: ColumnFacts["values"], lemmaValues: ColumnFacts["values"]): boolean {
  const [words, lemmas] = [tokenValues.flat(), lemmaValues.flat()];
  const beginning = (text: string): string => text.slice(0, 2).toLowerCase();
  const similar = words.filter((word, index) => beginning(word) === beginning(lemmas[index]));
  return similar.length >= 0.5 * words.length;
}

/**
 * Whether columns of tags are levels of nesting, with entities inside one another. Several annotations of the same text, such as gold
 * and predicted tags, agree on many spans instead.
 */
function areNested(facts: readonly ColumnFacts[], tags: readonly number[]): boolean {
  const levels = tags.filter((column) => facts[column].entities.some(({ length }) => length > 0));
  return levels.every((one, index) =>
    levels.slice(index + 1).every((other) => nest(facts[one].entities, facts[other].entities)),
  );
}

function nest(one: ColumnFacts["entities"], other: ColumnFacts["entities"]): boolean {
  const size = (entities: ColumnFacts["entities"]): number => entities.flat().length;
  const [inner, outer] = size(one) <= size(other) ? [one, other] : [other, one];
  let inside = 0;
  let equal = 0;
  let crossing = 0;
  let apart = 0;
  for (const [sentence, entities] of inner.entries())
    for (const entity of entities) {
      const overlapping = outer[sentence].filter((other) => overlap(entity, other));
      if (overlapping.some(({ start, end }) => start === entity.start && end === entity.end)) equal++;
      else if (!overlapping.length) apart++;
      else if (overlapping.every((other) => contains(entity, other) || contains(other, entity))) inside++;
      else crossing++;
    }
  const all = inside + equal + crossing + apart;
  return inside > 0 && equal <= 0.2 * all && crossing <= 0.05 * all && apart <= 0.5 * all;
}

function factsOf(
  sentences: readonly (readonly Row[])[],
  column: number,
  tags: TagOptions["tags"],
): ColumnFacts {
  const values = sentences.map((rows) => rows.map(({ cells }) => cells[column]));
  const flat = values.flat();
  const counts = countsOf(flat);
  // a few tokens may all look like tags by chance
  const spelling = column === 0 && flat.length < fewRows ? undefined : spellingOf(counts, tags);
  const entities = spelling ? entitiesOf(values, spelling) : [];
  const types = new Set(entities.flat().map(({ type }) => type));
  const areChunks = types.size > 0 && [...types].every((type) => chunkTypes.has(type));
  const kind = spelling ? (areChunks ? "chunk tags" : "tags") : kindOf(values, flat, counts);
  return { kind, values, spelling, entities };
}

function entitiesOf(values: ColumnFacts["values"], spelling: TagSpelling): Entity[][] {
  const decoder = new TagDecoder(spelling, spelling.parse("B")?.type === "" ? "?" : undefined);
  // reading reports the faulty tags
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
  if (repeated >= fewRows && counts.size > 1 && values.every((one) => new Set(one).size === 1))
    return "one value per sentence";
  if (flat.length < fewRows) return "words";
  if ([...counts.keys()].every((value) => /^[\d.,:;/+-]+$/.test(value) && /\d/.test(value))) return "numbers";
  if (flat.length < 2.5 * fewRows) return "words";
  if (counts.size >= 0.25 * flat.length) return "open vocabulary";
  return counts.size <= 0.1 * flat.length ? "closed vocabulary" : "words";
}

/** Whether numbers increase by one from token to token. CoNLL-U also has ranges (3-4) and insertions (3.1). */
function areRunning(values: ColumnFacts["values"]): boolean {
  let steps = 0;
  for (const sentence of values) {
    let previous: number | undefined;
    for (const value of sentence) {
      if (!/^\d+(?:[-.]\d+)?$/.test(value)) return false;
      if (!/^\d+$/.test(value)) continue;
      if (previous !== undefined && Number(value) !== previous + 1) return false;
      if (previous !== undefined) steps++;
      previous = Number(value);
    }
  }
  return steps >= 3;
}
