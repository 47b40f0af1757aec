import { huggingFaceName } from "../bert";

/** Where one of our parameters stands in the `state_dict` of the released code. */
export interface ReleasedPlace {
  readonly name: string;
  /** Which rows are ours where two parameters of ours are one tensor there: 0 the first half, 1 the second. */
  readonly part: 0 | 1;
}

/** From the beginning of our names to theirs. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^encoder\.words\./, "encoder.embedding.word2vec.embeds."],
  [/^encoder\.characters\.embedding\./, "encoder.embedding.char2vec.char2vec."],
  [/^encoder\.characters\.gru\./, "encoder.embedding.char2vec.char_rnn."],
  [/^encoder\.pos\./, "encoder.embedding.pos2vec.pos2vec."],
  [/^encoder\.gru\./, "encoder.out_rnn."],
  [/^encoder\.output\./, "encoder.transforms.0."],
  [/^encoder\.norm\./, "encoder.transforms.1."],
  [/^proposer\.scorer\./, "detector.proposer.anchor_attn."],
  [/^proposer\.classifier\./, "detector.proposer.classifier.mlp."],
  [/^proposer\.norm\./, "detector.proposer.norm."],
  [/^regressor\.(\d+)\.types$/, "detector.regressor.layers.$1.types_embeds"],
  [/^regressor\.(\d+)\.classifier\./, "detector.regressor.layers.$1.classifier.mlp."],
  [/^regressor\.(\d+)\.attention\.transform\./, "detector.regressor.layers.$1.attention_block.transform.0."],
  [/^regressor\.(\d+)\.attention\.headScorer\./, "detector.regressor.layers.$1.attention_block.heads_attn."],
  [/^regressor\.(\d+)\.attention\.locator\./, "detector.regressor.layers.$1.attention_block.locator.mlp."],
  [/^regressor\.(\d+)\.attention\.output\./, "detector.regressor.layers.$1.attention_block.trans_out.0."],
  [/^regressor\.(\d+)\.update\.before\./, "detector.regressor.layers.$1.attention_block.norm."],
  [/^regressor\.(\d+)\.update\.inner\./, "detector.regressor.layers.$1.linear_block.transform.0."],
  [/^regressor\.(\d+)\.update\.outer\./, "detector.regressor.layers.$1.linear_block.transform.3."],
  [/^regressor\.(\d+)\.update\.after\./, "detector.regressor.layers.$1.linear_block.norm."],
  [/^head\.classifier\./, "detector.predictor.classifier.mlp."],
  [/^head\.locator\./, "detector.predictor.locator.mlp."],
  [/^head\.(?:start|end)\.query\./, "detector.predictor.trans_queries.0."],
  [/^head\.(?:start|end)\.context\./, "detector.predictor.trans_context.0."],
];

/** The same within a pyramid level; each belongs to the released code's forward or backward block of that level. */
const inLevel: readonly (readonly [RegExp, string, string])[] = [
  [/^forward\.linear\./, "forward", "rnn_block.transform.0."],
  [/^forward\./, "forward", "rnn_block."],
  [/^backward\.linear\./, "backward", "rnn_block.transform.0."],
  [/^backward\./, "backward", "rnn_block."],
  [/^transposed\./, "backward", "conv_block.0."],
  [/^output\./, "backward", "trans_out.0."],
  [/^norm\./, "backward", "norm."],
];

/** What the names of the released code's BERT begin with; what follows is as in a Hugging Face checkpoint. */
export const releasedBert = "encoder.embedding.token2vec.pretrain.";

/** The place of one of our parameters; undefined where the released code has nothing of the kind. */
export function releasedPlace(own: string): ReleasedPlace | undefined {
  const name = bertName(own) ?? pyramidName(own) ?? replaced(own, beginnings);
  if (name === undefined) return undefined;
  // PyTorch numbers the layers of a GRU; each of ours has one.
  return {
    name: name.replace(/\b(weight|bias)_(ih|hh)/, "$1_$2_l0"),
    part: own.startsWith("head.end.") ? 1 : 0,
  };
}

function bertName(own: string): string | undefined {
  const [, rest] = own.match(/^encoder\.bert\.(.*)$/) ?? [];
  const theirs = rest && huggingFaceName(rest);
  return theirs && releasedBert + theirs;
}

function pyramidName(own: string): string | undefined {
  const [, level, rest] = own.match(/^proposer\.pyramid\.levels\.(\d+)\.(.*)$/) ?? [];
  if (level === undefined) return undefined;
  const block = (direction: string, index: number) =>
    `detector.proposer.pyramid.${direction}_blocks.${index}.`;
  // A convolution belongs to the level that it leads to; there, to the one that it leaves.
  if (rest.startsWith("convolution.")) {
    return block("forward", Number(level) - 1) + rest.replace("convolution.", "conv_block.0.");
  }
  for (const [pattern, direction, theirs] of inLevel) {
    if (pattern.test(rest)) return block(direction, Number(level)) + rest.replace(pattern, theirs);
  }
  return undefined;
}

function replaced(name: string, rules: readonly (readonly [RegExp, string])[]): string | undefined {
  const rule = rules.find(([pattern]) => pattern.test(name));
  return rule && name.replace(...rule);
}
