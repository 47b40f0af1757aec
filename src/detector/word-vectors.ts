import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import type { WordVectorsConfig } from "../config/word-vectors";
import { selectVectors, Vocabulary, type WordVectors } from "../corpus";
import { type Parameters, readTensor } from "../nn/parameters";
import type { ModelDescription } from "./storage";

/** The table of word embeddings [words, width]; its first row is that of everything unknown. */
const table = "encoder.words.weight";

/**
 * Gives the word embedding its vectors: the rows after the first one, in the vectors' order. The other rows keep the random
 * values that they were made with, spread as widely as the vectors, or become 0.
 * @param vectors as wide as the embedding
 */
export function placeVectors(
  parameters: Parameters,
  { source, values }: WordVectors,
  { missing }: Pick<WordVectorsConfig, "missing">,
): void {
  const { shape, values: first } = readTensor(parameters.get(table));
  const scale = deviation(values);
  const placed = missing === "zero" ? new Float32Array(first.length) : first.map((value) => value * scale);
  placed.set(values, source.dimension);
  parameters.set(table, { shape, values: placed });
}

/** Standard deviation of all numbers together. */
function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

/** A stored model as it is read. */
interface Stored {
  readonly description: ModelDescription;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface NewWords {
  /** The file of word vectors that the model was trained with. */
  readonly file: string;
  /** All words of the sentences to predict on; any may be repeated or known. */
  readonly words: Iterable<string>;
  readonly signal?: AbortSignal;
}

/**
 * A stored model that knows further words.
 * @throws InputError when the model has no word vectors, or others than those of the file
 */
export async function withNewWords(
  stored: Stored,
  { file, words, signal }: NewWords,
  path: string,
): Promise<Stored> {
  const { model, vocabularies } = stored.description;
  if (!model.wordVectors) {
    throw new InputError(
      `${path}: was trained without word vectors, so those in ${file} mean nothing to it; leave them out`,
    );
  }
  const all = [...vocabularies.words.toJSON(), ...words];
  return withVectors(stored, await selectVectors(file, all, model.wordVectors.fallback, { signal }));
}

/**
 * A stored model whose vocabulary has further words, with their vectors.
 * @param vectors of the further words, and of those that the model has
 * @throws InputError when the model knows no word vectors, or these are not those that it was trained with
 */
export function withVectors({ description, tensors }: Stored, vectors: WordVectors): Stored {
  const { model, vocabularies } = description;
  const config = model.wordVectors!;
  const stored = tensors.get(table)!;
  const [, width] = stored.shape;
  const known = new Map(vocabularies.words.toJSON().map((word, at) => [word, at + 1]));
  checkSame(config, vectors, stored, known);
  const added = [...vectors.words.keys()].filter((row) => !known.has(vectors.words[row]));
  const values = new Float32Array(stored.values.length + added.length * width);
  values.set(stored.values);
  for (const [at, row] of added.entries())
    values.set(rowOf(vectors.values, row, width), stored.values.length + at * width);
  const words = [...vocabularies.words.toJSON(), ...added.map((row) => vectors.words[row])];
  const extended = { ...vocabularies, words: Vocabulary.from(words, config.fallback) };
  return {
    description: { ...description, vocabularies: extended },
    tensors: new Map([...tensors, [table, { shape: [words.length + 1, width], values }]]),
  };
}

/** New words lie right among the old ones only if their vectors were trained together. */
function checkSame(
  { sha256, trainable, file }: WordVectorsConfig,
  { source, words, values }: WordVectors,
  stored: StoredTensor,
  known: ReadonlyMap<string, number>,
): void {
  if (source.sha256 === sha256) return;
  const [, width] = stored.shape;
  const problem = `is not the file of word vectors that the model was trained with (${file}, SHA-256 ${sha256})`;
  if (trainable || source.dimension !== width)
    throw new InputError(`${source.file}: ${problem}; give that one, or none`);
  for (const [row, word] of words.entries()) {
    const own = known.get(word);
    if (own === undefined) continue;
    const [ours, theirs] = [rowOf(stored.values, own, width), rowOf(values, row, width)];
    if (ours.some((value, at) => value !== theirs[at])) {
      throw new InputError(
        `${source.file}: ${problem}: "${word}" has another vector; give that one, or none`,
      );
    }
  }
}

function rowOf(values: Float32Array, row: number, width: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}
