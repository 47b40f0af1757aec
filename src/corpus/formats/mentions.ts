import type { Entity } from "../types";
import { Blanks } from "./blanks";
import type { Reading } from "./reading";
import { cutAt, type Stretch, type TextTokenOptions, wordsOf } from "./words";

/** A mention in a raw text, in UTF-16 code units. */
export interface Mention extends Stretch {
  readonly type: string;
}

/**
 * The tokens of a raw text and its mentions in tokens. A token is cut where a mention begins or ends inside it, so that no
 * mention is lost; white space at a mention's ends is passed over. Both are counted.
 */
export function tokenised(
  text: string,
  mentions: readonly Mention[],
  place: string,
  { tokens }: TextTokenOptions,
  reading: Reading,
): { readonly tokens: readonly string[]; readonly entities: readonly Entity[] } {
  reading.tokenizer = tokens ?? "words";
  const tight = trimmedMentions(text, mentions);
  const loose = tight.filter(
    ({ start, end }, at) => start !== mentions[at].start || end !== mentions[at].end,
  );
  reading.repaired("mentions with white space at an end, taken without it", place, loose.length);
  const words = wordsOf(text, tokens);
  // invisible characters alone are no token either
  const kept = tight.filter(({ start, end }) => start < end && words[endingAfter(words, start)]?.start < end);
  reading.repaired("mentions of white space alone, left out", place, tight.length - kept.length);
  const { pieces, cut } = cutAt(
    words,
    kept.flatMap(({ start, end }) => [start, end]),
  );
  reading.repaired("tokens cut because a mention begins or ends inside", place, cut);
  return {
    tokens: pieces.map(({ start, end }) => text.slice(start, end)),
    entities: kept.map(({ start, end, type }) => ({
      start: endingAfter(pieces, start),
      end: endingAfter(pieces, end - 1) + 1,
      type,
    })),
  };
}

/** The first of the pieces that ends behind a place; they are in order and do not overlap. */
function endingAfter(pieces: readonly Stretch[], place: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pieces[middle].end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function trimmedMentions(text: string, mentions: readonly Mention[]): Mention[] {
  if (!mentions.length) return [];
  const blanks = new Blanks(text);
  return mentions.map((mention) => ({ ...blanks.trimmed(mention), type: mention.type }));
}
