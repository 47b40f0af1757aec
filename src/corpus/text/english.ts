import type { ItemSentence, ItemToken, Model, WinkMethods } from "wink-nlp";
import { PnrError, show } from "../../base/errors";
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
  const { its, readDoc } = started();
  const sentences: Piece[][] = [];
  let at = 0;
  readDoc(paragraph)
    .sentences()
    .each((sentence: ItemSentence) => {
      const pieces: Piece[] = [];
      sentence.tokens().each((token: ItemToken) => {
        const value = token.out();
        // white space is a token to winkNLP where it is more than a space
        if (value.trim() === "") return;
        const start = paragraph.indexOf(value, at);
        if (start < 0 || paragraph.slice(at, start).trim() !== "")
          throw new PnrError(`winkNLP made ${show(value)} of ${show(paragraph.slice(at))}`);
        at = start + value.length;
        pieces.push({ start, end: at, tag: String(token.out(its.pos)) });
      });
      if (pieces.length) sentences.push(rejoined(paragraph, pieces));
    });
  return sentences;
}

const isJoint = (text: string): boolean => text === "-" || text === "/";

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
      /[\p{L}\p{N}]$/u.test(text.slice(left.start, left.end)) &&
      /^[\p{L}\p{N}]/u.test(text.slice(right.start, right.end))
    ) {
      joined[joined.length - 1] = { start: left.start, end: right.end, tag: right.tag };
      at++;
    } else joined.push(joint);
  }
  return joined;
}
