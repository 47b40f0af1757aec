import { CorpusError, type CorpusLocation, show } from "../../base/errors";
import { writeParts } from "../../base/files";
import { areNeighbors } from "../sentences";
import type { Entity, Sentence } from "../types";
import { assertWellFormed } from "../validate";
import { documentMark, longestLine, longestSentence } from "./column-rows";
import { choice, type Writer } from "./format";
import { type Reading, shortLocation } from "./reading";
import { flatten, layersOf, type TagScheme, tagSchemes, tagsOf } from "./write-tags";

export interface ColumnWriteOptions {
  /** Column files: how tags mark entities. Default `iob2`. */
  readonly scheme?: TagScheme;
  /** `conll`: which of several overlapping entities to write. Default: overlapping entities are refused. */
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
  input: Iterable<Sentence> | AsyncIterable<Sentence>,
  options: ColumnWriteOptions,
  to: "conll" | "nested",
  reading: Reading,
): Promise<number> {
  const sentences: Sentence[] = [];
  for await (const sentence of input) sentences.push(sentence);
  await writeParts(path, columnText(sentences, path, { ...options, to }, reading));
  return sentences.length;
}

/**
 * A split as a column file, in parts. `conll` has token, part of speech, "-X-" for the chunk, and tag; `nested` has token and one tag
 * for each level of nesting. Tabs separate cells. If sentences have contexts, `-DOCSTART-` lines separate documents.
 * @param file names the split in messages
 * @throws CorpusError for what columns cannot hold: tabs or line ends in tokens and types, and in `conll` nested entities
 */
export function* columnText(
  sentences: readonly Sentence[],
  file: string,
  options: ColumnWriteOptions & { readonly to: "conll" | "nested" },
  reading: Reading,
): Generator<string> {
  const isNested = options.to === "nested";
  const layers = sentences.map((sentence, index) =>
    isNested
      ? layersOf(sentence.entities)
      : [flatEntities(sentence, { file, sentence: index }, options, reading)],
  );
  const levels = layers.reduce((most, { length }) => Math.max(most, length), 1);
  const hasContexts = sentences.some(({ previous, next }) => previous.length > 0 || next.length > 0);
  const mark = [
    documentMark,
    ...(isNested ? [] : ["-X-", "-X-"]),
    ...new Array<string>(isNested ? levels : 1).fill("O"),
  ];
  for (const [index, sentence] of sentences.entries()) {
    const location = { file, sentence: index };
    const before = sentences[index - 1];
    if (hasContexts && !(before && areNeighbors(before, sentence))) yield `${mark.join("\t")}\n\n`;
    checkCells(sentence, location);
    const tags = Array.from({ length: levels }, (_, level) =>
      tagsOf(layers[index][level] ?? [], sentence.tokens.length, options.scheme),
    );
    const lines = sentence.tokens.map((token, row) =>
      [token, ...(isNested ? [] : [sentence.pos[row], "-X-"]), ...tags.map((column) => column[row])].join(
        "\t",
      ),
    );
    const long = lines.findIndex((line) => line.length > longestLine);
    if (long >= 0)
      throw new CorpusError(
        { ...location, field: `tokens[${long}]` },
        `gives a line of ${lines[long].length} characters, but a line of a column file has at most ${longestLine}; write --to json or jsonl`,
      );
    yield `${lines.join("\n")}\n\n`;
    countLosses(sentence, sentences, index, isNested, reading);
  }
}

function flatEntities(
  { entities }: Sentence,
  location: CorpusLocation,
  { keep }: ColumnWriteOptions,
  reading: Reading,
): Entity[] {
  const flat = flatten(entities, keep ?? "outermost");
  if (flat.length === entities.length) return flat;
  if (!keep)
    throw new CorpusError(
      location,
      "has entities that share tokens, which four columns cannot store; write --to nested, or keep some with --keep outermost",
    );
  reading.countRepair(
    `entities that share tokens with the ${keep}, not written`,
    shortLocation(location),
    entities.length - flat.length,
  );
  return flat;
}

const separator = /[\t\r\n]/;

function checkCells({ tokens, pos, entities }: Sentence, location: CorpusLocation): void {
  const refuse = (field: string, value: string): CorpusError =>
    new CorpusError(
      { ...location, field },
      `${show(value)} does not fit in a column; write --to json or jsonl`,
    );
  for (const [index, token] of tokens.entries())
    if (separator.test(token) || token.startsWith(documentMark) || token.startsWith("\ufeff"))
      throw refuse(`tokens[${index}]`, token);
  assertWellFormed({ tokens, pos, entities, previous: [], next: [], id: "" }, location);
  if (tokens.length > longestSentence)
    throw new CorpusError(
      location,
      `has ${tokens.length} tokens, but a sentence of a column file has at most ${longestSentence}; write --to json or jsonl`,
    );
  for (const [index, tag] of pos.entries()) if (separator.test(tag)) throw refuse(`pos[${index}]`, tag);
  for (const [index, { type }] of entities.entries())
    if (separator.test(type) || type !== type.trim()) throw refuse(`entities[${index}].type`, type);
}

function countLosses(
  sentence: Sentence,
  sentences: readonly Sentence[],
  index: number,
  isNested: boolean,
  reading: Reading,
): void {
  const where = `sentence ${index}`;
  const [before, after] = [sentences[index - 1], sentences[index + 1]];
  const losesContext =
    (sentence.previous.length > 0 && !(before && areNeighbors(before, sentence))) ||
    (sentence.next.length > 0 && !(after && areNeighbors(sentence, after)));
  if (losesContext) reading.countRepair("contexts that are not neighbors in this file, not written", where);
  const { pos } = sentence;
  if (!isNested) {
    const missing = pos.filter((tag) => tag === "_" || tag === "-X-").length;
    reading.countRepair("parts of speech _ and -X-, which read as missing", where, missing);
  } else if (pos.some((tag) => tag !== "X"))
    reading.countRepair("sentences without their parts of speech, which nested columns cannot store", where);
}
