import type { Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { LayerTrace, ProposalState, Trace } from "../../detector/trace-types";
import { entropy as entropyOf } from "../../evaluation/trace-tables";

/** Quantities besides scores that the paper's discussion (§4.5) is about, as means over sentences. */
export interface Measures {
  /** Number of measured sentences, the first of the split. */
  readonly sentences: number;
  /**
   * Entropy of the attention weights of each regressor layer, over heads and proposals, as a share of its maximum log L: 1 is
   * uniform attention. Sentences of one token are left out.
   */
  readonly entropy: readonly number[];
  /** The same for Softmax(content), the attention of this model without its prior. */
  readonly contentEntropy: readonly number[];
  /** Length in tokens, end − start + 1, of the proposals after the proposer (Eq. 9) and after each layer. */
  readonly spanLengths: readonly number[];
  /** Mean distance in tokens by which each layer moves a proposal's start and end. */
  readonly moves: readonly number[];
}

const mostSentences = 100;

/** Longer sentences are left out: a trace grows with the cube of the length. */
const longest = 128;

/** @returns `undefined` if no sentence can be measured */
export async function measure(
  detector: EntityDetector,
  sentences: readonly Sentence[],
): Promise<Measures | undefined> {
  const chosen = sentences
    .filter(({ tokens }) => tokens.length > 1 && tokens.length <= longest)
    .slice(0, mostSentences);
  if (!chosen.length) return undefined;
  const entropy: number[][] = [];
  const contentEntropy: number[][] = [];
  const spanLengths: number[][] = [];
  const moves: number[][] = [];
  for (const sentence of chosen) {
    const trace = await detector.trace(sentence);
    const tokens = sentence.tokens.length;
    entropy.push(trace.layers.map(({ weights }) => relativeEntropy(weights, tokens)));
    contentEntropy.push(trace.layers.map((layer) => relativeEntropy(contentWeights(layer, tokens), tokens)));
    spanLengths.push(trace.states.map(meanLength));
    moves.push(meanMoves(trace));
    // Timers, progress and signals run between sentences.
    await new Promise(setImmediate);
  }
  return {
    sentences: chosen.length,
    entropy: meanOf(entropy),
    contentEntropy: meanOf(contentEntropy),
    spanLengths: meanOf(spanLengths),
    moves: meanOf(moves),
  };
}

/** Elementwise mean of lists of equal length. */
function meanOf(lists: readonly (readonly number[])[]): number[] {
  return lists[0].map((_, index) => lists.reduce((sum, list) => sum + list[index] / lists.length, 0));
}

/** @param weights rows of `tokens` that each sum to 1 */
function relativeEntropy(weights: Float32Array, tokens: number): number {
  return entropyOf(weights) / (weights.length / tokens) / Math.log(tokens);
}

function contentWeights({ content }: LayerTrace, tokens: number): Float32Array {
  const weights = new Float32Array(content.length);
  for (let row = 0; row < content.length; row += tokens) {
    const scores = content.subarray(row, row + tokens);
    const most = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    weights.set(
      powers.map((power) => power / sum),
      row,
    );
  }
  return weights;
}

function meanLength({ locations }: ProposalState): number {
  let sum = 0;
  for (let at = 0; at < locations.length; at += 2) sum += locations[at + 1] - locations[at] + 1;
  return sum / (locations.length / 2);
}

function meanMoves({ states }: Trace): number[] {
  return states.slice(1).map(({ locations }, layer) => {
    const before = states[layer].locations;
    return (
      locations.reduce((sum, value, index) => sum + Math.abs(value - before[index]), 0) / locations.length
    );
  });
}
