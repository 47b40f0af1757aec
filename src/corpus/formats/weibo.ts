import { CorpusError, show } from "../../base/errors";
import type { Sentence } from "../types";
import { type SentenceRows, sentenceRows } from "./column-rows";
import { cellsOfHead, columnEndings } from "./columns";
import { unknownPos } from "./document-sentences";
import { type CommonReadOptions, choice, type Format } from "./format";
import type { Reading } from "./reading";
import { shortenAsReleased } from "./released";
import type { Source } from "./source";
import { TagDecoder } from "./tag-decoder";
import { isTag } from "./tag-spelling";

export interface WeiboOptions {
  /** WeiboNER: whether a token is a character or a word. Default `word`, as in the paper. */
  readonly level?: "char" | "word";
}

/** WeiboNER as published. At word level, a word has the tag of its first character. No parts of speech, no contexts. */
export const weibo: Format<WeiboOptions> = {
  name: "weibo",
  holds: "WeiboNER as published: `我0<TAB>O`, the digits are the character's position in its word",
  sign: "Chinese characters with positions",
  endings: columnEndings,
  options: { level: choice("--level <level>", "what a token is (default: word)", ["char", "word"]) },
  recognize: ({ head }) => hasPositions(head),
  read: readWeibo,
};

function hasPositions(head: string): boolean {
  const rows = cellsOfHead(head);
  const matching = rows.filter(
    ([first, tag, ...more]) => more.length === 0 && isTag(tag ?? "") && parseCharacter(first) !== undefined,
  );
  // words of other languages may end in digits, too
  const isChinese = /\p{Script=Han}/u.test(head);
  return matching.length > 0.99 * rows.length && isChinese && parseCharacter(rows[0][0])?.position === 0;
}

/** A character and its position in its word, from 0. */
interface Character {
  readonly text: string;
  readonly position: number;
}

/**
 * The shortest text before a position, so that "310" is 3 at position 10. A character that Unicode lacked when the corpus was
 * published may consist of two.
 */
const cell = /^([\s\S]+?)(0|[1-9]\d{0,3})$/u;

function parseCharacter(text: string): Character | undefined {
  const match = cell.exec(text);
  return match ? { text: match[1], position: Number(match[2]) } : undefined;
}

async function* readWeibo(
  source: Source,
  options: WeiboOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Sentence> {
  const { file } = source;
  const decoder = new TagDecoder();
  const characterDecoder = new TagDecoder();
  const rules = { width: 2, isRow: () => true };
  for await (const sentence of sentenceRows(source.lines(), file, rules, reading)) {
    try {
      yield sentenceOf(sentence, file, options, reading, decoder, characterDecoder);
    } catch (error) {
      reading.handle(error);
    }
  }
  decoder.report(reading);
}

function sentenceOf(
  { rows }: SentenceRows,
  file: string,
  { level = "word", asReleased }: WeiboOptions & CommonReadOptions,
  reading: Reading,
  decoder: TagDecoder,
  characterDecoder: TagDecoder,
): Sentence {
  const characters = rows.map(({ line, cells }) => {
    const character = cells.length === 2 ? parseCharacter(cells[0]) : undefined;
    if (character) return character;
    throw new CorpusError(
      { file, line },
      `is not a character with its position in its word, and a tag: ${show(cells.join("\t"))}; read other files with --from conll`,
    );
  });
  const tags = rows.map(({ cells }) => cells[1]);
  const location = (index: number) => ({ file, line: rows[index].line });
  const starts = level === "char" ? [...characters.keys()] : wordStarts(characters, location, reading);
  const tokens = starts.map((start, index) =>
    characters
      .slice(start, starts[index + 1])
      .map(({ text }) => text)
      .join(""),
  );
  const entities = decoder.decode(
    starts.map((start) => tags[start]),
    (index) => location(starts[index]),
  );
  if (level === "word") {
    const borders = new Set([...starts, characters.length]);
    const split = characterDecoder
      .decode(tags, location)
      .filter(({ start, end }) => !borders.has(start) || !borders.has(end));
    reading.countRepair(
      "mentions that begin or end inside a word, which takes the tag of its first character",
      `line ${rows[split[0]?.start ?? 0].line}`,
      split.length,
    );
  }
  const id = `line ${rows[0].line}`;
  return {
    tokens,
    pos: unknownPos(tokens),
    entities: asReleased ? shortenAsReleased(entities, id, reading) : entities,
    previous: [],
    next: [],
    id,
  };
}

/** Words begin at position 0 and at the beginning of a sentence. */
function wordStarts(
  characters: readonly Character[],
  location: (index: number) => { line: number },
  reading: Reading,
): number[] {
  return characters.flatMap(({ position }, index) => {
    const begins = index === 0 || position === 0;
    const expected = begins ? 0 : characters[index - 1].position + 1;
    if (position !== expected)
      reading.countRepair(
        "characters whose position does not follow that of the previous one, taken as part of the same word",
        `line ${location(index).line}`,
      );
    return begins ? [index] : [];
  });
}
