import { CorpusError, show } from "../../base/errors";
import { visible } from "../../base/printable";
import { BlankIndex } from "./blank-index";
import { choice, type FormatOptions } from "./format";
import type { Mention } from "./mentions";
import { bratCounting, countingsOf, describeCounting, type OffsetText, offsetText } from "./offsets";
import type { Reading } from "./reading";
import type { TextRange } from "./tokenize";

export interface AnnotationOptions {
  /** Mentions of several fragments: cover them from first to last, take only the first fragment, or drop the mention. */
  readonly discontinuous?: "cover" | "first" | "drop";
  /** What offsets count. Default: Unicode characters, as in brat; if these do not fit the annotations, a unit that fits. */
  readonly offsets?: "characters" | "utf-16" | "bytes";
}

export const annotationOptions: FormatOptions<AnnotationOptions> = {
  discontinuous: choice("--discontinuous <how>", "mentions of several fragments (default: cover)", [
    "cover",
    "first",
    "drop",
  ]),
  offsets: choice("--offsets <unit>", "what offsets count (default: what fits the text)", [
    "characters",
    "utf-16",
    "bytes",
  ]),
};

/** Annotations that are not entities, by their first letter. */
const otherAnnotations: Readonly<Record<string, string>> = {
  R: "relations",
  E: "events",
  A: "attributes",
  M: "modifications",
  N: "normalizations",
  "#": "notes",
  "*": "equivalences",
};

interface LineLocation {
  readonly file: string;
  readonly line: number;
}

interface Annotation {
  readonly location: LineLocation;
  readonly type: string;
  /** Ranges in the units that the file counts. */
  readonly fragments: readonly TextRange[];
  /** The text of the mention, if the file gives it. */
  readonly words: string | undefined;
}

/**
 * The mentions of one annotation file, in UTF-16 code units of the text. If offsets do not fit the text as brat counts them, tries
 * other ways to count, and reports the one that fits all mentions.
 * @throws CorpusError, unless the reading tolerates it, for an invalid line or one that does not fit the text
 */
export function mentionsOf(
  annotations: string,
  file: string,
  text: string,
  options: AnnotationOptions,
  reading: Reading,
): Mention[] {
  const parsed = annotations
    .split("\n")
    .flatMap((line, index) => annotationsIn(line, { file, line: index + 1 }, reading));
  const offsetUnits = countedText(text, parsed, options, file, reading);
  return parsed.flatMap((annotation): Mention[] => {
    try {
      return mentionOf(annotation, offsetUnits, options, reading);
    } catch (error) {
      reading.handle(error, 0);
      return [];
    }
  });
}

function annotationsIn(whole: string, location: LineLocation, reading: Reading): Annotation[] {
  const line = whole.replace(/\r$/, "").replace(/^\ufeff/, "");
  if (line.trim() === "") return [];
  if (line.startsWith("T")) {
    const [, body, words] = line.split("\t");
    const match = /^(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)$/.exec(body ?? "");
    if (match) {
      const [, type, numbers] = match;
      const fragments = numbers.split(";").map((pair) => {
        const [start, end] = pair.split(" ").map(Number);
        return { start, end };
      });
      return [{ location, type, fragments, words }];
    }
    const problem = `is not a mention: ${show(line)}; write id, tab, type and offsets, as in "T1\tPER 0 4\tMary"`;
    reading.addFault(new CorpusError(location, problem), 0);
    return [];
  }
  const kind = Object.hasOwn(otherAnnotations, line[0]) ? otherAnnotations[line[0]] : undefined;
  if (kind !== undefined) reading.countRepair(`${kind}, skipped`, `${location.file} line ${location.line}`);
  else {
    const problem = `is not a brat annotation: ${show(line)}; an annotation begins with an id such as T1`;
    reading.addFault(new CorpusError(location, problem), 0);
  }
  return [];
}

/** Characters of the longest text for which other ways to count are tried. */
const longestSearched = 2 ** 22;

function countedText(
  text: string,
  annotations: readonly Annotation[],
  { offsets }: AnnotationOptions,
  file: string,
  reading: Reading,
): OffsetText {
  const blanks = new BlankIndex(text);
  const usual = offsetText(text, offsets ? { unit: offsets, changes: [] } : bratCounting, blanks);
  if (offsets !== undefined || text.length > longestSearched || fit(annotations, usual)) return usual;
  for (const counting of countingsOf(text)) {
    const offsetUnits = offsetText(text, counting, blanks);
    if (!fit(annotations, offsetUnits)) continue;
    reading.countRepair(`documents whose offsets count ${describeCounting(counting)}`, file);
    return offsetUnits;
  }
  return usual;
}

/** Whether annotations contain the words that they give, and those that give none begin and end at words. */
function fit(annotations: readonly Annotation[], text: OffsetText): boolean {
  return annotations.every(({ fragments, words }) => {
    if (fragments.some(({ start, end }) => start >= end || end > text.length)) return false;
    const inText = fragments.map(({ start, end }) => ({
      start: text.toUtf16(start),
      end: text.toUtf16(end),
    }));
    if (words !== undefined) return matchesWords(inText, text, words);
    return inText.every(({ start, end }) => !isInsideWord(text.text, start) && !isInsideWord(text.text, end));
  });
}

/** Whether an offset is inside a word, between a letter and its accent, or inside a surrogate pair. */
function isInsideWord(text: string, offset: number): boolean {
  if (offset === 0 || offset >= text.length) return false;
  if (/[\udc00-\udfff]/.test(text[offset]) && /[\ud800-\udbff]/.test(text[offset - 1])) return true;
  return /^[\p{L}\p{N}\p{M}](?:\p{L}|\p{N})$|^.\p{M}$/su.test(text.slice(offset - 1, offset + 1));
}

function mentionOf(
  { location, type, fragments: ranges, words }: Annotation,
  text: OffsetText,
  { discontinuous = "cover" }: AnnotationOptions,
  reading: Reading,
): Mention[] {
  const fragments = ranges.map(({ start, end }): TextRange => {
    if (start >= end)
      throw new CorpusError(location, `start ${start} must be less than end ${end} (end is exclusive)`);
    if (end > text.length)
      throw new CorpusError(location, `end ${end} lies outside the text of ${text.length} characters`);
    return { start: text.toUtf16(start), end: text.toUtf16(end) };
  });
  if (words !== undefined && !matchesWords(fragments, text, words)) {
    const actual = show(visible(excerptOf(fragments, text.text)));
    throw new CorpusError(
      location,
      `has the text ${show(visible(words))}, but the text at its offsets is ${actual}, however offsets are counted; correct the offsets or the text`,
    );
  }
  const merged = mergeFragments(fragments, text.blanks);
  return merged.length === 1
    ? [{ ...merged[0], type }]
    : discontinuousMention(merged, type, discontinuous, location, reading);
}

/**
 * Whether fragments contain these words, apart from white space: brat changes white space, and splits a mention at the end of a
 * line. Stops at the first difference, because a file may have a million lines with long texts.
 */
function matchesWords(fragments: readonly TextRange[], { text, blanks }: OffsetText, words: string): boolean {
  const expected = words.replace(/\s+/g, "");
  let matched = 0;
  for (const { start, end } of fragments)
    for (let i = blanks.skip(start); i < end; i = blanks.skip(i + 1))
      if (text[i] !== expected[matched++]) return matchesNormalized(fragments, text, expected);
  return matched === expected.length || matchesNormalized(fragments, text, expected);
}

/** Longer mentions are not compared in normal form. */
const longestNormalized = 1000;

/** Whether fragments differ from the words only in Unicode's normal form or in entities such as &amp;. */
function matchesNormalized(fragments: readonly TextRange[], text: string, words: string): boolean {
  const length = fragments.reduce((sum, { start, end }) => sum + end - start, 0);
  if (length > longestNormalized || words.length > longestNormalized) return false;
  const content = fragments.map(({ start, end }) => text.slice(start, end)).join("");
  const normalize = (one: string): string => unescapeEntities(one).replace(/\s+/g, "").normalize("NFC");
  return normalize(content) === normalize(words);
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function unescapeEntities(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
    (whole, name, decimal, hex) => {
      if (name !== undefined) return namedEntities[name];
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function excerptOf(fragments: readonly TextRange[], text: string): string {
  const most = 100;
  const parts = fragments
    .slice(0, most)
    .map(({ start, end }) => text.slice(start, Math.min(end, start + most)));
  return parts.join(" ");
}

function mergeFragments(fragments: readonly TextRange[], blanks: BlankIndex): TextRange[] {
  const merged: TextRange[] = [];
  for (const fragment of fragments) {
    const last = merged.at(-1);
    if (last && last.end <= fragment.start && blanks.isBlank(last.end, fragment.start))
      merged[merged.length - 1] = { start: last.start, end: fragment.end };
    else merged.push(fragment);
  }
  return merged;
}

type Discontinuous = NonNullable<AnnotationOptions["discontinuous"]>;

export function countDiscontinuous(how: Discontinuous, where: string, reading: Reading): void {
  const repairs = { cover: "covered from first to last", first: "cut to the first", drop: "left out" };
  reading.countRepair(`mentions of several fragments, ${repairs[how]}`, where);
}

function discontinuousMention(
  fragments: readonly TextRange[],
  type: string,
  how: Discontinuous,
  { file, line }: LineLocation,
  reading: Reading,
): Mention[] {
  countDiscontinuous(how, `${file} line ${line}`, reading);
  if (how === "drop") return [];
  if (how === "first") return [{ ...fragments[0], type }];
  // Math.min(...) fails for many arguments
  const start = fragments.reduce((least, fragment) => Math.min(least, fragment.start), fragments[0].start);
  return [{ start, end: fragments.reduce((most, { end }) => Math.max(most, end), 0), type }];
}
