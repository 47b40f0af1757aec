import { type ReadVectorsOptions, readVectors, type VectorFile } from "./read";

/** What is told of a whole file of word vectors. */
export interface VectorStatistics extends VectorFile {
  /** SHA-256 of the file as it lies on disk. */
  readonly sha256: string;
  /** The first words. */
  readonly first: readonly string[];
  /** Words with a capital letter; where there are none, words in capitals are found in small letters alone. */
  readonly capitals: number;
  /** Words with a space in them. */
  readonly spaced: number;
  /** Vectors of zeros alone. */
  readonly zero: number;
  /** Mean Euclidean length of a vector. */
  readonly meanNorm: number;
  readonly smallest: number;
  readonly largest: number;
}

const shownWords = 10;

/**
 * Reads all of a file, every number included, in constant memory.
 * @throws InputError at the first fault
 */
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
        if (first.length < shownWords) first.push(word);
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
