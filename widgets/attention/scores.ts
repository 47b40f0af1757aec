import { float32From, halfFrom, int16From, toBase64, toHalf } from "../shared/arrays";
import { highest } from "./rows";

/** One head's content scores, and the queries and keys that they are products of; L tokens, D values a vector. */
export interface HeadScores {
  /** [L, D] */
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  /** [L, L] q·k / √D */
  readonly content: Float32Array;
}

/**
 * One head's content scores as they travel: all of them at half precision or, where that is smaller, as queries and keys.
 * Either way a score is off by at most 2⁻¹¹ of the largest of its row.
 */
export type PackedScores = string | { readonly queries: PackedVectors; readonly keys: PackedVectors };

/** Vectors as 16-bit integers, each with a scale of its own. */
interface PackedVectors {
  /** [L, D] */
  readonly integers: string;
  /** [L] what an integer 1 stands for. */
  readonly scales: string;
}

const mostOff = 2 ** -11;

export function packScores({ queries, keys, content }: HeadScores, length: number): PackedScores {
  const whole = 2 * length ** 2;
  const factors = 2 * (2 * queries.length + 4 * length);
  if (factors < whole) {
    const packed = { queries: packVectors(queries, length), keys: packVectors(keys, length) };
    if (isExactEnough(unpackScores(packed, length), content, length)) return packed;
  }
  return toBase64(toHalf(content));
}

/**
 * Runs in browsers too, with the same numbers.
 * @returns the scores of a proposal, token by token, made when they are first asked for
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
 * Products of integers are exact, in whatever order they are summed: four keys at a time, which takes half as long as one
 * after the other.
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
    for (let at = 0; at < width; at++) {
      const value = query[at];
      a += value * integers[first + at];
      b += value * integers[second + at];
      c += value * integers[third + at];
      d += value * integers[fourth + at];
    }
    scores[token] = a * scale * scales[token];
    scores[token + 1] = b * scale * scales[token + 1]; // past its end an array keeps nothing
    scores[token + 2] = c * scale * scales[token + 2];
    scores[token + 3] = d * scale * scales[token + 3];
  }
  return scores;
}

function packVectors(vectors: Float32Array, count: number): PackedVectors {
  const width = vectors.length / count;
  const integers = new Int16Array(vectors.length);
  const scales = new Float32Array(count);
  for (let place = 0; place < count; place++) {
    const own = vectors.subarray(place * width, (place + 1) * width);
    scales[place] = highest(own.map(Math.abs)) / largest;
    integers.set(
      scales[place] > 0 ? own.map((value) => Math.round(value / scales[place])) : [],
      place * width,
    );
  }
  return { integers: toBase64(integers), scales: toBase64(scales) };
}

const largest = 2 ** 15 - 1;

function unpackVectors({ integers, scales }: PackedVectors): Vectors {
  return { integers: Float32Array.from(int16From(integers)), scales: float32From(scales) };
}

/** Scores that all but cancel out would lose more than half precision does. */
function isExactEnough(
  scores: (proposal: number) => Float32Array,
  content: Float32Array,
  length: number,
): boolean {
  for (let proposal = 0; proposal < length; proposal++) {
    const made = scores(proposal);
    let [off, most] = [0, 0];
    for (let token = 0; token < length; token++) {
      const wanted = content[proposal * length + token];
      off = Math.max(off, Math.abs(made[token] - wanted));
      most = Math.max(most, Math.abs(wanted));
    }
    if (!(off <= mostOff * most)) return false; // nor where they are no numbers
  }
  return true;
}
