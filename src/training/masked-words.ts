import * as tf from "@tensorflow/tfjs-core";
import { type BertConfig, BertEncoder } from "../bert";
import type { EncodedPieces } from "../corpus";
import { gatherRows, logSoftmax, offsetsOf, type Random } from "../engine";
import { LayerNorm, Linear } from "../nn/linear";
import { type Dropout, noDropout, normalOf, Parameters, Scope, zeros } from "../nn/parameters";

/** Shares of Devlin et al. (2019, §3.1): of all pieces, those to guess; of these, those that become [MASK] or another piece. */
const guessedShare = 0.15;
const maskShare = 0.8;
const exchangeShare = 0.1;

/** A batch of pieces, some of which are to be guessed. */
export interface MaskedPieces {
  /** [pieces] with replacements. */
  readonly ids: Int32Array;
  /** [M] positions, in the batch, of the pieces to guess. */
  readonly positions: Int32Array;
  /** [M] the original pieces there. */
  readonly targets: Int32Array;
}

/**
 * Draws the pieces to guess: at least one, and never the first or last of a text.
 * @param mask row of [MASK]
 * @param pieces rows of the table, from which replacements are drawn
 */
export function maskPieces(
  { ids, lengths }: Pick<EncodedPieces, "ids" | "lengths">,
  mask: number,
  pieces: number,
  random: Random,
): MaskedPieces {
  const offsets = offsetsOf(lengths);
  const candidates = lengths.flatMap((count, input) =>
    Array.from({ length: count - 2 }, (_, index) => offsets[input] + 1 + index),
  );
  const drawnPositions = candidates.filter(() => random.uniform() < guessedShare);
  if (!drawnPositions.length) drawnPositions.push(candidates[random.below(candidates.length)]);
  const positions = Int32Array.from(drawnPositions);
  const replaced = ids.slice();
  for (const position of positions) {
    const draw = random.uniform();
    if (draw < maskShare) replaced[position] = mask;
    else if (draw < maskShare + exchangeShare) replaced[position] = random.below(pieces);
  }
  return { ids: replaced, positions, targets: positions.map((position) => ids[position]) };
}

export interface Guesses {
  /** Mean negative log-probability of the original pieces, in nats. */
  readonly loss: tf.Scalar;
  /** [M] the most probable pieces. */
  readonly best: tf.Tensor1D;
}

/** BERT with its masked-word head (Devlin et al. 2019, §3.1): linear, GELU, LayerNorm, and the table of pieces as classifier. */
export class MaskedWordModel {
  readonly parameters: Parameters;
  private readonly bert: BertEncoder;
  private readonly map: Linear;
  private readonly norm: LayerNorm;
  private readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly table: tf.Variable;

  /** @param pieces size of the vocabulary */
  constructor(config: BertConfig, pieces: number, random: Random) {
    const { hidden, normEpsilon } = config;
    this.parameters = new Parameters(random);
    const scope = new Scope(this.parameters);
    this.bert = new BertEncoder(scope.at("bert"), config, pieces);
    this.map = new Linear(scope.at("map"), hidden, hidden, normalOf(0.02), zeros);
    this.norm = new LayerNorm(scope.at("norm"), hidden, normEpsilon);
    this.bias = scope.make("bias", [pieces], zeros);
    this.table = this.parameters.get("bert.embedding.pieces.weight");
  }

  guess(
    { lengths }: Pick<EncodedPieces, "lengths">,
    { ids, positions, targets }: MaskedPieces,
    drop: Dropout = noDropout,
  ): Guesses {
    const states = this.bert.states({ ids, lengths }, drop);
    const last = states[states.length - 1]; // [pieces, hidden]
    const masked = gatherRows(last, positions); // [M, hidden]
    const mapped = this.norm.forward(this.map.forward(masked, "gelu"));
    const scores = tf.add<tf.Tensor2D>(tf.matMul(mapped, this.table, false, true), this.bias);
    const logits = logSoftmax(scores); // [M, pieces]
    const [count, pieces] = logits.shape;
    const original = Int32Array.from(targets, (target, row) => row * pieces + target);
    const picked = gatherRows(tf.reshape(logits, [count * pieces, 1]), original);
    return { loss: tf.neg(tf.mean(picked)) as tf.Scalar, best: tf.argMax(logits, 1) };
  }
}
