import { InputError } from "../../base/errors";
import { type CaseForm, spelled } from "../case-forms";
import { Vocabulary } from "../vocabulary";
import { type ReadVectorsOptions, readVectors, type VectorFile } from "./read";

/** The vectors of some words, out of a file of many. */
export interface WordVectors {
  readonly source: VectorFile & {
    /** Of the file's bytes, as they lie on disk. */
    readonly sha256: string;
    /** Words met a second time among those wanted; the first one's vector is kept. */
    readonly repeated: number;
  };
  /** The kept words as the file spells them, in code-unit order. */
  readonly words: readonly string[];
  /** [words, dimension] */
  readonly values: Float32Array;
}

/** How a word was found: as it is written, or in which other spelling. */
export type Spelling = "written" | CaseForm;

/** Finds the row of a word among kept words. */
export class VectorIndex {
  private readonly rows: ReadonlyMap<string, number>;

  constructor(
    words: readonly string[],
    private readonly fallback: readonly CaseForm[],
  ) {
    this.rows = new Map(words.map((word, row) => [word, row]));
  }

  find(word: string): { readonly row: number; readonly spelling: Spelling } | undefined {
    const written = this.rows.get(word);
    if (written !== undefined) return { row: written, spelling: "written" };
    for (const form of this.fallback) {
      const row = this.rows.get(spelled(word, form));
      if (row !== undefined) return { row, spelling: form };
    }
    return undefined;
  }
}

/**
 * The vectors of these words, each as it is written or else in the first other spelling that the file has. The file is read
 * as a stream; of a word found as it is written, no other spelling is kept.
 * @param words any may be repeated
 * @throws InputError when the file is none, damaged, cut off, or has none of the words
 */
export async function selectVectors(
  path: string,
  words: Iterable<string>,
  fallback: readonly CaseForm[],
  options: ReadVectorsOptions = {},
): Promise<WordVectors> {
  const distinct = new Set(words);
  const wanted = new Set<string>();
  for (const word of distinct) {
    wanted.add(word);
    for (const form of fallback) wanted.add(spelled(word, form));
  }
  const found = new Map<string, Float32Array>();
  let repeated = 0;
  const file = await readVectors(
    path,
    {
      wants: (word) => wanted.has(word),
      take(word, values) {
        if (found.has(word)) repeated++;
        else found.set(word, values);
      },
    },
    options,
  );
  if (!found.size) {
    throw new InputError(
      `${path}: has none of the ${distinct.size} words that are looked for; are these vectors of another language?`,
    );
  }
  return { ...keep(found, distinct, fallback, file.dimension), source: { ...file, repeated } };
}

/** The rows that a word was found by, in order. */
function keep(
  found: ReadonlyMap<string, Float32Array>,
  distinct: ReadonlySet<string>,
  fallback: readonly CaseForm[],
  dimension: number,
): Pick<WordVectors, "words" | "values"> {
  const spellings = [...found.keys()].sort();
  const index = new VectorIndex(spellings, fallback);
  const used = new Set([...distinct].map((word) => index.find(word)?.row));
  const words = spellings.filter((_, row) => used.has(row));
  const values = new Float32Array(words.length * dimension);
  for (const [row, word] of words.entries()) values.set(found.get(word)!, row * dimension);
  return { words, values };
}

/**
 * The word vocabulary of a model with vectors: first the kept words, row by row, then the train split's words of which none
 * of the spellings has a vector.
 * @param trained words that may have a row of their own without a vector
 */
export function vectorVocabulary(
  { words }: Pick<WordVectors, "words">,
  fallback: readonly CaseForm[],
  trained: Vocabulary,
): Vocabulary {
  const index = new VectorIndex(words, fallback);
  return Vocabulary.from([...words, ...trained.toJSON().filter((word) => !index.find(word))], fallback);
}
