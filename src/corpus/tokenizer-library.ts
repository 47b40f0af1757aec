import type { PieceVocabulary } from "./piece-vocabulary";

// The types declare an ES module, which a CommonJS project may not import; the package contains both. They do not compile with
// every module resolution, so no exported declaration may refer to them.
type Library = typeof import("@huggingface/tokenizers", { with: { "resolution-mode": "import" }});
export type Tokenizer = InstanceType<Library["Tokenizer"]>;
const library: Library = require("@huggingface/tokenizers");

/** Hugging Face's tokenizer. @param settings as in a `tokenizer.json` */
export function makeTokenizer(settings: object): Tokenizer {
  return new library.Tokenizer({ version: "1.0", post_processor: null, decoder: null, ...settings }, {});
}

/** Bounds the cache of encoded words. */
const mostCached = 200_000;

/**
 * A function that splits words into pieces and caches them. @param unknown the piece of a word that normalization removes
 * completely
 */
export function wordEncoder(
  tokenizer: Tokenizer,
  prepare: (word: string) => string,
  unknown: number,
): PieceVocabulary["encode"] {
  const cache = new Map<string, readonly number[]>();
  return (word) => {
    const cached = cache.get(word);
    if (cached) return cached;
    const { ids } = tokenizer.encode(prepare(word), { add_special_tokens: false });
    const rows = ids.length ? ids : [unknown];
    if (cache.size >= mostCached) cache.clear();
    cache.set(word, rows);
    return rows;
  };
}
