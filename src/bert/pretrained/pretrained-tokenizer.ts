import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { readJson } from "../../base/files";
import { parseWith } from "../../base/schema";
import {
  areLowercase,
  parseTokenizerFile,
  pieceCount,
  plainRules,
  readPieces,
  type StoredPieces,
  tokenizerModel,
  type WordRules,
} from "../../corpus";
import { families } from "../families";

export const vocabularyFile = "vocab.txt";
export const tokenizerFile = "tokenizer.json";
export const tokenizerConfigFile = "tokenizer_config.json";

/** How a pre-trained encoder splits words into pieces. */
export interface PretrainedTokenizer {
  readonly path: string;
  readonly pieces: StoredPieces;
  /** Rows that they need. */
  readonly count: number;
  /** How WordPiece normalizes words. For other kinds, `pieces` contains the rules, and these are at their defaults. */
  readonly rules: Omit<WordRules, "replace">;
}

const configSchema = z.object({
  tokenizer_class: z.string().nullish(),
  do_lower_case: z.boolean().optional(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().optional(),
});

const wordPieceSchema = z.object({
  normalizer: z
    .object({
      type: z.literal("BertNormalizer"),
      lowercase: z.boolean().optional(),
      strip_accents: z.boolean().nullish(),
      handle_chinese_chars: z.boolean().optional(),
    })
    .nullish(),
  model: z.object({
    continuing_subword_prefix: z.literal("##").default("##"),
    vocab: z.record(z.string(), z.int().min(0)),
  }),
});

/** The tokenizer classes of transformers that add nothing to their `tokenizer.json`. */
const plainClasses: readonly string[] = ["PreTrainedTokenizer", "TokenizersBackend"];
const tokenizerClasses: readonly string[] = [
  ...new Set([...Object.values(families).map(({ tokenizer }) => tokenizer), ...plainClasses]),
];

/**
 * Reads the pieces of WordPiece from `vocab.txt` or `tokenizer.json`, and its rules from `tokenizer_config.json` or `tokenizer.json`. If
 * neither file says whether words are lower-cased, the vocabulary determines it. BPE and Unigram are read from `tokenizer.json`.
 * @throws InputError if there is no vocabulary, or none that we can read
 */
export function readPretrainedTokenizer(folder: string): PretrainedTokenizer {
  const find = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? join(folder, name) : undefined;
  const [list, json, settings] = [vocabularyFile, tokenizerFile, tokenizerConfigFile].map(find);
  const path = list ?? json;
  if (path === undefined) {
    throw new InputError(
      `${folder}: has no ${vocabularyFile} and no ${tokenizerFile}; copy one of them there, or write the second with ` +
        'AutoTokenizer.from_pretrained("…").save_pretrained("…") of transformers',
    );
  }
  const config = settings === undefined ? {} : parseWith(configSchema, readJson(settings), settings);
  const { tokenizer_class } = config;
  if (tokenizer_class && !tokenizerClasses.includes(tokenizer_class.replace(/Fast$/, ""))) {
    throw new InputError(
      `${settings}: tokenizer_class is ${show(tokenizer_class)}: PnR reads ${tokenizerClasses.join(", ")}`,
    );
  }
  const file = json === undefined ? undefined : readJson(json);
  if (json !== undefined && list === undefined && tokenizerModel(file) !== "WordPiece") {
    const { lowercase, stripAccents, splitChinese } = plainRules;
    const pieces = parseTokenizerFile(file, json);
    return {
      path: json,
      pieces,
      count: pieceCount(pieces),
      rules: { lowercase, stripAccents, splitChinese },
    };
  }
  const tokenizer = json === undefined ? undefined : parseWith(wordPieceSchema, file, json);
  const pieces = list === undefined ? piecesOf(tokenizer!.model.vocab, path) : readPieces(list);
  const normalizer = tokenizer?.normalizer;
  return {
    path,
    pieces,
    count: pieces.length,
    rules: {
      lowercase: config.do_lower_case ?? normalizer?.lowercase ?? areLowercase(pieces),
      stripAccents: config.strip_accents ?? normalizer?.strip_accents ?? null,
      splitChinese: config.tokenize_chinese_chars ?? normalizer?.handle_chinese_chars ?? true,
    },
  };
}

/** Pieces in the order of their ids, which must be 0, 1, 2 … */
function piecesOf(vocabulary: Readonly<Record<string, number>>, path: string): string[] {
  const entries = Object.entries(vocabulary);
  const pieces = new Array<string>(entries.length);
  for (const [piece, id] of entries) {
    if (id >= pieces.length || pieces[id] !== undefined) {
      const problem =
        id >= pieces.length ? `has ${pieces.length} pieces and one of number ${id}` : `numbers two ${id}`;
      throw new InputError(`${path}: model.vocab ${problem}; pieces must be numbered 0, 1, 2 …`);
    }
    pieces[id] = piece;
  }
  return pieces;
}
