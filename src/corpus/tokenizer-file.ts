import { z } from "zod";
import { InputError, show } from "../base/errors";
import { reason } from "../base/files";
import { isRecord } from "../base/json";
import { parseWith } from "../base/schema";
import {
  type BytePairModel,
  type PieceVocabulary,
  type SpecialPiece,
  type StoredPieces,
  specialRow,
  spellingIn,
  type TokenizerFile,
  type UnigramModel,
} from "./piece-vocabulary";
import { makeTokenizer, wordEncoder } from "./tokenizer-library";
import { WordPiece } from "./word-piece";
import { applyReplacements, plainRules, type WordRules } from "./word-rules";

const row = z
  .int()
  .min(0)
  .max(2 ** 24);
const step = z.looseObject({ type: z.string() }).nullish();
const pairs = z.union([z.array(z.string()), z.array(z.tuple([z.string(), z.string()]))]);

const models = {
  BPE: z.looseObject({
    vocab: z.record(z.string(), row),
    merges: pairs,
    // the library ignores it
    continuing_subword_prefix: z.literal("").nullish(),
  }),
  Unigram: z.looseObject({ vocab: z.array(z.tuple([z.string(), z.number()])).min(1), unk_id: row }),
};

function schemaOf<Model extends BytePairModel | UnigramModel>(
  model: z.ZodType<Model>,
): z.ZodType<TokenizerFile> {
  return z.looseObject({
    added_tokens: z
      .array(z.looseObject({ id: row, content: z.string(), special: z.boolean().optional() }))
      .optional(),
    normalizer: step,
    pre_tokenizer: step,
    model,
  });
}

export const tokenizerFileSchema: z.ZodType<TokenizerFile> = schemaOf<BytePairModel | UnigramModel>(
  z.union([models.BPE, models.Unigram]),
);

/** How a `tokenizer.json` splits words: "WordPiece", "BPE" or "Unigram" for those that we read. Old files do not name it. */
export function tokenizerModel(file: unknown): unknown {
  if (!isRecord(file) || !isRecord(file.model)) return undefined;
  const { type, vocab, merges } = file.model;
  return type ?? (Array.isArray(vocab) ? "Unigram" : merges === undefined ? "WordPiece" : "BPE");
}

/** @throws InputError if the content is not that of a `tokenizer.json` of BPE or Unigram */
export function parseTokenizerFile(file: unknown, source: string): TokenizerFile {
  const type = tokenizerModel(file);
  if (type === "BPE") return parseWith(schemaOf(models.BPE), file, source);
  if (type === "Unigram") return parseWith(schemaOf(models.Unigram), file, source);
  throw new InputError(
    `${source}: model.type is ${show(type)}: PnR reads "WordPiece", "BPE" and "Unigram"; choose such an encoder`,
  );
}

/**
 * The pieces of a `tokenizer.json`. Each word is split by itself, after a space, like the words of Hugging Face's
 * `is_split_into_words=True` and `add_prefix_space=True`. A word that is spelled like a special piece is split like any other.
 */
class TokenizerPieces implements PieceVocabulary {
  readonly size: number;
  readonly encode: PieceVocabulary["encode"];
  private readonly file: TokenizerFile;
  private readonly rows: ReadonlyMap<string, number>;

  /**
   * @param rules only its replacements; the file has the others
   * @throws InputError if a special piece is missing, or the file has a step that the library does not know
   */
  constructor(file: TokenizerFile, rules: Partial<Pick<WordRules, "replace">> = {}) {
    const { added_tokens = [], model, normalizer = null, pre_tokenizer = null } = file;
    this.file = file;
    this.rows = rowsOf(file);
    this.size = pieceCount(file);
    if ("unk_id" in model && model.unk_id >= model.vocab.length)
      throw new InputError(`model.unk_id is ${model.unk_id}: there is no such piece`);
    const unknown = this.special("[UNK]");
    for (const name of ["[CLS]", "[SEP]"] as const) this.special(name);
    const settings = {
      added_tokens: added_tokens.filter(({ special }) => !special),
      normalizer,
      pre_tokenizer:
        pre_tokenizer?.type === "ByteLevel" ? { ...pre_tokenizer, add_prefix_space: true } : pre_tokenizer,
      model: { ...model, type: tokenizerModel(file) },
    };
    const { replace = plainRules.replace } = rules;
    this.encode = wordEncoder(tokenizerOf(settings), (word) => applyReplacements(word, { replace }), unknown);
  }

  special(name: SpecialPiece): number {
    return specialRow(this.rows, name, "its vocabulary");
  }

  spelling(name: SpecialPiece): string | undefined {
    return spellingIn(this.rows, name);
  }

  toJSON(): TokenizerFile {
    return this.file;
  }
}

function rowsOf({ model: { vocab }, added_tokens = [] }: TokenizerFile): Map<string, number> {
  const pieces = Array.isArray(vocab)
    ? vocab.map(([piece]: readonly [string, number], index) => [piece, index] as const)
    : Object.entries(vocab as BytePairModel["vocab"]);
  return new Map([...pieces, ...added_tokens.map(({ content, id }) => [content, id] as const)]);
}

function tokenizerOf(settings: object): ReturnType<typeof makeTokenizer> {
  try {
    return makeTokenizer(settings);
  } catch (error) {
    throw new InputError(`cannot be used (${reason(error)})`, { cause: error });
  }
}

/**
 * The vocabulary of a model's pieces.
 * @param rules how to normalize a word first; default: not at all
 * @throws InputError if they are not a vocabulary
 */
export function pieceVocabulary(pieces: StoredPieces, rules: Partial<WordRules> = {}): PieceVocabulary {
  return isList(pieces) ? new WordPiece(pieces, rules) : new TokenizerPieces(pieces, rules);
}

/** Rows of an embedding table that the pieces need. */
export function pieceCount(pieces: StoredPieces): number {
  if (isList(pieces)) return pieces.length;
  return [...rowsOf(pieces).values()].reduce((count, id) => Math.max(count, id + 1), 0);
}

function isList(pieces: StoredPieces): pieces is readonly string[] {
  return Array.isArray(pieces);
}
