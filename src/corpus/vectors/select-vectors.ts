import { InputError } from "../../base/errors";
import { applyCaseForm, type CaseForm, Vocabulary } from "../vocabulary";
import { type ReadVectorsOptions, readVectors, type VectorFile } from "./read-vectors";
import type { VectorVisitor } from "./vector-rows";

export interface WordVectors {
  readonly source: VectorFile & {
    /** SHA-256 of the file on disk. */
    readonly sha256: string;
    /** How many selected words occur again in the file. The first vector counts. */
    readonly repeated: number;
  };
  /** The words as the file spells them, in code-unit order. */
  readonly words: readonly string[];
  /** [words, dimension] */
  readonly values: Float32Array;
}

/** The spelling under which a word was found: as written, or a case form. */
export type Spelling = "written" | CaseForm;

export class VectorIndex {
  private readonly rows: ReadonlyMap<string, number>;

  constructor(
    words: readonly string[],
    private readonly fallback: readonly CaseForm[],
  ) {
    this.rows = new Map(words.map((word, row) => [word, row]));
  }

  find(word: string): { readonly row: number; readonly spelling: Spelling } | undefined {
    const exactRow = this.rows.get(word);
    if (exactRow !== undefined) return { row: exactRow, spelling: "written" };
    for (const form of this.fallback) {
      const row = this.rows.get(applyCaseForm(word, form));
      if (row !== undefined) return { row, spelling: form };
    }
    return undefined;
  }
}

/**
 * Reads the vectors of these words, each as written or under the first fallback spelling in the file. Reads the file as a stream.
 * @param words may be repeated
 * @throws InputError if the file is not a file of vectors, damaged, truncated, or has none of the words
 */
export async function selectVectors(
  path: string,
  words: Iterable<string>,
  fallback: readonly CaseForm[],
  options: ReadVectorsOptions = {},
): Promise<WordVectors> {
  const distinct = new Set(words);
  const spellings = new Set<string>();
  for (const word of distinct) {
    spellings.add(word);
    for (const form of fallback) spellings.add(applyCaseForm(word, form));
  }
  const vectors = new Map<string, Float32Array>();
  let repeated = 0;
  const file = await readVectors(
    path,
    {
      wants: (word) => spellings.has(word),
      take(word, values) {
        if (vectors.has(word)) repeated++;
        else vectors.set(word, values);
      },
    },
    options,
  );
  if (!vectors.size) {
    throw new InputError(
      `${path}: contains none of the ${distinct.size} words needed; are they for another language?`,
    );
  }
  return { ...selectRows(vectors, distinct, fallback, file.dimension), source: { ...file, repeated } };
}

/**
 * The first words of a file of vectors. Those of GloVe and word2vec are ordered by frequency.
 * @throws InputError if the file is not a file of vectors, damaged or truncated
 */
export async function firstWords(
  path: string,
  count: number,
  options: ReadVectorsOptions = {},
): Promise<string[]> {
  const words: string[] = [];
  const visitor: VectorVisitor = {
    wants(word) {
      if (words.length < count) words.push(word);
      return false;
    },
    take() {},
  };
  await readVectors(path, visitor, options);
  return words;
}

/** The rows that the words use. A word that has a vector as written does not use its other spellings. */
function selectRows(
  vectors: ReadonlyMap<string, Float32Array>,
  distinct: ReadonlySet<string>,
  fallback: readonly CaseForm[],
  dimension: number,
): Pick<WordVectors, "words" | "values"> {
  const spellings = [...vectors.keys()].sort();
  const index = new VectorIndex(spellings, fallback);
  const usedRows = new Set([...distinct].map((word) => index.find(word)?.row));
  const words = spellings.filter((_, row) => usedRows.has(row));
  const values = new Float32Array(words.length * dimension);
  for (const [row, word] of words.entries()) values.set(vectors.get(word)!, row * dimension);
  return { words, values };
}

/**
 * The word vocabulary of a model with vectors: the words with vectors, row by row, then words of the train split without a vector
 * under any spelling.
 * @param trained words that get a trained row if they have no vector
 */
export function vectorVocabulary(
  { words }: Pick<WordVectors, "words">,
  fallback: readonly CaseForm[],
  trained: Vocabulary,
): Vocabulary {
  const index = new VectorIndex(words, fallback);
  return Vocabulary.from([...words, ...trained.toJSON().filter((word) => !index.find(word))], fallback);
}
