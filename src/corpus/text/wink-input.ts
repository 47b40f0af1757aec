import { emoji, invisible } from "./character-classes";
import type { TextToken } from "./segments";

/** A text in characters that winkNLP tokenizes correctly. */
export interface WinkInput {
  /** The text to tokenize. It has the length of the original, so that offsets are the same. */
  readonly text: string;
  /** Emoji. The text has spaces in their place. */
  readonly emoji: readonly TextToken[];
}

const emojis = new RegExp(emoji, "gu");
const insideWord = new RegExp(String.raw`(?<=[\p{L}\p{M}\p{N}])(?:${invisible})+(?=[\p{L}\p{N}])`, "gu");
const otherInvisible = new RegExp(invisible, "gu");

/** Letters that winkNLP keeps inside words. */
const supportedLetter = /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/;

/**
 * Replaces characters that winkNLP does not support by Latin letters. Otherwise it splits words at letters beyond Latin-1 and at
 * combining marks, splits emoji, and makes a token of each zero-width character.
 */
export function winkInputOf(paragraph: string): WinkInput {
  if (/^[\0-\x7f]*$/.test(paragraph)) return { text: paragraph, emoji: [] };
  const tokens: TextToken[] = [];
  const text = paragraph
    .replace(emojis, (symbol: string, start: number) => {
      tokens.push({ start, end: start + symbol.length, tag: "SYM" });
      return " ".repeat(symbol.length);
    })
    .replace(insideWord, (characters) => "x".repeat(characters.length))
    .replace(otherInvisible, (character) => " ".repeat(character.length))
    .replace(/[\u2010\u2011]/g, "-")
    .replace(/\p{L}|\p{M}/gu, (character) =>
      supportedLetter.test(character) ? character : latinLetter(character),
    );
  return { text, emoji: tokens };
}

/** The letter without accents, or an x of the same case; repeated to the character's length. */
function latinLetter(character: string): string {
  const [base] = character.normalize("NFKD");
  const letter = /^[A-Za-z]$/.test(base) ? base : /^\p{Lu}$/u.test(character) ? "X" : "x";
  return letter.repeat(character.length);
}
