import { emoji, invisible, unspaced } from "../text/characters";
import { choice, type FormatOptions } from "./format";

/** Options of formats that hold a text without tokens. */
export interface TextTokenOptions {
  /** Raw text (brat, GENIA without word marks): where tokens end. Default `words`. */
  readonly tokens?: "words" | "space";
}

export const textTokenOptions: FormatOptions<TextTokenOptions> = {
  tokens: choice("--tokens <how>", "where tokens of a raw text end (default: words)", ["words", "space"]),
};

/** Part of a text, in UTF-16 code units, the end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * An emoji; a word of letters, marks and digits, joined by single hyphens, apostrophes and underscores, by points and commas
 * between digits, and by invisible characters; a character of a script that puts no space between words, with its marks; or any
 * other visible character.
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

/** The tokens of a text, in order, with no white space in them. */
export function wordsOf(text: string, tokens: TextTokenOptions["tokens"] = "words"): Stretch[] {
  return Array.from(text.matchAll(tokens === "space" ? spaced : word), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/** The stretches, cut wherever a border lies inside one, and how many were. */
export function cutAt(
  stretches: readonly Stretch[],
  borders: Iterable<number>,
): { readonly pieces: readonly Stretch[]; readonly cut: number } {
  const sorted = [...new Set(borders)].sort((a, b) => a - b);
  const pieces: Stretch[] = [];
  let cut = 0;
  let next = 0;
  for (const { start, end } of stretches) {
    let from = start;
    while (next < sorted.length && sorted[next] <= start) next++;
    for (; next < sorted.length && sorted[next] < end; next++) {
      pieces.push({ start: from, end: sorted[next] });
      from = sorted[next];
    }
    if (from > start) cut++;
    pieces.push({ start: from, end });
  }
  return { pieces, cut };
}
