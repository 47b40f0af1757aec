import { InputError } from "../../base/errors";
import { isBlank } from "./character-classes";

/** A token of a text, at UTF-16 code units `start … end - 1`. */
export interface TextToken {
  readonly start: number;
  readonly end: number;
  /** Universal part-of-speech tag. */
  readonly tag: string;
}

/** Splits a paragraph into sentences, and these into tokens. Skips only white space and invisible characters. */
export type Segmenter = (paragraph: string) => readonly (readonly TextToken[])[];

/**
 * Splits text in any language by Unicode's rules and Node's dictionaries (Intl.Segmenter). Tags only punctuation, symbols and
 * numbers.
 * @param language BCP 47 tag, such as "zh" or "de"
 * @throws InputError if the language is not a valid tag
 */
export function unicodeSegmenter(language: string, unit: "word" | "character"): Segmenter {
  const sentences = intlSegmenter(language, "sentence");
  const units = intlSegmenter(language, unit === "word" ? "word" : "grapheme");
  return (paragraph) =>
    segmentsOf(sentences, paragraph, 4096)
      .map(({ segment, index }) => tokensOf(units, segment, index))
      .filter((tokens) => tokens.length);
}

function intlSegmenter(language: string, granularity: "word" | "sentence" | "grapheme"): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity });
  } catch (error) {
    throw new InputError(
      `language "${language}" is not a language tag; give one such as en, zh or de, or auto`,
      { cause: error },
    );
  }
}

interface Segment {
  readonly segment: string;
  readonly index: number;
  /** Only in a segmentation into words: false for white space and punctuation. */
  readonly isWordLike?: boolean;
}

/**
 * All segments of a text, computed window by window: the time that Node takes for one segment grows with the length of the whole
 * text. A segment as long as the window is split, after white space or punctuation if it contains any.
 */
function segmentsOf(by: Intl.Segmenter, text: string, window: number): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  while (start < text.length) {
    const isLast = start + window >= text.length;
    const inWindow = [...by.segment(text.slice(start, windowEnd(text, start + window)))].map(
      ({ segment, index, isWordLike }) => ({ segment, index: start + index, isWordLike }),
    );
    const complete = isLast ? inWindow : completeSegments(inWindow);
    segments.push(...complete);
    const { segment, index } = complete[complete.length - 1];
    start = index + segment.length;
  }
  return segments;
}

/**
 * The segments that the end of the window cannot have changed: all but the last. Words without spaces between them depend on what
 * follows, so for those only the segments up to the last punctuation mark count.
 */
function completeSegments(segments: readonly Segment[]): readonly Segment[] {
  if (segments.length === 1) {
    const [{ segment, index }] = segments;
    return [{ segment: /^.*[^\p{L}\p{M}\p{N}]/su.exec(segment)?.[0] ?? segment, index }];
  }
  const last = segments.findLastIndex(
    ({ isWordLike }, position) => isWordLike === false && position < segments.length - 1,
  );
  return segments.slice(0, last >= segments.length / 2 ? last + 1 : -1);
}

/** Does not separate the two code units of a character. */
function windowEnd(text: string, end: number): number {
  return text.codePointAt(end - 1)! > 0xffff ? end - 1 : end;
}

/** Words, or characters as readers see them: combining marks and joined emoji belong to their character. */
function tokensOf(units: Intl.Segmenter, sentence: string, offset: number): TextToken[] {
  return segmentsOf(units, sentence, 256)
    .filter(({ segment }) => !isBlank(segment))
    .map(({ segment, index }) => tokenAt(segment, offset + index));
}

function tokenAt(text: string, start: number): TextToken {
  const tag = /^\p{P}+$/u.test(text)
    ? "PUNCT"
    : /^\p{S}+$/u.test(text)
      ? "SYM"
      : /^\p{N}/u.test(text)
        ? "NUM"
        : "X";
  return { start, end: start + text.length, tag };
}
