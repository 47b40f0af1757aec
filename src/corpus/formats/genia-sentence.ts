import { type Entity, withoutRepeats } from "../types";
import { type Mention, tokenised } from "./mentions";
import type { Reading } from "./reading";
import type { TextTokenOptions } from "./words";

export interface GeniaOptions extends TextTokenOptions {
  /** GENIA's XML: the paper's five types, or all `sem` types as they stand there. Default `five`. */
  readonly types?: "five" | "all";
  /** GENIA's XML: a coordination such as "c-fos and c-jun genes" is one mention as a whole, or none. Default `cover`. */
  readonly coordination?: "cover" | "drop";
}

/** A stretch of text between two tags of the XML. */
interface Piece {
  readonly text: string;
  /** Number of the `<w>` it stands in; undefined outside. */
  readonly word: number | undefined;
}

/** A `<cons>` with a type, from one piece to another. */
interface Constituent {
  readonly from: number;
  readonly to: number;
  readonly sem: string;
}

/** The content of a `<sentence>`, gathered tag by tag. */
export class GeniaSentence {
  private readonly pieces: Piece[] = [];
  private readonly tags: string[] = [];
  private readonly constituents: Constituent[] = [];
  private readonly open: { readonly from: number; readonly sem: string | undefined }[] = [];
  private inWord = false;
  /** Whether a tag stood behind the last piece; what is parted by nothing but a comment is one piece. */
  private parted = true;

  constructor(readonly line: number) {}

  text(text: string): void {
    const word = this.inWord ? this.tags.length - 1 : undefined;
    if (this.parted) this.pieces.push({ text, word });
    else this.pieces.push({ text: this.pieces.pop()!.text + text, word });
    this.parted = false;
  }

  /** @param tag part of speech; "*" for a part of a word that goes on in the next `<w>` */
  beginWord(tag: string): void {
    this.tags.push(tag);
    this.inWord = true;
    this.parted = true;
  }

  endWord(): void {
    this.inWord = false;
    this.parted = true;
  }

  beginConstituent(sem: string | undefined): void {
    this.open.push({ from: this.pieces.length, sem });
    this.parted = true;
  }

  endConstituent(): void {
    const { from, sem } = this.open.pop()!;
    this.parted = true;
    if (sem !== undefined) this.constituents.push({ from, to: this.pieces.length, sem });
  }

  /** Tokens, their parts of speech and the entities; no tokens for a sentence without text. */
  finish(options: GeniaOptions, reading: Reading): GeniaContent {
    const typed = this.constituents.flatMap((constituent) => {
      const type = typeOf(constituent.sem, options, () =>
        reading.repaired("coordinated mentions, left out", this.place),
      );
      return type === undefined ? [] : [{ ...constituent, type }];
    });
    const content = this.tags.length
      ? this.markedWords(typed, reading)
      : this.rawWords(typed, options, reading);
    const entities = withoutRepeats(content.entities);
    reading.repaired(
      "entities given twice, kept once",
      this.place,
      content.entities.length - entities.length,
    );
    return { ...content, entities };
  }

  private get place(): string {
    return `line ${this.line}`;
  }

  /** Tokens as the corpus marks them; a word that a mention's border cuts is several `<w>`, and several tokens. */
  private markedWords(typed: readonly (Constituent & { type: string })[], reading: Reading): GeniaContent {
    const tokens: string[] = [];
    const pos: string[] = [];
    const tags = wholeTags(this.tags);
    /** How many tokens lie before each piece. */
    const before: number[] = [];
    for (const { text, word } of this.pieces) {
      before.push(tokens.length);
      const words = text.split(/\s+/).filter((part) => part !== "");
      if (word === undefined)
        reading.repaired(
          "words that the corpus does not mark as such, taken as tokens",
          this.place,
          words.length,
        );
      for (const part of words) {
        tokens.push(part);
        pos.push(word === undefined ? "X" : tags[word]);
      }
    }
    before.push(tokens.length);
    const spans = typed.map(({ from, to, type }) => ({ start: before[from], end: before[to], type }));
    const entities = spans.filter(({ start, end }) => start < end);
    reading.repaired("mentions without a word, left out", this.place, spans.length - entities.length);
    return { tokens, pos, entities };
  }

  private rawWords(
    typed: readonly (Constituent & { type: string })[],
    options: GeniaOptions,
    reading: Reading,
  ): GeniaContent {
    const offsets = [0];
    for (const { text } of this.pieces) offsets.push(offsets[offsets.length - 1] + text.length);
    const mentions = typed.map(
      ({ from, to, type }): Mention => ({ start: offsets[from], end: offsets[to], type }),
    );
    const text = this.pieces.map((piece) => piece.text).join("");
    const content = tokenised(text, mentions, this.place, options, reading);
    return { ...content, pos: content.tokens.map(() => "X") };
  }
}

/** Parts of speech: a part of a word has that of the whole, which its last part has. */
function wholeTags(tags: readonly string[]): string[] {
  const whole: string[] = [];
  for (let at = tags.length - 1; at >= 0; at--)
    whole[at] = tags[at] === "*" ? (whole[at + 1] ?? "X") : tags[at] || "X";
  return whole;
}

interface GeniaContent {
  readonly tokens: readonly string[];
  readonly pos: readonly string[];
  readonly entities: readonly Entity[];
}

/** The paper's five types; a coordination of several has the first of them, as in the literature's preparation. */
const five = ["DNA", "RNA", "protein", "cell_line", "cell_type"] as const;

/** @returns undefined where the constituent is no entity */
function typeOf(
  sem: string,
  { types = "five", coordination = "cover" }: GeniaOptions,
  dropped: () => void,
): string | undefined {
  const type = types === "all" ? allTypes(sem) : firstOfFive(sem);
  if (type === undefined || coordination === "cover" || !sem.startsWith("(")) return type;
  dropped();
  return undefined;
}

function allTypes(sem: string): string | undefined {
  return [...new Set(partsOf(sem))].join("|") || undefined;
}

function firstOfFive(sem: string): string | undefined {
  let first: number = five.length;
  for (const part of partsOf(sem)) {
    const at = five.findIndex((name) => part === name || part.startsWith(`${name}_`));
    if (at >= 0 && at < first) first = at;
  }
  return five[first];
}

/** The names in a `sem`, one by one: what a sentence says is short, what a file says may be a million of them. */
function* partsOf(sem: string): Generator<string> {
  for (const [, name] of sem.matchAll(/G#([^\s()]+)/g)) yield name;
}
