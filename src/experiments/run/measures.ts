import { mean } from "../../base/sum";
import { type LengthGroup, lengthGroup, type Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { LayerTrace, ProposalState, Trace } from "../../detector/trace-types";
import { entropy as entropyOf, sameEntity } from "../../evaluation/trace-tables";

/** The quantities of the paper's discussion (§4.5) other than scores, as means over sentences. */
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
  /** Share of the proposals that are at most `shortSpan` tokens long, in the same states. Absent from runs of earlier versions. */
  readonly shortShares?: readonly number[];
  /** Mean distance in tokens by which each layer moves a proposal's start and end. */
  readonly moves: readonly number[];
  /** By entity length, for lengths with correct predictions. Absent from runs of earlier versions. */
  readonly approach?: Readonly<Partial<Record<LengthGroup, Approach>>>;
}

/** How the proposals of correct predictions approach their entities: as proposed (Eq. 9), then after each layer (Eq. 16). */
export interface Approach {
  /** Number of correct predictions. */
  readonly found: number;
  /** Mean over their starts and ends of the distance between location and entity, in tokens. */
  readonly distances: readonly number[];
  /** Share of them whose location, rounded to whole tokens, is the entity. */
  readonly exact: readonly number[];
}

/** Tokens of a short proposal: "the expected length in experiments mostly does not exceed 2" (§4.4). */
const shortSpan = 2;

const mostSentences = 200;

/** Longer sentences are left out: a trace grows with the cube of the length. */
const longest = 128;

/** @returns `undefined` if no sentence can be measured */
export async function measure(
  detector: EntityDetector,
  sentences: readonly Sentence[],
): Promise<Measures | undefined> {
  const sample = sentences
    .filter(({ tokens }) => tokens.length > 1 && tokens.length <= longest)
    .slice(0, mostSentences);
  if (!sample.length) return undefined;
  const entropy: number[][] = [];
  const contentEntropy: number[][] = [];
  const spanLengths: number[][] = [];
  const shortShares: number[][] = [];
  const moves: number[][] = [];
  const approaches = new Map<LengthGroup, PredictionApproach[]>();
  for (const sentence of sample) {
    const trace = await detector.trace(sentence);
    const tokens = sentence.tokens.length;
    entropy.push(trace.layers.map(({ weights }) => relativeEntropy(weights, tokens)));
    contentEntropy.push(trace.layers.map((layer) => relativeEntropy(contentWeights(layer, tokens), tokens)));
    const lengths = trace.states.map(lengthsOf);
    spanLengths.push(lengths.map(mean));
    shortShares.push(lengths.map((all) => shareOf(all, (length) => length <= shortSpan)));
    moves.push(meanMoves(trace));
    for (const [group, approach] of approachesOf(trace))
      approaches.set(group, [...(approaches.get(group) ?? []), approach]);
    // Timers, progress and signals run between sentences.
    await new Promise(setImmediate);
  }
  return {
    sentences: sample.length,
    entropy: meanOf(entropy),
    contentEntropy: meanOf(contentEntropy),
    spanLengths: meanOf(spanLengths),
    shortShares: meanOf(shortShares),
    moves: meanOf(moves),
    approach: Object.fromEntries(
      [...approaches].map(([group, of]): [LengthGroup, Approach] => [
        group,
        {
          found: of.length,
          distances: meanOf(of.map(({ distances }) => distances)),
          exact: meanOf(of.map(({ exact }) => exact.map(Number))),
        },
      ]),
    ),
  };
}

/** The {@link Approach} of one correct prediction. */
interface PredictionApproach {
  readonly distances: readonly number[];
  readonly exact: readonly boolean[];
}

/** The approaches of a sentence's correct predictions, with the length group of each. */
function approachesOf({ predicted, gold, states }: Trace): [LengthGroup, PredictionApproach][] {
  return predicted
    .filter((entity) => gold.some(sameEntity(entity)))
    .map((entity) => {
      const errors = states.map(({ locations }): [number, number] => {
        const [start, end] = locations.subarray(2 * entity.proposal);
        return [start - entity.start, end - (entity.end - 1)];
      });
      return [
        lengthGroup(entity),
        {
          distances: errors.map(([start, end]) => (Math.abs(start) + Math.abs(end)) / 2),
          exact: errors.map(([start, end]) => Math.round(start) === 0 && Math.round(end) === 0),
        },
      ];
    });
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

/** Tokens of each proposal, end − start + 1. */
function lengthsOf({ locations }: ProposalState): number[] {
  return Array.from(
    { length: locations.length / 2 },
    (_, proposal) => locations[2 * proposal + 1] - locations[2 * proposal] + 1,
  );
}

function shareOf(values: readonly number[], isCounted: (value: number) => boolean): number {
  return values.filter(isCounted).length / values.length;
}

function meanMoves({ states }: Trace): number[] {
  return states.slice(1).map(({ locations }, layer) => {
    const before = states[layer].locations;
    return (
      locations.reduce((sum, value, index) => sum + Math.abs(value - before[index]), 0) / locations.length
    );
  });
}
