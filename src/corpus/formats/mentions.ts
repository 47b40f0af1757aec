import { type Entity, type Sentence, withoutRepeats } from "../types";
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
  // invisible characters alone do not make a token either
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

/**
 * The sentences of a text: a line is one, unless a mention goes on over its end.
 * @param place of the text, for remarks
 */
export function textSentences(
  text: string,
  mentions: readonly Mention[],
  place: string,
  options: TextTokenOptions,
  reading: Reading,
): Pick<Sentence, "tokens" | "pos" | "entities">[] {
  return linesOf(text, mentions, place, reading).flatMap((line) => {
    const { tokens, entities } = tokenised(
      text.slice(line.start, line.end),
      line.mentions,
      place,
      options,
      reading,
    );
    const distinct = withoutRepeats(entities);
    reading.repaired("entities given twice, kept once", place, entities.length - distinct.length);
    return tokens.length ? [{ tokens, pos: tokens.map(() => "X"), entities: distinct }] : [];
  });
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

/** A line of a text, with the mentions in it, counted from its beginning. */
interface TextLine extends Stretch {
  readonly mentions: readonly Mention[];
}

function linesOf(text: string, mentions: readonly Mention[], place: string, reading: Reading): TextLine[] {
  const sorted = [...mentions].sort((a, b) => a.start - b.start);
  const lines: { start: number; end: number; mentions: Mention[] }[] = [];
  let next = 0;
  let start = 0;
  let covered = 0;
  let inside: Mention[] = [];
  for (let end = text.indexOf("\n"); start < text.length; end = text.indexOf("\n", end + 1)) {
    const stop = end < 0 ? text.length : end;
    for (; next < sorted.length && sorted[next].start <= stop; next++) {
      const mention = sorted[next];
      covered = Math.max(covered, mention.end);
      inside.push({ ...mention, start: mention.start - start, end: mention.end - start });
    }
    if (covered > stop + 1 && end >= 0) {
      reading.repaired("line ends inside a mention, which end no sentence", place);
      continue;
    }
    const most = stop - start; // a mention may hold the line's end
    lines.push({
      start,
      end: stop,
      mentions: inside.map((mention) => ({ ...mention, end: Math.min(mention.end, most) })),
    });
    inside = [];
    start = stop + 1;
    if (end < 0) break;
  }
  return lines;
}
