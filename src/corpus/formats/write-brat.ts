import { CorpusError, show } from "../../base/errors";
import { writeFiles } from "../../base/files";
import { documentsOf, sameTokens } from "../documents";
import type { Sentence } from "../types";
import { requireWellFormed } from "../validate";
import type { Reading } from "./reading";

/**
 * Writes a split as brat's standoff files into a folder: a text and its annotations for each document, a sentence a line, with
 * one space between tokens; offsets count Unicode characters. Read it back with `--tokens space`.
 * @throws CorpusError for tokens and types with white space in them
 */
export async function writeBrat(
  folder: string,
  given: Iterable<Sentence> | AsyncIterable<Sentence>,
  _: object,
  reading: Reading,
): Promise<number> {
  const sentences: Sentence[] = [];
  for await (const one of given) sentences.push(one);
  const documents = documentsOf(sentences);
  const names = namesOf(documents);
  let first = 0;
  const files = documents.flatMap((document, at): [string, string][] => {
    const { text, annotations } = standoff(document, folder, first);
    reportContexts(document, first, reading);
    first += document.length;
    return [
      [`${names[at]}.txt`, text],
      [`${names[at]}.ann`, annotations],
    ];
  });
  await writeFiles(folder, files);
  const tagged = sentences.filter(({ pos }) => pos.some((tag) => tag !== "X"));
  reading.repaired(
    "sentences whose parts of speech have no place in brat, not written",
    `sentence ${sentences.indexOf(tagged[0])}`,
    tagged.length,
  );
  return sentences.length;
}

/** Counts the contexts that are other than the neighbors in the document. */
function reportContexts(document: readonly Sentence[], first: number, reading: Reading): void {
  for (const [at, { previous, next }] of document.entries()) {
    const lost =
      (previous.length > 0 && !sameTokens(previous, document[at - 1]?.tokens)) ||
      (next.length > 0 && !sameTokens(next, document[at + 1]?.tokens));
    if (lost)
      reading.repaired("contexts that are not neighbors in this file, not written", `sentence ${first + at}`);
  }
}

/** The documents' ids where they can be file names and are distinct, else numbers. */
function namesOf(documents: readonly (readonly Sentence[])[]): string[] {
  const ids = documents.map(([first]) => first.id);
  const usable = ids.every((id) => /^[A-Za-z0-9][\w-]{0,99}$/.test(id));
  if (usable && new Set(ids.map((id) => id.toLowerCase())).size === ids.length) return ids;
  const digits = String(documents.length).length;
  return ids.map((_, at) => String(at + 1).padStart(digits, "0"));
}

function standoff(
  document: readonly Sentence[],
  file: string,
  first: number,
): { readonly text: string; readonly annotations: string } {
  const lines: string[] = [];
  const annotations: string[] = [];
  let offset = 0;
  for (const [at, sentence] of document.entries()) {
    const { tokens, entities } = sentence;
    const place = { file, sentence: first + at };
    requireWellFormed(sentence, place);
    for (const [index, token] of tokens.entries())
      if (/\s/.test(token)) throw unfit({ ...place, field: `tokens[${index}]` }, token);
    const starts: number[] = [];
    const ends: number[] = [];
    for (const token of tokens) {
      starts.push(offset);
      offset += [...token].length;
      ends.push(offset);
      offset++; // the space or line end behind it
    }
    for (const [index, { start, end, type }] of entities.entries()) {
      if (!/^\S+$/.test(type)) throw unfit({ ...place, field: `entities[${index}].type` }, type);
      const id = `T${annotations.length + 1}`;
      annotations.push(
        `${id}\t${type} ${starts[start]} ${ends[end - 1]}\t${tokens.slice(start, end).join(" ")}\n`,
      );
    }
    lines.push(`${tokens.join(" ")}\n`);
  }
  return { text: lines.join(""), annotations: annotations.join("") };
}

function unfit(place: { file: string; sentence: number; field: string }, value: string): CorpusError {
  return new CorpusError(
    place,
    `${show(value)} has white space, which parts tokens in brat; write --to json or jsonl`,
  );
}
