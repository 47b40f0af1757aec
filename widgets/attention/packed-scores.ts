import { float32From, halfFrom, highest, int16From, toBase64, toHalf } from "../shared/arrays";

/** The content scores of one head, and their queries and keys, for L tokens and D values per vector. */
export interface HeadScores {
  /** [L, D] */
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  /** [L, L] q·k / √D */
  readonly content: Float32Array;
}

/**
 * The content scores of one head as JSON: at half precision or, if that is smaller, as queries and keys. The error of a score is at
 * most 2⁻¹¹ of the largest score of its row.
 */
export type PackedScores = string | { readonly queries: PackedVectors; readonly keys: PackedVectors };

/** Vectors as 16-bit integers, each with its scale. */
interface PackedVectors {
  /** [L, D] */
  readonly integers: string;
  /** [L] the value of an integer 1 */
  readonly scales: string;
}

const largestError = 2 ** -11;

export function packScores({ queries, keys, content }: HeadScores, length: number): PackedScores {
  const scoreBytes = 2 * length ** 2;
  const factorBytes = 2 * (2 * queries.length + 4 * length);
  if (factorBytes < scoreBytes) {
    const packed = { queries: packVectors(queries, length), keys: packVectors(keys, length) };
    if (isExactEnough(unpackScores(packed, length), content, length)) return packed;
  }
  return toBase64(toHalf(content));
}

/**
 * Gives the same numbers in browsers and in Node.
 * @returns the scores of a proposal, [L], computed on first use
 */
export function unpackScores(packed: PackedScores, length: number): (proposal: number) => Float32Array {
  if (typeof packed === "string") {
    const content = halfFrom(packed);
    return (proposal) => content.subarray(proposal * length, (proposal + 1) * length);
  }
  const [queries, keys] = [unpackVectors(packed.queries), unpackVectors(packed.keys)];
  const rows: Float32Array[] = [];
  return (proposal) => {
    rows[proposal] ??= scoresOf(proposal, queries, keys);
    return rows[proposal];
  };
}

interface Vectors {
  readonly integers: Float32Array;
  readonly scales: Float32Array;
}

/**
 * Sums of integer products are exact in any order. Four keys at a time take half as long as one after another.
 */
function scoresOf(proposal: number, queries: Vectors, { integers, scales }: Vectors): Float32Array {
  const length = scales.length;
  const width = queries.integers.length / length;
  const query = queries.integers.subarray(proposal * width, (proposal + 1) * width);
  const scale = queries.scales[proposal] / Math.sqrt(width);
  const scores = new Float32Array(length);
  for (let token = 0; token < length; token += 4) {
    const first = token * width;
    const second = Math.min(token + 1, length - 1) * width;
    const third = Math.min(token + 2, length - 1) * width;
    const fourth = Math.min(token + 3, length - 1) * width;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < width; i++) {
      const value = query[i];
      a += value * integers[first + i];
      b += value * integers[second + i];
      c += value * integers[third + i];
      d += value * integers[fourth + i];
    }
    scores[token] = a * scale * scales[token];
    scores[token + 1] = b * scale * scales[token + 1]; // writes past the end of an array are ignored
    scores[token + 2] = c * scale * scales[token + 2];
    scores[token + 3] = d * scale * scales[token + 3];
  }
  return scores;
}

function packVectors(vectors: Float32Array, count: number): PackedVectors {
  const width = vectors.length / count;
  const integers = new Int16Array(vectors.length);
  const scales = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * width, (i + 1) * width);
    scales[i] = highest(vector.map(Math.abs)) / largestInteger;
    const scaled = vector.map((value) => Math.round(value / scales[i]));
    if (scales[i] > 0) integers.set(scaled, i * width);
  }
  return { integers: toBase64(integers), scales: toBase64(scales) };
}

const largestInteger = 2 ** 15 - 1;

function unpackVectors({ integers, scales }: PackedVectors): Vectors {
  return { integers: Float32Array.from(int16From(integers)), scales: float32From(scales) };
}

/** Whether the error is small enough. It is not if large products almost cancel out. */
function isExactEnough(
  scores: (proposal: number) => Float32Array,
  content: Float32Array,
  length: number,
): boolean {
  for (let proposal = 0; proposal < length; proposal++) {
    const unpacked = scores(proposal);
    let [error, largest] = [0, 0];
    for (let token = 0; token < length; token++) {
      const exact = content[proposal * length + token];
      error = Math.max(error, Math.abs(unpacked[token] - exact));
      largest = Math.max(largest, Math.abs(exact));
    }
    if (!(error <= largestError * largest)) return false; // not `>`, which would accept NaN
  }
  return true;
}
