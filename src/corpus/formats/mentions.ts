import type { Entity, Sentence } from "../types";
import { BlankIndex } from "./blank-index";
import { distinctEntities, unknownPos } from "./document-sentences";
import type { Reading } from "./reading";
import { splitAtBorders, type TextRange, type TextTokenOptions, tokenize } from "./tokenize";

/** A mention in a raw text, in UTF-16 code units. */
export interface Mention extends TextRange {
  readonly type: string;
}

/**
 * Tokenizes a raw text and converts its mentions to entities. Splits tokens where a mention begins or ends inside, and trims white
 * space from mentions; counts both as repairs.
 * @param where the text is, for remarks
 */
export function tokenizeMentions(
  text: string,
  mentions: readonly Mention[],
  where: string,
  { tokens }: TextTokenOptions,
  reading: Reading,
): { readonly tokens: readonly string[]; readonly entities: readonly Entity[] } {
  reading.tokenizer = tokens ?? "words";
  const trimmed = trimMentions(text, mentions);
  const changed = trimmed.filter(
    ({ start, end }, index) => start !== mentions[index].start || end !== mentions[index].end,
  );
  reading.countRepair("mentions with white space at an end, taken without it", where, changed.length);
  const words = tokenize(text, tokens);
  // invisible characters are not tokens either
  const visible = trimmed.filter(
    ({ start, end }) => start < end && words[firstEndingAfter(words, start)]?.start < end,
  );
  reading.countRepair("mentions of only white space, skipped", where, trimmed.length - visible.length);
  const borders = visible.flatMap(({ start, end }) => [start, end]);
  const { parts, splitCount } = splitAtBorders(words, borders);
  reading.countRepair("tokens split because a mention begins or ends inside", where, splitCount);
  return {
    tokens: parts.map(({ start, end }) => text.slice(start, end)),
    entities: visible.map(({ start, end, type }) => ({
      start: firstEndingAfter(parts, start),
      end: firstEndingAfter(parts, end - 1) + 1,
      type,
    })),
  };
}

/**
 * The sentences of a text. Each line is a sentence, unless a mention extends over its end.
 * @param where the text is, for remarks
 */
export function textSentences(
  text: string,
  mentions: readonly Mention[],
  where: string,
  options: TextTokenOptions,
  reading: Reading,
): Pick<Sentence, "tokens" | "pos" | "entities">[] {
  return linesOf(text, mentions, where, reading).flatMap((line) => {
    const part = text.slice(line.start, line.end);
    const { tokens, entities } = tokenizeMentions(part, line.mentions, where, options, reading);
    const distinct = distinctEntities(entities, where, reading);
    return tokens.length ? [{ tokens, pos: unknownPos(tokens), entities: distinct }] : [];
  });
}

/** Index of the first range that ends after an offset. The ranges are sorted and disjoint. */
function firstEndingAfter(ranges: readonly TextRange[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle].end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function trimMentions(text: string, mentions: readonly Mention[]): Mention[] {
  if (!mentions.length) return [];
  const blanks = new BlankIndex(text);
  return mentions.map((mention) => ({ ...blanks.trim(mention), type: mention.type }));
}

/** A line of a text. Offsets of its mentions are relative to its start. */
interface TextLine extends TextRange {
  readonly mentions: readonly Mention[];
}

function linesOf(text: string, mentions: readonly Mention[], where: string, reading: Reading): TextLine[] {
  const sorted = [...mentions].sort((a, b) => a.start - b.start);
  const lines: TextLine[] = [];
  let next = 0;
  let start = 0;
  let coveredEnd = 0;
  let inside: Mention[] = [];
  for (let feed = text.indexOf("\n"); start < text.length; feed = text.indexOf("\n", feed + 1)) {
    const end = feed < 0 ? text.length : feed;
    for (; next < sorted.length && sorted[next].start <= end; next++) {
      const mention = sorted[next];
      coveredEnd = Math.max(coveredEnd, mention.end);
      inside.push({ ...mention, start: mention.start - start, end: mention.end - start });
    }
    if (coveredEnd > end + 1 && feed >= 0) {
      reading.countRepair("line ends inside a mention, which do not end a sentence", where);
      continue;
    }
    const length = end - start; // a mention may include the line feed
    lines.push({
      start,
      end,
      mentions: inside.map((mention) => ({ ...mention, end: Math.min(mention.end, length) })),
    });
    inside = [];
    start = end + 1;
    if (feed < 0) break;
  }
  return lines;
}
