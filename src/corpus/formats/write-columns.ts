import { CorpusError, show } from "../../base/errors";
import { areNeighbours } from "../documents";
import type { Entity, Sentence } from "../types";
import type { WriteOptions } from "./options";
import type { Reading } from "./reading";
import { documentMark } from "./rows";
import { flattened, layersOf, tagsOf } from "./write-tags";

/**
 * A split as a column file, in parts: with `conll` token, part of speech, "-X-" for the chunk and tag; with `nested` token and
 * a tag for each level of nesting. Tabs part the cells. Where sentences have contexts, `-DOCSTART-` lines part documents.
 * @param file what to call the split in messages
 * @throws CorpusError for what columns cannot hold: tokens and types with tabs or line ends in them, or nested entities in `conll`
 */
export function* columnText(
  sentences: readonly Sentence[],
  file: string,
  options: WriteOptions,
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
    yield `${lines.join("\n")}\n\n`;
    tellLosses(sentence, sentences, at, nested, reading);
  }
}

function flat(
  { entities }: Sentence,
  place: { file: string; sentence: number },
  { keep }: WriteOptions,
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
    if (parting.test(token) || token === documentMark || token.startsWith("\ufeff"))
      throw unfit(`tokens[${at}]`, token);
  for (const [at, tag] of pos.entries()) if (parting.test(tag)) throw unfit(`pos[${at}]`, tag);
  for (const [at, { type }] of entities.entries())
    if (parting.test(type) || /\s$/.test(type)) throw unfit(`entities[${at}].type`, type);
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
  if (lost) reading.repaired("contexts that are no neighbours in this file, not written", place);
  if (nested && sentence.pos.some((tag) => tag !== "X"))
    reading.repaired("sentences whose parts of speech have no place beside nested tags, not written", place);
}
