import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import type { WordVectorsConfig } from "../config/model-config";
import { selectVectors, Vocabulary, type WordVectors } from "../corpus";
import { type Parameters, readTensor } from "../nn/parameters";
import type { StoredModel } from "./storage";

/** The table of word embeddings [words, width]. Its first row is that of unknown words. */
const table = "encoder.words.weight";

/**
 * Writes vectors into the rows of the word embedding after the first, in their order. The other rows keep their random values,
 * scaled to the standard deviation of the vectors, or become 0.
 * @param vectors as wide as the embedding
 */
export function placeVectors(
  parameters: Parameters,
  {
    source,
    values,
  }: { readonly source: Pick<WordVectors["source"], "dimension"> } & Pick<WordVectors, "values">,
  { missing }: Pick<WordVectorsConfig, "missing">,
): void {
  const { shape, values: random } = readTensor(parameters.get(table));
  const scale = deviation(values);
  const rows = missing === "zero" ? new Float32Array(random.length) : random.map((value) => value * scale);
  rows.set(values, source.dimension);
  parameters.set(table, { shape, values: rows });
}

/** Standard deviation of all numbers. */
function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

type Stored = Pick<StoredModel, "description" | "tensors">;

export interface NewWords {
  /** The file of word vectors that the model was trained with. */
  readonly file: string;
  /** All words of the sentences to predict on; they may repeat, and the model may already know them. */
  readonly words: Iterable<string>;
  readonly signal?: AbortSignal;
}

/**
 * Adds words to a stored model with word vectors.
 * @throws InputError if the model has no word vectors, or was trained with another file
 */
export async function withNewWords(
  storedModel: Stored,
  { file, words, signal }: NewWords,
  path: string,
): Promise<Stored> {
  const { model, vocabularies } = storedModel.description;
  if (!model.wordVectors) {
    throw new InputError(
      `${path}: was trained without word vectors, so those in ${file} have no use; omit them`,
    );
  }
  const all = [...vocabularies.words.toJSON(), ...words];
  return withVectors(storedModel, await selectVectors(file, all, model.wordVectors.fallback, { signal }));
}

/** @param vectors of the words to add and of those that the model has */
function withVectors({ description, tensors }: Stored, vectors: WordVectors): Stored {
  const { model, vocabularies } = description;
  const config = model.wordVectors!;
  const tensor = tensors.get(table)!;
  const [, width] = tensor.shape;
  const rowsOfWords = new Map(vocabularies.words.toJSON().map((word, index) => [word, index + 1]));
  checkSame(config, vectors, tensor, rowsOfWords);
  const added = [...vectors.words.keys()].filter((row) => !rowsOfWords.has(vectors.words[row]));
  const values = new Float32Array(tensor.values.length + added.length * width);
  values.set(tensor.values);
  for (const [index, row] of added.entries())
    values.set(rowOf(vectors.values, row, width), tensor.values.length + index * width);
  const words = [...vocabularies.words.toJSON(), ...added.map((row) => vectors.words[row])];
  const extended = { ...vocabularies, words: Vocabulary.from(words, config.fallback) };
  return {
    description: { ...description, vocabularies: extended },
    tensors: new Map([...tensors, [table, { shape: [words.length + 1, width], values }]]),
  };
}

/** New vectors fit the model only if they were trained together with those that it has. */
function checkSame(
  { sha256, trainable, file }: WordVectorsConfig,
  { source, words, values }: WordVectors,
  tensor: StoredTensor,
  rowsOfWords: ReadonlyMap<string, number>,
): void {
  if (source.sha256 === sha256) return;
  const [, width] = tensor.shape;
  const problem = `is not the file of word vectors that the model was trained with (${file}, SHA-256 ${sha256})`;
  if (trainable || source.dimension !== width)
    throw new InputError(`${source.file}: ${problem}; use that file, or no word vectors`);
  for (const [row, word] of words.entries()) {
    const storedRow = rowsOfWords.get(word);
    if (storedRow === undefined) continue;
    if (!isSameRow(rowOf(tensor.values, storedRow, width), rowOf(values, row, width))) {
      throw new InputError(
        `${source.file}: ${problem}: "${word}" has another vector there; use that file, or no word vectors`,
      );
    }
  }
}

/** Whether two vectors are equal but for the rounding of packed weights, at most half of 1/127 of the largest number. */
function isSameRow(ours: Float32Array, theirs: Float32Array): boolean {
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.every((value, column) => Math.abs(value - theirs[column]) <= largest / 253);
}

function rowOf(values: Float32Array, row: number, width: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}
