import { CorpusError, show } from "../../base/errors";
import { visible } from "../../base/printable";
import { Blanks } from "./blanks";
import { choice, type FormatOptions } from "./format";
import type { Mention } from "./mentions";
import { bratCounting, countingsOf, describeCounting, type OffsetText, offsetText } from "./offsets";
import type { Reading } from "./reading";
import type { Stretch } from "./words";

export interface AnnotationOptions {
  /** brat: a mention of several fragments covers all from the first to the last, is its first fragment, or is left out. */
  readonly discontinuous?: "cover" | "first" | "drop";
  /** What offsets count. Default: Unicode characters as for brat, or else whatever fits the annotations. */
  readonly offsets?: "characters" | "utf-16" | "bytes";
}

export const annotationOptions: FormatOptions<AnnotationOptions> = {
  discontinuous: choice("--discontinuous <how>", "mentions of fragments (default: cover)", [
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

interface Place {
  readonly file: string;
  readonly line: number;
}

/** A line of an annotation file that begins with T. */
interface Annotation {
  readonly place: Place;
  readonly type: string;
  /** In whatever the file counts. */
  readonly fragments: readonly Stretch[];
  /** What the file says that stands there. */
  readonly words: string | undefined;
}

/**
 * The mentions of one annotation file, in UTF-16 code units of the text. Where they do not fit the text as brat counts it,
 * the way of counting that fits them all is taken and reported.
 * @throws CorpusError, unless the reading tolerates it, for a line that is not an annotation, or one that does not fit the text
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
    .flatMap((line, at) => annotationsIn(line, { file, line: at + 1 }, reading));
  const counted = countedText(text, parsed, options, file, reading);
  return parsed.flatMap((annotation): Mention[] => {
    try {
      return mentionOf(annotation, counted, options, reading);
    } catch (error) {
      reading.tolerated(error, 0);
      return [];
    }
  });
}

function annotationsIn(whole: string, place: Place, reading: Reading): Annotation[] {
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
      return [{ place, type, fragments, words }];
    }
    const problem = `is not a mention: ${show(line)}; write id, tab, type and offsets, as in "T1\tPER 0 4\tMary"`;
    reading.fault(new CorpusError(place, problem), 0);
    return [];
  }
  const kind = Object.hasOwn(others, line[0]) ? others[line[0]] : undefined;
  if (kind === undefined)
    reading.fault(
      new CorpusError(place, `is not a brat annotation: ${show(line)}; one begins with T, as T1`),
      0,
    );
  else reading.repaired(`${kind}, passed over`, `${place.file} line ${place.line}`);
  return [];
}

/** A longer text is not a document whose offsets could be counted in another way. */
const longestSearched = 2 ** 22;

function countedText(
  text: string,
  annotations: readonly Annotation[],
  { offsets }: AnnotationOptions,
  file: string,
  reading: Reading,
): OffsetText {
  const blanks = new Blanks(text);
  const usual = offsetText(text, offsets ? { unit: offsets, without: [] } : bratCounting, blanks);
  if (offsets !== undefined || text.length > longestSearched || fit(annotations, usual)) return usual;
  for (const counting of countingsOf(text)) {
    const counted = offsetText(text, counting, blanks);
    if (!fit(annotations, counted)) continue;
    reading.repaired(`documents whose offsets count ${describeCounting(counting)}`, file);
    return counted;
  }
  return usual;
}

/** Whether annotations hold the words that they say, and those that say none begin and end where words do. */
function fit(annotations: readonly Annotation[], text: OffsetText): boolean {
  return annotations.every(({ fragments, words }) => {
    if (fragments.some(({ start, end }) => start >= end || end > text.length)) return false;
    const inText = fragments.map(({ start, end }) => ({ start: text.unit(start), end: text.unit(end) }));
    if (words !== undefined) return isWritten(inText, text, words);
    return inText.every(({ start, end }) => !cutsWord(text.text, start) && !cutsWord(text.text, end));
  });
}

/** Whether a place lies inside a word, between a letter and its accent, or between the halves of a character. */
function cutsWord(text: string, at: number): boolean {
  if (at === 0 || at >= text.length) return false;
  if (/[\udc00-\udfff]/.test(text[at]) && /[\ud800-\udbff]/.test(text[at - 1])) return true;
  return /^[\p{L}\p{N}\p{M}](?:\p{L}|\p{N})$|^.\p{M}$/su.test(text.slice(at - 1, at + 1));
}

function mentionOf(
  { place, type, fragments: counted, words }: Annotation,
  text: OffsetText,
  { discontinuous = "cover" }: AnnotationOptions,
  reading: Reading,
): Mention[] {
  const fragments = counted.map(({ start, end }): Stretch => {
    if (start >= end)
      throw new CorpusError(place, `start ${start} must be less than end ${end} (end is exclusive)`);
    if (end > text.length)
      throw new CorpusError(place, `end ${end} lies outside the text of ${text.length} characters`);
    return { start: text.unit(start), end: text.unit(end) };
  });
  if (words !== undefined && !isWritten(fragments, text, words)) {
    const found = show(visible(beginningOf(fragments, text.text)));
    throw new CorpusError(
      place,
      `says ${show(visible(words))}, but its offsets hold ${found}, however they are counted; correct the offsets or the text`,
    );
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
      if (text[from] !== wanted[at++]) return isSame(fragments, text, wanted);
  return at === wanted.length || isSame(fragments, text, wanted);
}

/** Longer mentions are not compared in normal form. */
const longestCompared = 1000;

/** Whether fragments hold words that differ in Unicode's normal form, or by entities such as &amp;. */
function isSame(fragments: readonly Stretch[], text: string, wanted: string): boolean {
  const length = fragments.reduce((sum, { start, end }) => sum + end - start, 0);
  if (length > longestCompared || wanted.length > longestCompared) return false;
  const held = fragments.map(({ start, end }) => text.slice(start, end)).join("");
  const plain = (one: string): string => unescaped(one).replace(/\s+/g, "").normalize("NFC");
  return plain(held) === plain(wanted);
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function unescaped(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
    (whole, name, decimal, hex) => {
      if (name !== undefined) return named[name];
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
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
  { file, line }: Place,
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
