// A linear-chain CRF over the tags y of a sentence of n tokens (Lafferty et al. 2001):
//
//   score(y) = s[y_1] + Σ_t e[t, y_t] + Σ_t A[y_t, y_t+1] + z[y_n]
//   p(y) = exp(score(y)) / Z,   Z = Σ_y exp(score(y)) over the valid sequences
//
// with emissions e [n, tags], transitions A [tags, tags], and scores s and z [tags] of the first and the last tag. Everything is
// computed in logarithms and double precision.
import type { Target } from "../criterion/loss";
import type { TagSet } from "./tags";

/** The scores of a chain, row-major. */
export interface ChainScores {
  /** e [tokens, tags] */
  readonly emissions: ArrayLike<number>;
  /** A [tags, tags], from and to */
  readonly transitions: ArrayLike<number>;
  /** s [tags] */
  readonly starts: ArrayLike<number>;
  /** z [tags] */
  readonly ends: ArrayLike<number>;
}

/** The gradients of log Z: the expected number of uses of each score. */
export type ChainExpectations = Readonly<Record<keyof ChainScores, Float64Array>>;

const never = Number.NEGATIVE_INFINITY;

/** The distribution over the valid sequences of tags of one sentence. */
export class Chain {
  readonly tokens: number;
  readonly logPartition: number;
  /** α[t, k]: log Σ over the beginnings of a sequence that give token t the tag k, with its emission */
  private readonly alpha: Float64Array;
  /** β[t, k]: log Σ over the ends of a sequence after token t, if token t has the tag k */
  private readonly beta: Float64Array;

  constructor(
    private readonly tags: TagSet,
    private readonly scores: ChainScores,
  ) {
    const { emissions, transitions, starts, ends } = scores;
    const { size, before, after, first, last } = tags;
    const tokens = emissions.length / size;
    const alpha = new Float64Array(emissions.length).fill(never);
    const beta = new Float64Array(emissions.length).fill(never);
    const final = (tokens - 1) * size;
    for (const tag of first) alpha[tag] = starts[tag] + emissions[tag];
    for (let row = size; row <= final; row += size)
      for (let tag = 0; tag < size; tag++)
        alpha[row + tag] =
          emissions[row + tag] +
          logSum(before[tag], (other) => alpha[row - size + other] + transitions[other * size + tag]);
    for (const tag of last) beta[final + tag] = ends[tag];
    for (let row = final - size; row >= 0; row -= size)
      for (let tag = 0; tag < size; tag++)
        beta[row + tag] = logSum(after[tag], (other) => {
          const next = row + size + other;
          return transitions[tag * size + other] + emissions[next] + beta[next];
        });
    this.tokens = tokens;
    this.alpha = alpha;
    this.beta = beta;
    this.logPartition = logSum(last, (tag) => alpha[final + tag] + ends[tag]);
  }

  /** score(y) */
  score(sequence: ArrayLike<number>): number {
    const { emissions, transitions, starts, ends } = this.scores;
    const { size } = this.tags;
    let score = starts[sequence[0]] + ends[sequence[this.tokens - 1]];
    for (let token = 0; token < this.tokens; token++) {
      score += emissions[token * size + sequence[token]];
      if (token > 0) score += transitions[sequence[token - 1] * size + sequence[token]];
    }
    return score;
  }

  /** The most probable sequence (Viterbi). */
  best(): Int32Array {
    const { emissions, transitions, starts, ends } = this.scores;
    const { size, before, first, last } = this.tags;
    const scores = new Float64Array(emissions.length).fill(never);
    const previous = new Int32Array(emissions.length);
    for (const tag of first) scores[tag] = starts[tag] + emissions[tag];
    for (let row = size; row < scores.length; row += size) {
      for (let tag = 0; tag < size; tag++) {
        const reach = (other: number): number => scores[row - size + other] + transitions[other * size + tag];
        const from = largest(before[tag], reach);
        previous[row + tag] = from;
        scores[row + tag] = reach(from) + emissions[row + tag];
      }
    }
    const final = (this.tokens - 1) * size;
    const sequence = new Int32Array(this.tokens);
    sequence[this.tokens - 1] = largest(last, (tag) => scores[final + tag] + ends[tag]);
    for (let token = this.tokens - 1; token > 0; token--)
      sequence[token - 1] = previous[token * size + sequence[token]];
    return sequence;
  }

  /** ∂ log Z / ∂ score for every score, which is its expected number of uses (forward–backward). */
  expectations(): ChainExpectations {
    const { emissions, transitions } = this.scores;
    const { alpha, beta, logPartition, tags } = this;
    const { size, after } = tags;
    const marginals = alpha.map((value, index) => Math.exp(value + beta[index] - logPartition));
    const pairs = new Float64Array(size * size);
    for (let next = size; next < marginals.length; next += size)
      for (let tag = 0; tag < size; tag++)
        for (const other of after[tag])
          pairs[tag * size + other] += Math.exp(
            alpha[next - size + tag] +
              transitions[tag * size + other] +
              emissions[next + other] +
              beta[next + other] -
              logPartition,
          );
    return {
      emissions: marginals,
      transitions: pairs,
      starts: marginals.slice(0, size),
      ends: marginals.slice(-size),
    };
  }

  /** The marginal probability of an entity: the sum over all sequences with its tags. */
  probability({ start, end, type }: Target): number {
    const tags = this.tags.tagsOf({ start, end, type });
    let log = this.alpha[start * this.tags.size + tags[0]];
    for (let index = 1; index < tags.length; index++)
      log += this.step(start + index, tags[index - 1], tags[index]);
    return Math.exp(log + this.beta[end * this.tags.size + tags[tags.length - 1]] - this.logPartition);
  }

  /** The entity with the highest marginal probability of those that begin at a token. */
  mostProbableFrom(start: number): Target {
    const { alpha, beta, tokens, tags } = this;
    const { size, types } = tags;
    let best: Target = { start, end: start, type: 0 };
    let most = never;
    const offer = (end: number, type: number, log: number): void => {
      if (log <= most) return;
      most = log;
      best = { start, end, type };
    };
    for (let type = 0; type < types; type++) {
      const [single] = tags.tagsOf({ start, end: start, type });
      const [begin, inside, last] = tags.tagsOf({ start, end: start + 2, type });
      offer(start, type, alpha[start * size + single] + beta[start * size + single]);
      let log = alpha[start * size + begin];
      for (let end = start + 1, previous = begin; end < tokens; end++, previous = inside) {
        offer(end, type, log + this.step(end, previous, last) + beta[end * size + last]);
        log += this.step(end, previous, inside);
      }
    }
    return best;
  }

  /** A[from, to] + e[token, to] */
  private step(token: number, from: number, to: number): number {
    const { emissions, transitions } = this.scores;
    const { size } = this.tags;
    return transitions[from * size + to] + emissions[token * size + to];
  }
}

/** log Σ exp of the terms of some tags. */
function logSum(tags: readonly number[], term: (tag: number) => number): number {
  let most = never;
  for (const tag of tags) most = Math.max(most, term(tag));
  if (most === never) return never;
  let sum = 0;
  for (const tag of tags) sum += Math.exp(term(tag) - most);
  return most + Math.log(sum);
}

/** The tag with the largest term, the first one in a tie. */
function largest(tags: readonly number[], term: (tag: number) => number): number {
  return tags.reduce((best, tag) => (term(tag) > term(best) ? tag : best));
}
