import { CorpusError, show } from "../../base/errors";
import { Blanks } from "./blanks";
import type { Mention } from "./mentions";
import type { Reading } from "./reading";
import type { Stretch } from "./words";

export interface AnnotationOptions {
  /** brat: a mention of several fragments covers all from the first to the last, is its first fragment, or is left out. */
  readonly discontinuous?: "cover" | "first" | "drop";
  /** brat: what offsets count: Unicode characters as brat does (default), or UTF-16 code units. */
  readonly offsets?: "characters" | "utf-16";
}

/** A text and what its offsets count. */
export interface OffsetText {
  readonly text: string;
  /** How many characters there are. */
  readonly length: number;
  /** The place of a character, in UTF-16 code units. */
  unit(character: number): number;
  readonly blanks: Blanks;
}

/** @param offsets what offsets count: Unicode characters, or UTF-16 code units */
export function offsetText(text: string, offsets: AnnotationOptions["offsets"] = "characters"): OffsetText {
  const blanks = new Blanks(text);
  if (offsets === "utf-16" || !/[\ud800-\udfff]/.test(text))
    return { text, length: text.length, unit: (character) => character, blanks };
  const units = new Uint32Array(text.length + 1);
  let length = 0;
  for (let unit = 0; unit < text.length; length++) {
    units[length] = unit;
    unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  }
  units[length] = text.length;
  return { text, length, unit: (character) => units[character], blanks };
}

/** What lines of an annotation file begin with, besides T; none of it is an entity. */
const others: Readonly<Record<string, string>> = {
  R: "relations",
  E: "events",
  A: "attributes",
  M: "modifications",
  N: "normalisations",
  "#": "notes",
  "*": "equivalences",
};

/**
 * The mentions of one annotation file.
 * @throws CorpusError, unless the reading tolerates it, for a line that is no annotation, or one that does not fit the text
 */
export function mentionsOf(
  annotations: string,
  file: string,
  text: OffsetText,
  options: AnnotationOptions,
  reading: Reading,
): Mention[] {
  return annotations.split("\n").flatMap((whole, at): Mention[] => {
    const line = whole.replace(/\r$/, "").replace(/^\ufeff/, "");
    if (line.trim() === "") return [];
    const place = { file, line: at + 1 };
    try {
      if (!line.startsWith("T")) {
        const kind = Object.hasOwn(others, line[0]) ? others[line[0]] : undefined;
        if (kind === undefined)
          throw new CorpusError(place, `is no brat annotation: ${show(line)}; one begins with T, as T1`);
        reading.repaired(`${kind}, passed over`, `${file} line ${at + 1}`);
        return [];
      }
      return mentionOf(line, place, text, options, reading);
    } catch (error) {
      reading.tolerated(error);
      return [];
    }
  });
}

function mentionOf(
  line: string,
  place: { file: string; line: number },
  text: OffsetText,
  { discontinuous = "cover", offsets }: AnnotationOptions,
  reading: Reading,
): Mention[] {
  const [, body, words] = line.split("\t");
  const match = /^(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)$/.exec(body ?? "");
  if (!match)
    throw new CorpusError(
      place,
      `is no mention: ${show(line)}; write id, tab, type and offsets, as in "T1\tPER 0 4\tMary"`,
    );
  const [, type, numbers] = match;
  const fragments = numbers.split(";").map((pair): Stretch => {
    const [start, end] = pair.split(" ").map(Number);
    if (start >= end)
      throw new CorpusError(place, `start ${start} must be less than end ${end} (end is exclusive)`);
    if (end > text.length)
      throw new CorpusError(place, `end ${end} lies outside the text of ${text.length} characters`);
    return { start: text.unit(start), end: text.unit(end) };
  });
  if (words !== undefined && !isWritten(fragments, text, words)) {
    const way =
      offsets === "utf-16"
        ? "count Unicode characters (--offsets characters)"
        : "if they count UTF-16 units, give --offsets utf-16";
    const found = show(beginningOf(fragments, text.text));
    throw new CorpusError(place, `says ${show(words)}, but its offsets hold ${found}; ${way}`);
  }
  const whole = joined(fragments, text.blanks);
  return whole.length === 1
    ? [{ ...whole[0], type }]
    : ofSeveral(fragments, type, discontinuous, place, reading);
}

/**
 * Whether fragments hold these words, white space apart: brat shows that in its own way, and parts a mention at the end of a
 * line. Stops at the first difference, for a line may say of little that it is all of the text, and a million lines may.
 */
function isWritten(fragments: readonly Stretch[], { text, blanks }: OffsetText, words: string): boolean {
  const wanted = words.replace(/\s+/g, "");
  let at = 0;
  for (const { start, end } of fragments)
    for (let from = blanks.skip(start); from < end; from = blanks.skip(from + 1))
      if (text[from] !== wanted[at++]) return false;
  return at === wanted.length;
}

/** As much of the fragments as a message shows. */
function beginningOf(fragments: readonly Stretch[], text: string): string {
  const most = 100;
  const parts = fragments
    .slice(0, most)
    .map(({ start, end }) => text.slice(start, Math.min(end, start + most)));
  return parts.join(" ");
}

/** Fragments with nothing but white space between them are one. */
function joined(fragments: readonly Stretch[], blanks: Blanks): Stretch[] {
  const whole: Stretch[] = [];
  for (const fragment of fragments) {
    const last = whole.at(-1);
    if (last && last.end <= fragment.start && blanks.isBlank(last.end, fragment.start))
      whole[whole.length - 1] = { start: last.start, end: fragment.end };
    else whole.push(fragment);
  }
  return whole;
}

function ofSeveral(
  fragments: readonly Stretch[],
  type: string,
  discontinuous: NonNullable<AnnotationOptions["discontinuous"]>,
  { file, line }: { file: string; line: number },
  reading: Reading,
): Mention[] {
  const done = { cover: "covered from first to last", first: "cut to the first", drop: "left out" };
  reading.repaired(`mentions of several fragments, ${done[discontinuous]}`, `${file} line ${line}`);
  if (discontinuous === "drop") return [];
  if (discontinuous === "first") return [{ ...fragments[0], type }];
  // not Math.min of all, which takes no more than some ten thousand
  const start = fragments.reduce((least, fragment) => Math.min(least, fragment.start), fragments[0].start);
  return [{ start, end: fragments.reduce((most, { end }) => Math.max(most, end), 0), type }];
}
