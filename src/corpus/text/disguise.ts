import { emoji, invisible } from "./characters";
import type { Piece } from "./piece";

/** A text as winkNLP can cut it. */
export interface Disguise {
  /** As long as the text, so that places are the same. */
  readonly text: string;
  /** Emoji, with spaces in their places. */
  readonly symbols: readonly Piece[];
}

const emojis = new RegExp(emoji, "gu");
const hidden = new RegExp(String.raw`(?<=[\p{L}\p{M}\p{N}])(?:${invisible})+(?=[\p{L}\p{N}])`, "gu");
const lone = new RegExp(invisible, "gu");

/** Letters that winkNLP takes for parts of words. */
const familiar = /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/;

/**
 * Writes what winkNLP does not know in letters that it does: it cuts words at every letter beyond Latin-1 and at every mark, emoji
 * into their parts, and makes a token of each zero-width character.
 */
export function disguise(paragraph: string): Disguise {
  if (/^[\0-\x7f]*$/.test(paragraph)) return { text: paragraph, symbols: [] };
  const symbols: Piece[] = [];
  const text = paragraph
    .replace(emojis, (symbol: string, start: number) => {
      symbols.push({ start, end: start + symbol.length, tag: "SYM" });
      return " ".repeat(symbol.length);
    })
    .replace(hidden, (characters) => "x".repeat(characters.length))
    .replace(lone, (character) => " ".repeat(character.length))
    .replace(/[\u2010\u2011]/g, "-")
    .replace(/\p{L}|\p{M}/gu, (character) => (familiar.test(character) ? character : latin(character)));
  return { text, symbols };
}

/** The letter below accents, or any other of the same case; as long as the character. */
function latin(character: string): string {
  const [base] = character.normalize("NFKD");
  const letter = /^[A-Za-z]$/.test(base) ? base : /^\p{Lu}$/u.test(character) ? "X" : "x";
  return letter.repeat(character.length);
}
