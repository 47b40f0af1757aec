import { InputError, naming, show } from "../base/errors";
import type { Sentence } from "./types";
import { applyReplacements, normalizeCharacters, plainRules, type WordRules } from "./word-rules";

// The types declare an ES module, which a CommonJS project may not import; the package contains both.
type Library = typeof import("@huggingface/tokenizers", { with: { "resolution-mode": "import" }});
type Tokenizer = InstanceType<Library["Tokenizer"]>;
const library: Library = require("@huggingface/tokenizers");

/** The pieces for an unknown word, the start and the end of an input, and a masked piece. */
export type SpecialPiece = "[UNK]" | "[CLS]" | "[SEP]" | "[MASK]";

const continuation = "##";

/** Bounds the cache of encoded words. */
const mostCached = 200_000;

/** Vocabularies of lower-cased text have a smaller share of pieces with capital letters. */
const leastCapitals = 0.001;

/** BERT's vocabulary. Splits words into pieces greedily, longest first, and maps pieces to rows. */
export class WordPiece {
  private readonly rules: WordRules;
  private readonly pieces: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;
  private readonly tokenizer: Tokenizer;
  private readonly cache = new Map<string, readonly number[]>();

  /**
   * @param pieces in the order of their embedding rows
   * @param rules how to normalize a word first; default: not at all
   * @throws InputError if a piece is listed twice or a special piece is missing
   */
  constructor(pieces: readonly string[], rules: Partial<WordRules> = {}) {
    this.pieces = pieces;
    this.rules = { ...plainRules, ...rules };
    this.ids = new Map(pieces.map((piece, id) => [piece, id]));
    if (this.ids.size < pieces.length) {
      const repeated = pieces.find((piece, id) => this.ids.get(piece) !== id);
      throw new InputError(
        `WordPiece vocabulary: lists ${show(repeated)} twice; each piece must be listed once`,
      );
    }
    const unknown = pieces[this.special("[UNK]")];
    for (const name of ["[CLS]", "[SEP]"] as const) this.special(name);
    this.tokenizer = makeTokenizer(pieces, unknown, this.rules);
  }

  /**
   * @param source names the pieces in messages
   * @throws InputError if the pieces are not a vocabulary
   */
  static of(pieces: readonly string[], rules: Partial<WordRules>, source: string): WordPiece {
    return naming(source, () => new WordPiece(pieces, rules));
  }

  /**
   * The vocabulary of a BERT that is trained from scratch: special pieces, each character of the sentences as the first of a word and
   * as a continuation, and the words (split at punctuation, as WordPiece does) that occur at least `minimum` times.
   */
  static count(
    sentences: Iterable<Pick<Sentence, "tokens">>,
    minimum: number,
    rules: Partial<WordRules> = {},
  ): WordPiece {
    const all = { ...plainRules, ...rules };
    const { normalizer, pre_tokenizer } = makeTokenizer(["[UNK]"], "[UNK]", all);
    const counts = new Map<string, number>();
    const partsOf = new Map<string, readonly string[]>();
    for (const { tokens } of sentences) {
      for (const token of tokens) {
        const parts =
          partsOf.get(token) ?? pre_tokenizer!.pre_tokenize(normalizer!.normalize(prepare(token, all)));
        partsOf.set(token, parts);
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

  get size(): number {
    return this.pieces.length;
  }

  /** The row of a special piece. Vocabularies of lower-cased text may spell it in lower case. */
  special(name: SpecialPiece): number {
    const id = this.ids.get(name) ?? this.ids.get(name.toLowerCase());
    if (id === undefined) {
      throw new InputError(
        `WordPiece vocabulary: has no ${show(name)}; it must list [UNK], [CLS] and [SEP], and [MASK] for pre-training`,
      );
    }
    return id;
  }

  /** The pieces of a word, at least one, as rows of the embedding table. */
  encode(word: string): readonly number[] {
    const cached = this.cache.get(word);
    if (cached) return cached;
    const { ids } = this.tokenizer.encode(prepare(word, this.rules), { add_special_tokens: false });
    const rows = ids.length ? ids : [this.special("[UNK]")];
    if (this.cache.size >= mostCached) this.cache.clear();
    this.cache.set(word, rows);
    return rows;
  }

  /** All pieces, in the order of their rows. */
  toJSON(): readonly string[] {
    return this.pieces;
  }
}

function prepare(word: string, rules: WordRules): string {
  return normalizeCharacters(applyReplacements(word, rules), rules);
}

/** Whether a vocabulary was made from lower-cased text, judged by the share of pieces with capital letters. */
export function areLowercase(pieces: readonly string[]): boolean {
  const capitals = pieces.filter((piece) => /\p{Lu}/u.test(piece) && !/^\[.*\]$/.test(piece));
  return capitals.length < leastCapitals * pieces.length;
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
