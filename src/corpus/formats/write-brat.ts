import { CorpusError, type CorpusLocation, show } from "../../base/errors";
import { writeFiles } from "../../base/files";
import { documentsOf, sameTokens } from "../sentences";
import type { Sentence } from "../types";
import { assertWellFormed } from "../validate";
import type { Reading } from "./reading";

/**
 * Writes a split as a folder of brat's standoff files: a text and its annotations for each document, one line per sentence, one space
 * between tokens. Offsets count Unicode characters. `--tokens space` reads it back.
 * @throws CorpusError for tokens and types that contain white space
 */
export async function writeBrat(
  folder: string,
  input: Iterable<Sentence> | AsyncIterable<Sentence>,
  _: object,
  reading: Reading,
): Promise<number> {
  const sentences: Sentence[] = [];
  for await (const sentence of input) sentences.push(sentence);
  const documents = documentsOf(sentences);
  const names = namesOf(documents);
  let first = 0;
  const files = documents.flatMap((document, index): [string, string][] => {
    const { text, annotations } = standoff(document, folder, first);
    reportContexts(document, first, reading);
    first += document.length;
    return [
      [`${names[index]}.txt`, text],
      [`${names[index]}.ann`, annotations],
    ];
  });
  await writeFiles(folder, files);
  const tagged = sentences.filter(({ pos }) => pos.some((tag) => tag !== "X"));
  reading.countRepair(
    "sentences without their parts of speech, which brat cannot store",
    `sentence ${sentences.indexOf(tagged[0])}`,
    tagged.length,
  );
  return sentences.length;
}

/** Counts contexts that differ from the neighbors in the document. */
function reportContexts(document: readonly Sentence[], first: number, reading: Reading): void {
  for (const [index, { previous, next }] of document.entries()) {
    const lostContexts =
      (previous.length > 0 && !sameTokens(previous, document[index - 1]?.tokens)) ||
      (next.length > 0 && !sameTokens(next, document[index + 1]?.tokens));
    if (lostContexts)
      reading.countRepair(
        "contexts that are not neighbors in this file, not written",
        `sentence ${first + index}`,
      );
  }
}

/** The documents' ids if they are distinct and valid as file names, otherwise numbers. */
function namesOf(documents: readonly (readonly Sentence[])[]): string[] {
  const ids = documents.map(([first]) => first.id);
  const usable = ids.every((id) => /^[A-Za-z0-9][\w-]{0,99}$/.test(id));
  if (usable && new Set(ids.map((id) => id.toLowerCase())).size === ids.length) return ids;
  const digits = String(documents.length).length;
  return ids.map((_, index) => String(index + 1).padStart(digits, "0"));
}

function standoff(
  document: readonly Sentence[],
  file: string,
  first: number,
): { readonly text: string; readonly annotations: string } {
  const lines: string[] = [];
  const annotations: string[] = [];
  let offset = 0;
  for (const [index, sentence] of document.entries()) {
    const { tokens, entities } = sentence;
    const location = { file, sentence: first + index };
    assertWellFormed(sentence, location);
    for (const [position, token] of tokens.entries())
      if (/\s/.test(token)) throw hasWhiteSpace({ ...location, field: `tokens[${position}]` }, token);
    const starts: number[] = [];
    const ends: number[] = [];
    for (const token of tokens) {
      starts.push(offset);
      offset += [...token].length;
      ends.push(offset);
      offset++; // the space or line feed after it
    }
    for (const [number, { start, end, type }] of entities.entries()) {
      if (!/^\S+$/.test(type)) throw hasWhiteSpace({ ...location, field: `entities[${number}].type` }, type);
      const id = `T${annotations.length + 1}`;
      annotations.push(
        `${id}\t${type} ${starts[start]} ${ends[end - 1]}\t${tokens.slice(start, end).join(" ")}\n`,
      );
    }
    lines.push(`${tokens.join(" ")}\n`);
  }
  return { text: lines.join(""), annotations: annotations.join("") };
}

function hasWhiteSpace(location: CorpusLocation, value: string): CorpusError {
  return new CorpusError(
    location,
    `${show(value)} has white space, which separates tokens in brat; write --to json or jsonl`,
  );
}
