import { InputError, naming, show } from "../base/errors";
import { decodeText, readBytes } from "../base/files";
import type { Sentence } from "./types";
import { byCharacter, plainRules, replaced, type WordRules } from "./word-rules";

// The package's types call it an ES module, which a CommonJS project may not import; its code is both.
type Library = typeof import("@huggingface/tokenizers", { with: { "resolution-mode": "import" }});
type Tokenizer = InstanceType<Library["Tokenizer"]>;
const library: Library = require("@huggingface/tokenizers");

/** What stands for any word that has no pieces, before and after the pieces of an input, and for a piece to be guessed. */
export type SpecialPiece = "[UNK]" | "[CLS]" | "[SEP]" | "[MASK]";

const continuation = "##";

/** Words whose pieces are remembered; so many are enough for any text, and it must not grow with all that is ever read. */
const remembered = 200_000;

/** A vocabulary in which fewer pieces than this share hold a capital letter was made of lower-cased text. */
const fewCapitals = 0.001;

/** BERT's vocabulary: cuts words into pieces (greedily, the longest first) and numbers them. */
export class WordPiece {
  private readonly rules: WordRules;
  private readonly pieces: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;
  private readonly tokenizer: Tokenizer;
  private readonly known = new Map<string, readonly number[]>();

  /**
   * @param pieces all pieces, each at the row of its embedding
   * @param rules what is done to a word first; those left out do nothing
   * @throws InputError when one is listed twice or a special one is missing
   */
  constructor(pieces: readonly string[], rules: Partial<WordRules> = {}) {
    this.pieces = pieces;
    this.rules = { ...plainRules, ...rules };
    this.ids = new Map(pieces.map((piece, id) => [piece, id]));
    if (this.ids.size < pieces.length) {
      const twice = pieces.find((piece, id) => this.ids.get(piece) !== id);
      throw new InputError(
        `WordPiece vocabulary: lists ${show(twice)} twice; each piece must be listed once`,
      );
    }
    const unknown = pieces[this.special("[UNK]")];
    for (const name of ["[CLS]", "[SEP]"] as const) this.special(name);
    this.tokenizer = makeTokenizer(pieces, unknown, this.rules);
  }

  /**
   * Reads a `vocab.txt`.
   * @throws InputError when the file is missing, is no such list, or is one of lower-cased pieces and `lowercase` is not set
   */
  static read(path: string, rules: Partial<WordRules> = {}): WordPiece {
    const pieces = readPieces(path);
    if (!rules.lowercase && areLowercase(pieces)) {
      throw new InputError(
        `${path}: its pieces are lower-cased, so that no capital letter would be known; set model.bert.lowercase=true`,
      );
    }
    return WordPiece.of(pieces, rules, path);
  }

  /**
   * @param source what to call the pieces in a message
   * @throws InputError when they are no vocabulary
   */
  static of(pieces: readonly string[], rules: Partial<WordRules>, source: string): WordPiece {
    return naming(source, () => new WordPiece(pieces, rules));
  }

  /**
   * The vocabulary of a BERT that is trained from nothing: special pieces, every character of the sentences at the beginning
   * and inside of a word, and the words (cut at punctuation, as WordPiece does) that occur at least `minimum` times.
   */
  static count(
    sentences: Iterable<Pick<Sentence, "tokens">>,
    minimum: number,
    rules: Partial<WordRules> = {},
  ): WordPiece {
    const all = { ...plainRules, ...rules };
    const { normalizer, pre_tokenizer } = makeTokenizer(["[UNK]"], "[UNK]", all);
    const counts = new Map<string, number>();
    const cut = new Map<string, readonly string[]>();
    for (const { tokens } of sentences) {
      for (const token of tokens) {
        const parts =
          cut.get(token) ?? pre_tokenizer!.pre_tokenize(normalizer!.normalize(prepared(token, all)));
        cut.set(token, parts);
        for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
      }
    }
    const characters = [...new Set([...counts.keys()].flatMap((part) => [...part]))].sort();
    const words = [...counts].filter(([, count]) => count >= minimum);
    words.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    const pieces = [
      ...["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
      ...characters,
      ...characters.map((character) => continuation + character),
      ...words.map(([word]) => word),
    ];
    return new WordPiece([...new Set(pieces)], rules);
  }

  /** Rows that an embedding table needs. */
  get size(): number {
    return this.pieces.length;
  }

  /** Row of a special piece; vocabularies of lower-cased text may write it in small letters. */
  special(name: SpecialPiece): number {
    const id = this.ids.get(name) ?? this.ids.get(name.toLowerCase());
    if (id === undefined) {
      throw new InputError(
        `WordPiece vocabulary: has no ${show(name)}; it must list [UNK], [CLS] and [SEP], and [MASK] for pre-training`,
      );
    }
    return id;
  }

  /** The pieces of a word as rows of the embedding table, at least one. */
  encode(word: string): readonly number[] {
    const known = this.known.get(word);
    if (known) return known;
    const { ids } = this.tokenizer.encode(prepared(word, this.rules), { add_special_tokens: false });
    const found = ids.length ? ids : [this.special("[UNK]")];
    if (this.known.size >= remembered) this.known.clear();
    this.known.set(word, found);
    return found;
  }

  /** All pieces in the order of their rows. */
  toJSON(): readonly string[] {
    return this.pieces;
  }
}

function prepared(word: string, rules: WordRules): string {
  return byCharacter(replaced(word, rules), rules);
}

/** The lines of a `vocab.txt`, one piece each. @throws InputError when it is missing or not UTF-8 */
export function readPieces(path: string): string[] {
  const lines = decodeText(readBytes(path), path).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Whether a vocabulary was made of lower-cased text, by the share of its pieces with a capital letter. */
export function areLowercase(pieces: readonly string[]): boolean {
  const capitals = pieces.filter((piece) => /\p{Lu}/u.test(piece) && !/^\[.*\]$/.test(piece));
  return capitals.length < fewCapitals * pieces.length;
}

function makeTokenizer(pieces: readonly string[], unknown: string, rules: WordRules): Tokenizer {
  const settings = {
    version: "1.0",
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: rules.splitChinese,
      strip_accents: rules.stripAccents,
      lowercase: rules.lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: unknown,
      continuing_subword_prefix: continuation,
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  };
  return new library.Tokenizer(settings, {});
}
