import type { ItemSentence, ItemToken, Model, WinkMethods } from "wink-nlp";
import { PnrError, show } from "../../base/errors";
import { unspaced } from "./characters";
import { disguise } from "./disguise";
import type { Cut, Piece } from "./piece";
import { segmentedBy } from "./segments";

let wink: WinkMethods | undefined;

/** Made when first needed, for its model takes a moment to load. */
function started(): WinkMethods {
  if (!wink) {
    const make: (model: Model, pipe: readonly string[]) => WinkMethods = require("wink-nlp");
    const model: Model = require("wink-eng-lite-web-model");
    wink = make(model, ["sbd", "pos"]);
  }
  return wink;
}

/** Characters of the longest run without white space that goes to winkNLP, whose time for one grows with its square. */
const longestRun = 1000;

/** English sentences, tokens and parts of speech, by winkNLP; overlong runs, such as sequences of DNA, by Unicode's rules. */
export function englishSentences(paragraph: string): Piece[][] {
  const runs = [...paragraph.matchAll(/\S+/g)].filter(([run]) => run.length > longestRun);
  const sentences: Piece[][] = [];
  let at = 0;
  for (const { 0: run, index } of runs) {
    sentences.push(...shifted(winkSentences, paragraph.slice(at, index), at));
    at = index + run.length;
    sentences.push(...shifted(segmentedBy("en", "word"), run, index));
  }
  return [...sentences, ...shifted(winkSentences, paragraph.slice(at), at)];
}

function shifted(cut: Cut, text: string, by: number): Piece[][] {
  return cut(text).map((pieces) =>
    pieces.map(({ start, end, tag }) => ({ start: start + by, end: end + by, tag })),
  );
}

function winkSentences(paragraph: string): Piece[][] {
  const { text, symbols } = disguise(paragraph);
  const sentences = withSymbols(paragraph, tokensOf(text), symbols);
  return sentences.map((pieces) => {
    const whole = rejoined(paragraph, wholeWords(paragraph, pieces));
    return whole.flatMap((piece) => unspacedWords(paragraph, piece));
  });
}

function tokensOf(text: string): Piece[][] {
  const { its, readDoc } = started();
  const sentences: Piece[][] = [];
  let at = 0;
  readDoc(text)
    .sentences()
    .each((sentence: ItemSentence) => {
      const pieces: Piece[] = [];
      sentence.tokens().each((token: ItemToken) => {
        const value = token.out();
        // white space is a token to winkNLP where it is more than a space
        if (value.trim() === "") return;
        const start = text.indexOf(value, at);
        if (start < 0 || text.slice(at, start).trim() !== "")
          throw new PnrError(`winkNLP made ${show(value)} of ${show(text.slice(at))}`);
        at = start + value.length;
        pieces.push({ start, end: at, tag: String(token.out(its.pos)) });
      });
      if (pieces.length) sentences.push(pieces);
    });
  return sentences;
}

/**
 * Sentences with the symbols that winkNLP has not seen. One between two sentences ends the first, unless it begins the line of the
 * second.
 */
function withSymbols(text: string, sentences: readonly Piece[][], symbols: readonly Piece[]): Piece[][] {
  if (!symbols.length) return [...sentences];
  if (!sentences.length) return [[...symbols]];
  let next = 0;
  return sentences.map((pieces, at) => {
    const end = pieces[pieces.length - 1].end;
    const following = sentences[at + 1]?.[0].start ?? Number.POSITIVE_INFINITY;
    const own: Piece[] = [];
    for (; symbols[next]?.start < following; next++) {
      const { start } = symbols[next];
      if (following !== Number.POSITIVE_INFINITY && text.slice(end, Math.max(end, start)).includes("\n"))
        break;
      own.push(symbols[next]);
    }
    return [...pieces, ...own].sort((a, b) => a.start - b.start);
  });
}

const word = /[\p{L}\p{M}\p{N}\p{Cf}]+/gu;

/** Pieces of words with letters beyond ASCII put together again, and marks with what bears them. The tag is that of the last piece. */
function wholeWords(text: string, pieces: readonly Piece[]): Piece[] {
  const [first, last] = [pieces[0].start, pieces[pieces.length - 1].end];
  const words = Array.from(text.slice(first, last).matchAll(word), ({ index, 0: found }) => ({
    start: first + index,
    end: first + index + found.length,
    isPlain: /^[\0-\x7f]*$/.test(found),
  })).filter(({ isPlain }) => !isPlain);
  const whole: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const left = whole.at(-1);
    while (at < words.length && words[at].end <= piece.start) at++;
    const isInside = words[at]?.start < piece.start || /^\p{M}/u.test(text.slice(piece.start, piece.end));
    if (left && left.end === piece.start && isInside)
      whole[whole.length - 1] = { start: left.start, end: piece.end, tag: piece.tag };
    else whole.push(piece);
  }
  return whole;
}

const isJoint = (text: string): boolean => /^[-/\u2010\u2011]$/.test(text);

/**
 * Words with hyphens and slashes in them, which winkNLP cuts and the corpora of the field do not: of GENIA's own tokens 95.3 %
 * come out as they are before, 99.1 % after. The tag is that of the last part.
 */
function rejoined(text: string, pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const [left, joint, right] = [joined.at(-1), pieces[at], pieces[at + 1] as Piece | undefined];
    const touches = left?.end === joint.start && joint.end === right?.start;
    if (
      touches &&
      isJoint(text.slice(joint.start, joint.end)) &&
      /[\p{L}\p{M}\p{N}]$/u.test(text.slice(left.start, left.end)) &&
      /^[\p{L}\p{N}]/u.test(text.slice(right.start, right.end))
    ) {
      joined[joined.length - 1] = { start: left.start, end: right.end, tag: right.tag };
      at++;
    } else joined.push(joint);
  }
  return joined;
}

const ofUnspaced = new RegExp(`[${unspaced}]`, "u");
const words: Cut = segmentedBy("und", "word");

/** The words of a token in a script that puts no space between them; any other token as it is. */
function unspacedWords(text: string, piece: Piece): readonly Piece[] {
  const token = text.slice(piece.start, piece.end);
  return ofUnspaced.test(token) ? shifted(words, token, piece.start).flat() : [piece];
}
