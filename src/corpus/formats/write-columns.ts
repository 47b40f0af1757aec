import { CorpusError, show } from "../../base/errors";
import { writeParts } from "../../base/files";
import { areNeighbours } from "../documents";
import type { Entity, Sentence } from "../types";
import { requireWellFormed } from "../validate";
import { choice, type Writer } from "./format";
import type { Reading } from "./reading";
import { documentMark, longestLine, longestSentence } from "./rows";
import { flattened, layersOf, type TagScheme, tagSchemes, tagsOf } from "./write-tags";

export interface ColumnWriteOptions {
  /** Column files: how tags mark entities. Default `iob2`. */
  readonly scheme?: TagScheme;
  /** `conll`: which of entities that share a token is kept. Default: such a corpus is refused. */
  readonly keep?: "outermost" | "innermost";
}

const scheme = choice<TagScheme>("--scheme <name>", "how tags mark entities (default: iob2)", tagSchemes);

/** Token, part of speech, "-X-" and tag. */
export const flatColumns: Writer<ColumnWriteOptions> = {
  ending: ".conll",
  options: {
    scheme,
    keep: choice("--keep <which>", "which of nested entities to keep", ["outermost", "innermost"]),
  },
  write: (path, sentences, options, reading) => writeColumns(path, sentences, options, "conll", reading),
};

/** Token, and a tag for each level of nesting. */
export const nestedColumns: Writer<Pick<ColumnWriteOptions, "scheme">> = {
  ending: ".nested",
  options: { scheme },
  write: (path, sentences, options, reading) => writeColumns(path, sentences, options, "nested", reading),
};

async function writeColumns(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  options: ColumnWriteOptions,
  to: "conll" | "nested",
  reading: Reading,
): Promise<number> {
  const all: Sentence[] = [];
  for await (const sentence of sentences) all.push(sentence);
  await writeParts(path, columnText(all, path, { ...options, to }, reading));
  return all.length;
}

/**
 * A split as a column file, in parts: with `conll` token, part of speech, "-X-" for the chunk and tag; with `nested` token and
 * a tag for each level of nesting. Tabs part the cells. Where sentences have contexts, `-DOCSTART-` lines part documents.
 * @param file what to call the split in messages
 * @throws CorpusError for what columns cannot hold: tokens and types with tabs or line ends in them, or nested entities in `conll`
 */
export function* columnText(
  sentences: readonly Sentence[],
  file: string,
  options: ColumnWriteOptions & { readonly to: "conll" | "nested" },
  reading: Reading,
): Generator<string> {
  const nested = options.to === "nested";
  const layers = sentences.map((sentence, at) =>
    nested ? layersOf(sentence.entities) : [flat(sentence, { file, sentence: at }, options, reading)],
  );
  const levels = layers.reduce((most, { length }) => Math.max(most, length), 1);
  const marked = sentences.some(({ previous, next }) => previous.length > 0 || next.length > 0);
  const mark = [
    documentMark,
    ...(nested ? [] : ["-X-", "-X-"]),
    ...new Array<string>(nested ? levels : 1).fill("O"),
  ];
  for (const [at, sentence] of sentences.entries()) {
    const before = sentences[at - 1];
    const begins = !(before && areNeighbours(before, sentence));
    if (marked && begins) yield `${mark.join("\t")}\n\n`;
    checkCells(sentence, { file, sentence: at });
    const tags = Array.from({ length: levels }, (_, level) =>
      tagsOf(layers[at][level] ?? [], sentence.tokens.length, options.scheme),
    );
    const lines = sentence.tokens.map((token, row) =>
      [token, ...(nested ? [] : [sentence.pos[row], "-X-"]), ...tags.map((column) => column[row])].join("\t"),
    );
    const long = lines.findIndex((line) => line.length > longestLine);
    if (long >= 0)
      throw new CorpusError(
        { file, sentence: at, field: `tokens[${long}]` },
        `makes a line of ${lines[long].length} characters, but a column file has at most ${longestLine} in one; write --to json or jsonl`,
      );
    yield `${lines.join("\n")}\n\n`;
    tellLosses(sentence, sentences, at, nested, reading);
  }
}

function flat(
  { entities }: Sentence,
  place: { file: string; sentence: number },
  { keep }: ColumnWriteOptions,
  reading: Reading,
): Entity[] {
  const kept = flattened(entities, keep ?? "outermost");
  if (kept.length === entities.length) return kept;
  if (!keep)
    throw new CorpusError(
      place,
      "has entities that share tokens, which four columns cannot hold; write --to nested, or keep some with --keep outermost",
    );
  reading.repaired(
    `entities that share tokens with the ${keep}, not written`,
    `sentence ${place.sentence}`,
    entities.length - kept.length,
  );
  return kept;
}

const parting = /[\t\r\n]/;

function checkCells({ tokens, pos, entities }: Sentence, place: { file: string; sentence: number }): void {
  const unfit = (field: string, value: string): CorpusError =>
    new CorpusError({ ...place, field }, `${show(value)} cannot stand in a column; write --to json or jsonl`);
  for (const [at, token] of tokens.entries())
    if (parting.test(token) || token.startsWith(documentMark) || token.startsWith("\ufeff"))
      throw unfit(`tokens[${at}]`, token);
  requireWellFormed({ tokens, pos, entities, previous: [], next: [], id: "" }, place);
  if (tokens.length > longestSentence)
    throw new CorpusError(
      place,
      `has ${tokens.length} tokens, but a column file holds at most ${longestSentence} in one sentence; write --to json or jsonl`,
    );
  for (const [at, tag] of pos.entries()) if (parting.test(tag)) throw unfit(`pos[${at}]`, tag);
  for (const [at, { type }] of entities.entries())
    if (parting.test(type) || type !== type.trim()) throw unfit(`entities[${at}].type`, type);
}

function tellLosses(
  sentence: Sentence,
  sentences: readonly Sentence[],
  at: number,
  nested: boolean,
  reading: Reading,
): void {
  const place = `sentence ${at}`;
  const [before, after] = [sentences[at - 1], sentences[at + 1]];
  const lost =
    (sentence.previous.length > 0 && !(before && areNeighbours(before, sentence))) ||
    (sentence.next.length > 0 && !(after && areNeighbours(sentence, after)));
  if (lost) reading.repaired("contexts that are not neighbors in this file, not written", place);
  if (!nested)
    reading.repaired(
      "parts of speech _ and -X-, which read as missing",
      place,
      sentence.pos.filter((tag) => tag === "_" || tag === "-X-").length,
    );
  if (nested && sentence.pos.some((tag) => tag !== "X"))
    reading.repaired("sentences whose parts of speech have no place beside nested tags, not written", place);
}
