import type { Entity } from "../types";
import { distinctEntities, unknownPos } from "./document-sentences";
import { type Mention, tokenizeMentions } from "./mentions";
import type { Reading } from "./reading";
import type { TextTokenOptions } from "./tokenize";

export interface GeniaOptions extends TextTokenOptions {
  /** GENIA's XML: the paper's five types, or all `sem` types as written. Default `five`. */
  readonly types?: "five" | "all";
  /** GENIA's XML: cover a coordination such as "c-fos and c-jun genes" as one mention, or drop it. Default `cover`. */
  readonly coordination?: "cover" | "drop";
}

interface Chunk {
  readonly text: string;
  /** Number of its `<w>`; undefined outside. */
  readonly word: number | undefined;
}

/** A `<cons>` with a type, as a range of chunks. */
interface Constituent {
  readonly from: number;
  readonly to: number;
  readonly sem: string;
}

interface TypedConstituent extends Constituent {
  readonly type: string;
}

interface GeniaContent {
  readonly tokens: readonly string[];
  readonly pos: readonly string[];
  readonly entities: readonly Entity[];
}

/** Builds the content of a `<sentence>` tag by tag. */
export class GeniaSentence {
  private readonly chunks: Chunk[] = [];
  private readonly tags: string[] = [];
  private readonly constituents: Constituent[] = [];
  private readonly open: { readonly from: number; readonly sem: string | undefined }[] = [];
  private inWord = false;
  /** Whether a tag followed the last chunk. Comments do not separate chunks. */
  private afterTag = true;

  constructor(readonly line: number) {}

  text(text: string): void {
    const word = this.inWord ? this.tags.length - 1 : undefined;
    if (this.afterTag) this.chunks.push({ text, word });
    else this.chunks.push({ text: this.chunks.pop()!.text + text, word });
    this.afterTag = false;
  }

  /** @param tag part of speech; "*" for a part of a word that continues in the next `<w>` */
  beginWord(tag: string): void {
    this.tags.push(tag);
    this.inWord = true;
    this.afterTag = true;
  }

  endWord(): void {
    this.inWord = false;
    this.afterTag = true;
  }

  beginConstituent(sem: string | undefined): void {
    this.open.push({ from: this.chunks.length, sem });
    this.afterTag = true;
  }

  endConstituent(): void {
    const { from, sem } = this.open.pop()!;
    this.afterTag = true;
    if (sem !== undefined) this.constituents.push({ from, to: this.chunks.length, sem });
  }

  /** The tokens, parts of speech and entities. A sentence without text has no tokens. */
  finish(options: GeniaOptions, reading: Reading): GeniaContent {
    const typed = this.constituents.flatMap((constituent): TypedConstituent[] => {
      const type = typeOf(constituent.sem, options);
      if (type === undefined) return [];
      if (options.coordination !== "drop" || !constituent.sem.startsWith("("))
        return [{ ...constituent, type }];
      reading.countRepair("coordinated mentions, skipped", this.where);
      return [];
    });
    const content = this.tags.length
      ? this.markedWords(typed, reading)
      : this.rawWords(typed, options, reading);
    return { ...content, entities: distinctEntities(content.entities, this.where, reading) };
  }

  private get where(): string {
    return `line ${this.line}`;
  }

  /** Tokens as marked by the corpus. A word with the border of a mention inside is several `<w>`, and several tokens. */
  private markedWords(typed: readonly TypedConstituent[], reading: Reading): GeniaContent {
    const tokens: string[] = [];
    const pos: string[] = [];
    const tags = wordTags(this.tags);
    /** Number of tokens before each chunk. */
    const firstTokens: number[] = [];
    for (const { text, word } of this.chunks) {
      firstTokens.push(tokens.length);
      const words = text.split(/\s+/).filter((part) => part !== "");
      if (word === undefined)
        reading.countRepair("words without markup, taken as tokens", this.where, words.length);
      for (const part of words) {
        tokens.push(part);
        pos.push(word === undefined ? "X" : tags[word]);
      }
    }
    firstTokens.push(tokens.length);
    const spans = typed.map(({ from, to, type }) => ({
      start: firstTokens[from],
      end: firstTokens[to],
      type,
    }));
    const entities = spans.filter(({ start, end }) => start < end);
    reading.countRepair("mentions without a word, skipped", this.where, spans.length - entities.length);
    return { tokens, pos, entities };
  }

  private rawWords(
    typed: readonly TypedConstituent[],
    options: GeniaOptions,
    reading: Reading,
  ): GeniaContent {
    const offsets = [0];
    for (const { text } of this.chunks) offsets.push(offsets[offsets.length - 1] + text.length);
    const mentions = typed.map(
      ({ from, to, type }): Mention => ({ start: offsets[from], end: offsets[to], type }),
    );
    const text = this.chunks.map((chunk) => chunk.text).join("");
    const content = tokenizeMentions(text, mentions, this.where, options, reading);
    return { ...content, pos: unknownPos(content.tokens) };
  }
}

/** Parts of speech. The parts of a word have the tag of its last part. */
function wordTags(tags: readonly string[]): string[] {
  const result: string[] = [];
  for (let word = tags.length - 1; word >= 0; word--)
    result[word] = tags[word] === "*" ? (result[word + 1] ?? "X") : tags[word] || "X";
  return result;
}

/** The paper's types. A coordination of several has the first of them, as in the literature's preprocessing. */
const fiveTypes = ["DNA", "RNA", "protein", "cell_line", "cell_type"] as const;

/** @returns undefined for a constituent that is not an entity */
function typeOf(sem: string, { types = "five" }: GeniaOptions): string | undefined {
  if (types === "all") return [...new Set(typeNames(sem))].join("|") || undefined;
  let first: number = fiveTypes.length;
  for (const name of typeNames(sem)) {
    const index = fiveTypes.findIndex((type) => name === type || name.startsWith(`${type}_`));
    if (index >= 0 && index < first) first = index;
  }
  return fiveTypes[first];
}

/** The names in a `sem`, one at a time, because a hostile file may have a million of them. */
function* typeNames(sem: string): Generator<string> {
  for (const [, name] of sem.matchAll(/G#([^\s()]+)/g)) yield name;
}
