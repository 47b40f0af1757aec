import { InputError, naming, show } from "../base/errors";
import { type PieceVocabulary, type SpecialPiece, specialRow, spellingIn } from "./piece-vocabulary";
import { makeTokenizer, type Tokenizer, wordEncoder } from "./tokenizer-library";
import type { Sentence } from "./types";
import { applyReplacements, normalizeCharacters, plainRules, type WordRules } from "./word-rules";

const continuation = "##";

/** Vocabularies of lower-cased text have a smaller share of pieces with capital letters. */
const leastCapitals = 0.001;

/** BERT's vocabulary. Splits words into pieces greedily, longest first. */
export class WordPiece implements PieceVocabulary {
  readonly encode: PieceVocabulary["encode"];
  private readonly pieces: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;

  /**
   * @param pieces in the order of their embedding rows
   * @param rules how to normalize a word first; default: not at all
   * @throws InputError if a piece is listed twice or a special piece is missing
   */
  constructor(pieces: readonly string[], rules: Partial<WordRules> = {}) {
    this.pieces = pieces;
    this.ids = new Map(pieces.map((piece, id) => [piece, id]));
    if (this.ids.size < pieces.length) {
      const repeated = pieces.find((piece, id) => this.ids.get(piece) !== id);
      throw new InputError(
        `WordPiece vocabulary: lists ${show(repeated)} twice; each piece must be listed once`,
      );
    }
    const unknown = this.special("[UNK]");
    for (const name of ["[CLS]", "[SEP]"] as const) this.special(name);
    const all = { ...plainRules, ...rules };
    this.encode = wordEncoder(
      wordPieceTokenizer(pieces, pieces[unknown], all),
      (word) => prepare(word, all),
      unknown,
    );
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
    const { normalizer, pre_tokenizer } = wordPieceTokenizer(["[UNK]"], "[UNK]", all);
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

  special(name: SpecialPiece): number {
    return specialRow(this.ids, name, "WordPiece vocabulary");
  }

  spelling(name: SpecialPiece): string | undefined {
    return spellingIn(this.ids, name);
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

function wordPieceTokenizer(pieces: readonly string[], unknown: string, rules: WordRules): Tokenizer {
  return makeTokenizer({
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: rules.splitChinese,
      strip_accents: rules.stripAccents,
      lowercase: rules.lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    model: {
      type: "WordPiece",
      unk_token: unknown,
      continuing_subword_prefix: continuation,
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  });
}
