import { toHuggingFaceName } from "../bert";

/** A parameter's tensor in the `state_dict` of the released code. */
interface ReleasedTensor {
  readonly name: string;
  /** The half of the tensor's rows, if two of our parameters share it. */
  readonly part: 0 | 1;
}

/** Prefixes of our names and of theirs. */
const prefixes: readonly (readonly [RegExp, string])[] = [
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

/** The same within a pyramid level. The released code has a forward and a backward block per level. */
const inLevel: readonly (readonly [RegExp, string, string])[] = [
  [/^forward\.linear\./, "forward", "rnn_block.transform.0."],
  [/^forward\./, "forward", "rnn_block."],
  [/^backward\.linear\./, "backward", "rnn_block.transform.0."],
  [/^backward\./, "backward", "rnn_block."],
  [/^transposed\./, "backward", "conv_block.0."],
  [/^output\./, "backward", "trans_out.0."],
  [/^norm\./, "backward", "norm."],
];

/** Prefix of the released code's BERT. The rest of a name is as in a Hugging Face checkpoint. */
export const releasedBert = "encoder.embedding.token2vec.pretrain.";

/** The released tensor of one of our parameters; `undefined` if that code lacks it. */
export function releasedTensor(parameter: string): ReleasedTensor | undefined {
  const name = bertName(parameter) ?? pyramidName(parameter) ?? replaced(parameter, prefixes);
  if (name === undefined) return undefined;
  // PyTorch numbers the layers of a GRU; each of ours has one.
  return {
    name: name.replace(/\b(weight|bias)_(ih|hh)/, "$1_$2_l0"),
    part: parameter.startsWith("head.end.") ? 1 : 0,
  };
}

function bertName(parameter: string): string | undefined {
  const [, rest] = parameter.match(/^encoder\.bert\.(.*)$/) ?? [];
  const theirs = rest && toHuggingFaceName(rest);
  return theirs && releasedBert + theirs;
}

function pyramidName(parameter: string): string | undefined {
  const [, level, rest] = parameter.match(/^proposer\.pyramid\.levels\.(\d+)\.(.*)$/) ?? [];
  if (level === undefined) return undefined;
  const block = (direction: string, index: number) =>
    `detector.proposer.pyramid.${direction}_blocks.${index}.`;
  // Our convolutions belong to the level that they compute, the released code's to the level below.
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
