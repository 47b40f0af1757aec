import { type ReadVectorsOptions, readVectors, type VectorFile } from "./read-vectors";

/** Statistics of a file of word vectors. */
export interface VectorStatistics extends VectorFile {
  /** SHA-256 of the file on disk. */
  readonly sha256: string;
  /** The first words. */
  readonly first: readonly string[];
  /** Words with a capital letter. Without any, capitalized words can only be looked up in lower case. */
  readonly capitals: number;
  /** Words that contain a space. */
  readonly spaced: number;
  /** Vectors of only zeros. */
  readonly zero: number;
  /** Mean Euclidean length of a vector. */
  readonly meanNorm: number;
  readonly smallest: number;
  readonly largest: number;
}

const firstWords = 10;

/** Reads a whole file, including every number, in constant memory. @throws InputError at the first fault */
export async function vectorStatistics(
  path: string,
  options: ReadVectorsOptions = {},
): Promise<VectorStatistics> {
  const first: string[] = [];
  let [capitals, spaced, zero, norms] = [0, 0, 0, 0];
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const file = await readVectors(
    path,
    {
      wants: () => true,
      take(word, values) {
        if (first.length < firstWords) first.push(word);
        if (/\p{Lu}/u.test(word)) capitals++;
        if (word.includes(" ")) spaced++;
        let squares = 0;
        for (const value of values) {
          squares += value * value;
          smallest = Math.min(smallest, value);
          largest = Math.max(largest, value);
        }
        if (squares === 0) zero++;
        norms += Math.sqrt(squares);
      },
    },
    options,
  );
  const meanNorm = norms / (file.rows - file.unreadable);
  return { ...file, first, capitals, spaced, zero, meanNorm, smallest, largest };
}
