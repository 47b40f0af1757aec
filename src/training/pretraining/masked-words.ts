import * as tf from "@tensorflow/tfjs-core";
import { type BertConfig, BertEncoder } from "../../bert";
import type { EncodedPieces } from "../../corpus";
import { gatherRows, logSoftmax, type Random } from "../../engine";
import { LayerNorm, Linear } from "../../nn/linear";
import { type Dropout, noDropout, normalOf, Parameters, Scope, zeros } from "../../nn/parameters";
import type { MaskedPieces } from "./masking";

/** Loss and hits of guesses. */
export interface Guesses {
  /** Mean negative log-probability of the pieces that stood there, in nats. */
  readonly loss: tf.Scalar;
  /** [M] the likeliest pieces. */
  readonly best: tf.Tensor1D;
}

/** BERT with its masked-word head (Devlin et al. 2019, §3.1): a map, GELU, LayerNorm, and the table of pieces as classifier. */
export class MaskedWordModel {
  readonly parameters: Parameters;
  private readonly bert: BertEncoder;
  private readonly map: Linear;
  private readonly norm: LayerNorm;
  private readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly table: tf.Variable;

  /** @param pieces how many the vocabulary has */
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
    { ids, places, targets }: MaskedPieces,
    drop: Dropout = noDropout,
  ): Guesses {
    const states = this.bert.states({ ids, lengths }, drop);
    const last = states[states.length - 1]; //                                        [pieces, hidden]
    const asked = gatherRows(last, places); //                  [M, hidden]
    const mapped = this.norm.forward(this.map.forward(asked, "gelu"));
    const scores = tf.add(tf.matMul(mapped, this.table as tf.Tensor2D, false, true), this.bias);
    const logits = logSoftmax(scores) as tf.Tensor2D; //                              [M, pieces]
    const [count, pieces] = logits.shape;
    const right = Int32Array.from(targets, (target, row) => row * pieces + target);
    const picked = gatherRows(tf.reshape(logits, [count * pieces, 1]), right);
    return { loss: tf.neg(tf.mean(picked)) as tf.Scalar, best: tf.argMax(logits, 1) };
  }
}
