import { InputError } from "../../base/errors";
import { isBlank } from "./characters";
import type { Cut, Piece } from "./piece";

/**
 * Sentences and tokens of any language by Unicode's rules and the dictionaries that Node brings along (Intl.Segmenter). There
 * are no parts of speech but punctuation and numbers.
 * @param language BCP 47 tag, as "zh" or "de"
 * @throws InputError when it is no language tag
 */
export function segmentedBy(language: string, unit: "word" | "character"): Cut {
  const sentences = segmenter(language, "sentence");
  const units = segmenter(language, unit === "word" ? "word" : "grapheme");
  return (paragraph) =>
    segmentsOf(sentences, paragraph, 4096)
      .map(({ segment, index }) => piecesOf(units, segment, index))
      .filter((pieces) => pieces.length);
}

function segmenter(language: string, granularity: "word" | "sentence" | "grapheme"): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity });
  } catch (error) {
    throw new InputError(
      `language "${language}" is no language tag; give one such as en, zh or de, or auto`,
      {
        cause: error,
      },
    );
  }
}

interface Segment {
  readonly segment: string;
  readonly index: number;
  /** Of words alone: false for white space and marks. */
  readonly isWordLike?: boolean;
}

/**
 * All segments of a text, a window of it at a time: each segment that Node makes takes as long as all of the text that it is
 * made of. One as long as the window is cut, behind white space or a mark where it has some.
 */
function segmentsOf(by: Intl.Segmenter, text: string, window: number): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    const isLast = at + window >= text.length;
    const inWindow = [...by.segment(text.slice(at, windowEnd(text, at + window)))].map(
      ({ segment, index, isWordLike }) => ({ segment, index: at + index, isWordLike }),
    );
    const whole = isLast ? inWindow : uncut(inWindow);
    found.push(...whole);
    const { segment, index } = whole[whole.length - 1];
    at = index + segment.length;
  }
  return found;
}

/**
 * The segments that a window's end has not cut: all but the last; where words stand without spaces, which are told apart by
 * what follows them, those up to the last mark.
 */
function uncut(segments: readonly Segment[]): readonly Segment[] {
  if (segments.length === 1) {
    const [{ segment, index }] = segments;
    return [{ segment: /^.*[^\p{L}\p{M}\p{N}]/su.exec(segment)?.[0] ?? segment, index }];
  }
  const last = segments.findLastIndex(
    ({ isWordLike }, at) => isWordLike === false && at < segments.length - 1,
  );
  return segments.slice(0, last >= segments.length / 2 ? last + 1 : -1);
}

/** Not inside of a character of two code units. */
function windowEnd(text: string, end: number): number {
  return text.codePointAt(end - 1)! > 0xffff ? end - 1 : end;
}

/** Words; or characters as readers see them, marks and joined emoji included, Latin letters and digits one by one too. */
function piecesOf(units: Intl.Segmenter, sentence: string, offset: number): Piece[] {
  return segmentsOf(units, sentence, 256)
    .filter(({ segment }) => !isBlank(segment))
    .map(({ segment, index }) => pieceAt(segment, offset + index));
}

function pieceAt(text: string, start: number): Piece {
  const tag = /^\p{P}+$/u.test(text)
    ? "PUNCT"
    : /^\p{S}+$/u.test(text)
      ? "SYM"
      : /^\p{N}/u.test(text)
        ? "NUM"
        : "X";
  return { start, end: start + text.length, tag };
}
