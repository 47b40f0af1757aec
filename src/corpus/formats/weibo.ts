import { CorpusError, show } from "../../base/errors";
import type { Entity, Sentence } from "../types";
import { cellsOfHead, columnEndings } from "./columns";
import { type CommonReadOptions, choice, type Format } from "./format";
import type { Reading } from "./reading";
import { shortened } from "./released";
import { type Block, blocksOf } from "./rows";
import type { Source } from "./source";
import { isTag } from "./spelling";
import { TagDecoder } from "./tags";

export interface WeiboOptions {
  /** WeiboNER: whether a token is a character or a word. Default `word`, as in the paper. */
  readonly level?: "char" | "word";
}

/** WeiboNER as published. */
export const weibo: Format<WeiboOptions> = {
  name: "weibo",
  holds: "WeiboNER as published: `我0<TAB>O`, the digits are the character's place in its word",
  sign: "Chinese characters with places",
  endings: columnEndings,
  options: { level: choice("--level <level>", "what a token is (default: word)", ["char", "word"]) },
  recognize: ({ head }) => hasPlaces(head),
  read: readWeibo,
};

function hasPlaces(head: string): boolean {
  const rows = cellsOfHead(head);
  const placed = rows.filter(
    ([first, tag, ...more]) => more.length === 0 && isTag(tag ?? "") && characterOf(first) !== undefined,
  );
  // words of another language may end in digits too
  const chinese = /\p{Script=Han}/u.test(head);
  return placed.length > 0.99 * rows.length && chinese && characterOf(rows[0][0])?.place === 0;
}

/** A character and its place in its word, from 0. A digit's place begins behind the digit: "310" is 3 at place 10. */
interface Character {
  readonly text: string;
  readonly place: number;
}

/** The shortest text that leaves a place; what was no Unicode when the corpus was published may be two characters. */
const cell = /^([\s\S]+?)(0|[1-9]\d{0,3})$/u;

/** The character and its place; undefined for what is no such cell. */
export function characterOf(text: string): Character | undefined {
  const match = cell.exec(text);
  return match ? { text: match[1], place: Number(match[2]) } : undefined;
}

/**
 * Reads WeiboNER as published: a character with its place in its word, and its tag, a line. At word level a word has the tag
 * of its first character. There are neither parts of speech nor contexts.
 * @throws CorpusError for what is no such file
 */
async function* readWeibo(
  source: Source,
  options: WeiboOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Sentence> {
  const { file } = source;
  const decoder = new TagDecoder();
  const ofCharacters = new TagDecoder();
  for await (const block of blocksOf(source.lines(), file, { width: 2, isRow: () => true }, reading)) {
    try {
      yield sentenceOf(block, file, options, reading, decoder, ofCharacters);
    } catch (error) {
      reading.tolerated(error);
    }
  }
  decoder.report(reading);
}

function sentenceOf(
  { rows }: Block,
  file: string,
  { level = "word", asReleased }: WeiboOptions & CommonReadOptions,
  reading: Reading,
  decoder: TagDecoder,
  ofCharacters: TagDecoder,
): Sentence {
  const characters = rows.map(({ line, cells }) => {
    const character = cells.length === 2 ? characterOf(cells[0]) : undefined;
    if (character) return character;
    throw new CorpusError(
      { file, line },
      `is not a character with its place in its word, and a tag: ${show(cells.join("\t"))}; read other files with --from conll`,
    );
  });
  const tags = rows.map(({ cells }) => cells[1]);
  const place = (at: number) => ({ file, line: rows[at].line });
  const starts = level === "char" ? [...characters.keys()] : wordStarts(characters, place, reading);
  const tokens = starts.map((start, at) =>
    characters
      .slice(start, starts[at + 1])
      .map(({ text }) => text)
      .join(""),
  );
  const entities = decoder.decode(
    starts.map((start) => tags[start]),
    (at) => place(starts[at]),
  );
  if (level === "word") {
    const borders = new Set([...starts, characters.length]);
    const cut = ofCharacters
      .decode(tags, place)
      .filter(({ start, end }: Entity) => !borders.has(start) || !borders.has(end));
    reading.repaired(
      "mentions that begin or end inside a word: the word goes by its first character",
      `line ${rows[cut[0]?.start ?? 0].line}`,
      cut.length,
    );
  }
  return {
    tokens,
    pos: tokens.map(() => "X"),
    entities: asReleased ? shortened(entities, `line ${rows[0].line}`, reading) : entities,
    previous: [],
    next: [],
    id: `line ${rows[0].line}`,
  };
}

/** Where words begin: at place 0, and at a sentence's beginning. */
function wordStarts(
  characters: readonly Character[],
  place: (at: number) => { line: number },
  reading: Reading,
): number[] {
  return characters.flatMap((character, at) => {
    const begins = at === 0 || character.place === 0;
    const odd = begins ? character.place !== 0 : character.place !== characters[at - 1].place + 1;
    if (odd)
      reading.repaired(
        "characters whose place does not follow that of the one before, taken as of the same word",
        `line ${place(at).line}`,
      );
    return begins ? [at] : [];
  });
}
