// The paper's network. Read it alongside §3 of the paper, in this order:
//
//   network.ts     Figure 2     the whole, from words to a prediction
//   encoder.ts     §3.1         Eq. 1–4
//   proposer.ts    §3.2.3       Eq. 8–10
//   pyramid.ts     §3.2.1–2     Eq. 5–7
//   regressor.ts   §3.3         Eq. 11–20
//   head.ts        §3.4         Eq. 21–22, Algorithm 2
//   ../criterion   §3.4.1       Eq. 23–25, Algorithm 1
//
// Each file starts with the whole and continues with its parts; code that only an ablation or the released code needs comes last.
// Comments give the equation, the paper's symbol and the shape. N is the number of tokens of all sentences of a batch, packed one
// sentence after another, and thus also the number of proposals. L is the number of tokens of one sentence, d the width, M the
// number of heads, T the number of types; None is class T, the last one. `lengths` holds the L of each sentence
// (engine/packing.ts). `config/model-config.ts` lists where the paper and its released code differ.
import type * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import type { EncodedBatch } from "../corpus";
import type { Lengths } from "../engine";
import { type Dropout, noDropout, type Parameters, Scope } from "../nn/parameters";
import { SentenceEncoder, type VocabularySizes } from "./encoder";
import { Head, type Prediction } from "./head";
import { type Proposed, Proposer } from "./proposer";
import { type Intervention, type Refinement, RegressorLayer } from "./regressor";

/** One pass of the model, with everything that a trace shows. The caller's `tf.tidy` owns the tensors. */
export interface Pass {
  /** The output of the proposer. */
  readonly proposed: Proposed;
  /** The output of each regressor layer. */
  readonly refined: readonly Refinement[];
  readonly prediction: Prediction;
}

/** The whole model of the paper (§3, Figure 2): sentence encoder, proposer, regressor, prediction head. */
export class Network {
  readonly parameters: Parameters;
  readonly encoder: SentenceEncoder;
  private readonly proposer: Proposer;
  private readonly regressor: readonly RegressorLayer[];
  private readonly head: Head;

  /**
   * @param types number T of entity types; the model adds one more class at the end, None
   * @param parameters must be empty; initial values are drawn from its random generator
   */
  constructor(config: ModelConfig, types: number, sizes: VocabularySizes, parameters: Parameters) {
    const { hidden, layers, pointers } = config;
    const classes = types + 1;
    const scope = new Scope(parameters);
    this.parameters = parameters;
    this.encoder = new SentenceEncoder(scope.at("encoder"), config, sizes);
    this.proposer = new Proposer(scope.at("proposer"), config, classes);
    this.regressor = Array.from(
      { length: layers },
      (_, layer) => new RegressorLayer(scope.at("regressor").at(layer), config, classes, layer),
    );
    this.head = new Head(scope.at("head"), hidden, classes, pointers);
  }

  forward(batch: EncodedBatch, drop: Dropout = noDropout, intervention: Intervention = {}): Pass {
    return this.detect(this.encoder.forward(batch, drop), batch.lengths, drop, intervention);
  }

  /** Everything after the encoder. @param hidden H [tokens, d] */
  detect(
    hidden: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout = noDropout,
    intervention: Intervention = {},
  ): Pass {
    const proposed = this.proposer.forward(hidden, lengths, drop, intervention);
    const refined: Refinement[] = [];
    let { proposals } = proposed;
    for (const layer of this.regressor.slice(0, intervention.layers)) {
      const refinement = layer.forward(proposals, lengths, drop, intervention);
      refined.push(refinement);
      proposals = refinement.proposals;
    }
    return { proposed, refined, prediction: this.head.forward(proposals, hidden, lengths) };
  }
}
