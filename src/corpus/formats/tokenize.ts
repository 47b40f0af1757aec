import { emoji, invisible, unspaced } from "../text/character-classes";
import { choice, type FormatOptions } from "./format";

export interface TextTokenOptions {
  /** Raw text (brat, GENIA without word marks): how to tokenize it. Default `words`. */
  readonly tokens?: "words" | "space";
}

export const textTokenOptions: FormatOptions<TextTokenOptions> = {
  tokens: choice("--tokens <how>", "how to tokenize raw text (default: words)", ["words", "space"]),
};

/** A range of a text in UTF-16 code units; the end is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * An emoji; a word of letters, marks and digits, joined by single hyphens, apostrophes, underscores and invisible characters, and by
 * points and commas between digits; a character of a script without spaces, with its marks; or any other visible character.
 */
const word = (() => {
  const inner = String.raw`(?![${unspaced}]|${invisible})[\p{L}\p{M}\p{N}]`;
  const joint = String.raw`[-'’_](?<=[\p{L}\p{M}\p{N}].)(?=[\p{L}\p{M}\p{N}])|[.,](?<=\p{N}.)(?=\p{N})`;
  const hidden = String.raw`(?<=[\p{L}\p{M}\p{N}])(?:${invisible})+(?=[\p{L}\p{M}\p{N}])`;
  const visible = String.raw`(?!${invisible})\S`;
  return new RegExp(
    String.raw`${emoji}|[${unspaced}]\p{M}*|(?:${inner}|${joint}|${hidden})+|${visible}\p{M}*`,
    "gu",
  );
})();

const spaced = new RegExp(String.raw`(?!(?:${invisible})+(?!\S))\S+`, "gu");

/** The tokens of a text, in order. They contain no white space. */
export function tokenize(text: string, tokens: TextTokenOptions["tokens"] = "words"): TextRange[] {
  return Array.from(text.matchAll(tokens === "space" ? spaced : word), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/** Splits ranges at the borders inside them. `splitCount` counts the ranges that were split. */
export function splitAtBorders(
  ranges: readonly TextRange[],
  borders: Iterable<number>,
): { readonly parts: readonly TextRange[]; readonly splitCount: number } {
  const sorted = [...new Set(borders)].sort((a, b) => a - b);
  const parts: TextRange[] = [];
  let splitCount = 0;
  let next = 0;
  for (const { start, end } of ranges) {
    let from = start;
    while (next < sorted.length && sorted[next] <= start) next++;
    for (; next < sorted.length && sorted[next] < end; next++) {
      parts.push({ start: from, end: sorted[next] });
      from = sorted[next];
    }
    if (from > start) splitCount++;
    parts.push({ start: from, end });
  }
  return { parts, splitCount };
}
