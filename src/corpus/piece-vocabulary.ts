import { InputError, show } from "../base/errors";

/** The pieces for padding, an unknown word, the start and the end of an input, and a masked piece, as BERT spells them. */
export type SpecialPiece = "[PAD]" | "[UNK]" | "[CLS]" | "[SEP]" | "[MASK]";

/** Other spellings: those of vocabularies of lower-cased text, and RoBERTa's. */
const spellings: Readonly<Record<SpecialPiece, readonly string[]>> = {
  "[PAD]": ["[PAD]", "[pad]", "<pad>"],
  "[UNK]": ["[UNK]", "[unk]", "<unk>"],
  "[CLS]": ["[CLS]", "[cls]", "<s>"],
  "[SEP]": ["[SEP]", "[sep]", "</s>"],
  "[MASK]": ["[MASK]", "[mask]", "<mask>"],
};

/** The content of a `tokenizer.json` of byte-level BPE or Unigram, as Hugging Face's tokenizers library writes it. */
export interface TokenizerFile {
  readonly added_tokens?: readonly AddedPiece[];
  readonly normalizer?: Step | null;
  readonly pre_tokenizer?: Step | null;
  readonly model: BytePairModel | UnigramModel;
}

interface AddedPiece {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
}

interface Step {
  readonly type: string;
}

export interface BytePairModel {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly string[] | readonly (readonly [left: string, right: string])[];
}

export interface UnigramModel {
  readonly vocab: readonly (readonly [piece: string, score: number])[];
  readonly unk_id: number;
}

/** The stored form of a model's pieces: the pieces of WordPiece, or the content of a `tokenizer.json`. */
export type StoredPieces = readonly string[] | TokenizerFile;

/** Splits words into pieces, and maps pieces to rows of the embedding table. */
export interface PieceVocabulary {
  /** Rows that it needs. */
  readonly size: number;
  /** The row of a special piece. @throws InputError if it is missing */
  special(name: SpecialPiece): number;
  /** How the vocabulary spells a special piece; undefined if it is missing. */
  spelling(name: SpecialPiece): string | undefined;
  /** The pieces of a word, at least one, as rows of the embedding table. */
  encode(word: string): readonly number[];
  toJSON(): StoredPieces;
}

/** How pieces spell a special one; undefined if it is missing. */
export function spellingIn(rows: ReadonlyMap<string, number>, name: SpecialPiece): string | undefined {
  return spellings[name].find((spelling) => rows.has(spelling));
}

/** @param vocabulary names the pieces in messages @throws InputError if the special piece is missing */
export function specialRow(
  rows: ReadonlyMap<string, number>,
  name: SpecialPiece,
  vocabulary: string,
): number {
  const spelling = spellingIn(rows, name);
  if (spelling !== undefined) return rows.get(spelling) as number;
  throw new InputError(
    `${vocabulary}: has no ${spellings[name].map((one) => show(one)).join(" or ")}; it must list [UNK], [CLS] and [SEP], and [MASK] for pre-training`,
  );
}
