import { PnrError } from "../base/errors";

/** Where a tensor of the released code's `state_dict` belongs in our model. */
export interface OwnTensor {
  readonly name: string;
  /** Rows of the released tensor that are ours, where two of our tensors are stored as one: the first or second half. */
  readonly half?: 0 | 1;
}

const rules: readonly (readonly [RegExp, string])[] = [
  [/^encoder\.embedding\.char2vec\.char2vec\./, "encoder.characters.embedding."],
  [/^encoder\.embedding\.char2vec\.char_rnn\./, "encoder.characters.gru."],
  [/^encoder\.embedding\.pos2vec\.pos2vec\./, "encoder.pos."],
  [/^encoder\.out_rnn\./, "encoder.gru."],
  [/^encoder\.transforms\.0\./, "encoder.output."],
  [/^encoder\.transforms\.1\./, "encoder.norm."],
  [/^(proposer\.pyramid)\.forward_blocks\.(\d+)\.rnn_block\.transform\.0\./, "$1.levels.$2.forward.linear."],
  [/^(proposer\.pyramid)\.forward_blocks\.(\d+)\.rnn_block\./, "$1.levels.$2.forward."],
  [
    /^(proposer\.pyramid)\.backward_blocks\.(\d+)\.rnn_block\.transform\.0\./,
    "$1.levels.$2.backward.linear.",
  ],
  [/^(proposer\.pyramid)\.backward_blocks\.(\d+)\.rnn_block\./, "$1.levels.$2.backward."],
  [/^(proposer\.pyramid)\.backward_blocks\.(\d+)\.conv_block\.0\./, "$1.levels.$2.transposed."],
  [/^(proposer\.pyramid)\.backward_blocks\.(\d+)\.trans_out\.0\./, "$1.levels.$2.output."],
  [/^(proposer\.pyramid)\.backward_blocks\.(\d+)\.norm\./, "$1.levels.$2.norm."],
  [/^proposer\.anchor_attn\./, "proposer.scorer."],
  [/^proposer\.classifier\.mlp\./, "proposer.classifier."],
  [/^proposer\.norm\./, "proposer.norm."],
  [/^regressor\.layers\.(\d+)\.types_embeds$/, "regressor.$1.types"],
  [/^regressor\.layers\.(\d+)\.attention_block\.transform\.0\./, "regressor.$1.attention.transform."],
  [/^regressor\.layers\.(\d+)\.attention_block\.heads_attn\./, "regressor.$1.attention.headScorer."],
  [/^regressor\.layers\.(\d+)\.attention_block\.locator\.mlp\./, "regressor.$1.attention.locator."],
  [/^regressor\.layers\.(\d+)\.attention_block\.trans_out\.0\./, "regressor.$1.attention.output."],
  [/^regressor\.layers\.(\d+)\.attention_block\.norm\./, "regressor.$1.update.before."],
  [/^regressor\.layers\.(\d+)\.linear_block\.transform\.0\./, "regressor.$1.update.inner."],
  [/^regressor\.layers\.(\d+)\.linear_block\.transform\.3\./, "regressor.$1.update.outer."],
  [/^regressor\.layers\.(\d+)\.linear_block\.norm\./, "regressor.$1.update.after."],
  [/^regressor\.layers\.(\d+)\.classifier\.mlp\./, "regressor.$1.classifier."],
  [/^predictor\.classifier\.mlp\./, "head.classifier."],
  [/^predictor\.locator\.mlp\./, "head.locator."],
];

/**
 * Our tensors behind a name of the released code's `state_dict`, row by row the same numbers.
 * @throws PnrError for a name that the released detector does not have
 */
export function ownTensors(released: string): OwnTensor[] {
  const pointer = released.match(/^predictor\.trans_(queries|context)\.0\.(weight|bias)$/);
  if (pointer) {
    const side = pointer[1] === "queries" ? "query" : "context";
    return (["start", "end"] as const).map((end, half) => ({
      name: `head.${end}.${side}.${pointer[2]}`,
      half: half as 0 | 1,
    }));
  }
  const convolution = released.match(/^proposer\.pyramid\.forward_blocks\.(\d+)\.conv_block\.0\.(.*)$/);
  if (convolution) {
    return [{ name: `proposer.pyramid.levels.${Number(convolution[1]) + 1}.convolution.${convolution[2]}` }];
  }
  const rule = rules.find(([pattern]) => pattern.test(released));
  if (!rule) throw new PnrError(`The released code's "${released}" has no place in this model.`);
  return [{ name: released.replace(...rule).replace(/_l0(_reverse)?$/, "$1") }];
}
