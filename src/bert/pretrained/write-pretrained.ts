import { join } from "node:path";
import { writeAtomic } from "../../base/files";
import { encodeSafetensors, type StoredTensor } from "../../base/safetensors";
import type { WordPiece } from "../../corpus";
import type { BertConfig } from "../bert-config";
import { toHuggingFaceName } from "../parameter-names";
import { configFile } from "./pretrained-config";
import { tokenizerConfigFile, vocabularyFile } from "./pretrained-tokenizer";
import { weightFiles } from "./pretrained-weights";

/**
 * Writes a BERT as a folder in Hugging Face's format, without a pooler. Each file appears whole, `config.json` last, because a folder
 * without it is not an encoder.
 * @param parameters under our names; parameters outside BERT are skipped
 */
export function writePretrained(
  folder: string,
  config: BertConfig,
  wordPiece: WordPiece,
  parameters: ReadonlyMap<string, StoredTensor>,
): void {
  const tensors = new Map<string, StoredTensor>();
  for (const [ours, tensor] of parameters) {
    const name = toHuggingFaceName(ours);
    if (name !== undefined) tensors.set(name, tensor);
  }
  const pieces = wordPiece.toJSON();
  const json = (name: string, value: unknown): void =>
    writeAtomic(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  writeAtomic(join(folder, vocabularyFile), pieces.map((piece) => `${piece}\n`).join(""));
  json(tokenizerConfigFile, {
    tokenizer_class: "BertTokenizer",
    do_lower_case: config.lowercase,
    strip_accents: config.stripAccents,
    tokenize_chinese_chars: config.splitChinese,
    model_max_length: config.positions,
  });
  writeAtomic(join(folder, weightFiles[0]), encodeSafetensors(tensors, { format: "pt" }));
  json(configFile, {
    architectures: ["BertModel"],
    model_type: "bert",
    vocab_size: pieces.length,
    hidden_size: config.hidden,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediate,
    max_position_embeddings: config.positions,
    type_vocab_size: 2,
    hidden_act: "gelu",
    layer_norm_eps: config.normEpsilon,
    hidden_dropout_prob: config.dropout,
    attention_probs_dropout_prob: config.dropout,
    initializer_range: 0.02,
    pad_token_id: Math.max(0, pieces.indexOf("[PAD]")),
  });
}
