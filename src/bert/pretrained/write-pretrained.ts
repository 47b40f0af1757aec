import { join } from "node:path";
import { writeAtomic } from "../../base/files";
import { encodeSafetensors, type StoredTensor } from "../../base/safetensors";
import type { PieceVocabulary } from "../../corpus";
import type { BertConfig } from "../bert-config";
import { families, toHuggingFaceName } from "../families";
import { configFile } from "./pretrained-config";
import { tokenizerConfigFile, tokenizerFile, vocabularyFile } from "./pretrained-tokenizer";
import { weightFiles } from "./pretrained-weights";

/**
 * Writes an encoder as a folder in Hugging Face's format, without a pooler. Each file appears whole, `config.json` last, because a folder
 * without it is not an encoder.
 * @param parameters under our names; parameters outside BERT are skipped
 */
export function writePretrained(
  folder: string,
  config: BertConfig,
  vocabulary: PieceVocabulary,
  parameters: ReadonlyMap<string, StoredTensor>,
): void {
  const { family } = config;
  const { model, settings, segments, projects, paddingFirst } = families[family];
  const padding = vocabulary.spelling("[PAD]") === undefined ? 0 : vocabulary.special("[PAD]");
  const paddingPositions = paddingFirst ? padding + 1 : 0;
  const tensors = new Map<string, StoredTensor>();
  for (const [ours, tensor] of parameters) {
    const name = toHuggingFaceName(ours, family);
    const skipped = ours === "embedding.positions.weight" ? paddingPositions : 0;
    if (name !== undefined) tensors.set(name, afterZeros(tensor, skipped));
  }
  const json = (name: string, value: unknown): void =>
    writeAtomic(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const pieces = vocabulary.toJSON();
  if (Array.isArray(pieces)) {
    writeAtomic(join(folder, vocabularyFile), pieces.map((piece) => `${piece}\n`).join(""));
    json(tokenizerConfigFile, {
      tokenizer_class: "BertTokenizer",
      do_lower_case: config.lowercase,
      strip_accents: config.stripAccents,
      tokenize_chinese_chars: config.splitChinese,
      model_max_length: config.positions,
    });
  } else {
    json(tokenizerFile, pieces);
    json(tokenizerConfigFile, {
      tokenizer_class: "PreTrainedTokenizerFast",
      pad_token: vocabulary.spelling("[PAD]"),
      unk_token: vocabulary.spelling("[UNK]"),
      cls_token: vocabulary.spelling("[CLS]"),
      sep_token: vocabulary.spelling("[SEP]"),
      mask_token: vocabulary.spelling("[MASK]"),
      model_max_length: config.positions,
    });
  }
  writeAtomic(join(folder, weightFiles[0]), encodeSafetensors(tensors, { format: "pt" }));
  const values: Readonly<Record<string, unknown>> = {
    vocab_size: vocabulary.size,
    hidden_size: config.hidden,
    ...(projects && { embedding_size: config.embeddingWidth ?? config.hidden }),
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediate,
    max_position_embeddings: config.positions + paddingPositions,
    ...(segments && { type_vocab_size: segments }),
    hidden_act: "gelu",
    layer_norm_eps: config.normEpsilon,
    hidden_dropout_prob: config.dropout,
    attention_probs_dropout_prob: config.dropout,
    initializer_range: 0.02,
    pad_token_id: padding,
  };
  json(configFile, {
    architectures: [model],
    model_type: family,
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [settings[key] ?? key, value])),
  });
}

/** A table with `rows` rows of zeros in front. */
function afterZeros(tensor: StoredTensor, rows: number): StoredTensor {
  if (!rows) return tensor;
  const [count, width] = tensor.shape;
  const values = new Float32Array((count + rows) * width);
  values.set(tensor.values, rows * width);
  return { shape: [count + rows, width], values };
}
