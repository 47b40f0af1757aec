import type { Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { LayerTrace, ProposalState, Trace } from "../../detector/trace-types";

/** What the paper's discussion (§4.5) speaks of besides scores, as means over sentences. */
export interface Measures {
  /** How many sentences were looked at: the first ones. */
  readonly sentences: number;
  /**
   * Entropy of the attention weights of each regressor layer, over heads and proposals, as a share of the largest possible
   * one, log L: 1 attends to all alike. Sentences of one token have none and are left out.
   */
  readonly entropy: readonly number[];
  /** The same of Softmax(content), which is what the prior would leave if it were taken away from this model. */
  readonly contentEntropy: readonly number[];
  /** Length in tokens, end − start + 1, of the proposals that the proposer makes (Eq. 9), then after each layer. */
  readonly spanLengths: readonly number[];
  /** How far a layer moves a proposal's start and end, in tokens, mean of both. */
  readonly moves: readonly number[];
}

const mostSentences = 100;

/** Sentences longer than this are left out: a trace grows with the cube of the length. */
const longest = 128;

/** @returns undefined where no sentence is of use */
export async function measure(
  detector: EntityDetector,
  sentences: readonly Sentence[],
): Promise<Measures | undefined> {
  const chosen = sentences
    .filter(({ tokens }) => tokens.length > 1 && tokens.length <= longest)
    .slice(0, mostSentences);
  if (!chosen.length) return undefined;
  const sums = new Map<string, number[]>();
  const add = (name: string, values: readonly number[]): void => {
    const before = sums.get(name);
    sums.set(
      name,
      values.map((value, at) => value / chosen.length + (before?.[at] ?? 0)),
    );
  };
  for (const sentence of chosen) {
    const trace = await detector.trace(sentence);
    const tokens = sentence.tokens.length;
    add(
      "entropy",
      trace.layers.map(({ weights }) => meanEntropy(weights, tokens)),
    );
    add(
      "contentEntropy",
      trace.layers.map((layer) => meanEntropy(contentWeights(layer, tokens), tokens)),
    );
    add("spanLengths", trace.states.map(meanLength));
    add("moves", moves(trace));
    // lets timers, progress and signals through between sentences
    await new Promise(setImmediate);
  }
  const mean = (name: string): number[] => sums.get(name)!;
  return {
    sentences: chosen.length,
    entropy: mean("entropy"),
    contentEntropy: mean("contentEntropy"),
    spanLengths: mean("spanLengths"),
    moves: mean("moves"),
  };
}

/** @param weights rows of `tokens` that each sum to 1 */
function meanEntropy(weights: Float32Array, tokens: number): number {
  let sum = 0;
  for (const weight of weights) if (weight > 0) sum -= weight * Math.log(weight);
  return sum / (weights.length / tokens) / Math.log(tokens);
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

function moves({ states }: Trace): number[] {
  return states.slice(1).map(({ locations }, layer) => {
    const before = states[layer].locations;
    return locations.reduce((sum, place, at) => sum + Math.abs(place - before[at]), 0) / locations.length;
  });
}
