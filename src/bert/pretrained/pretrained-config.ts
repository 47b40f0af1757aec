import { join } from "node:path";
import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { readJson } from "../../base/files";
import { parseWith } from "../../base/schema";
import type { BertSizes } from "../bert-config";

export const configFile = "config.json";

export interface PretrainedConfig extends BertSizes {
  /** Rows of the table of pieces. A vocabulary may use fewer. */
  readonly pieces: number;
  readonly dropout: number;
}

/** Sizes are used before the weights are read, so they have the limits of our models. */
const size = z.int().min(1);
const width = size.max(16384);
const schema = z.object({
  model_type: z.string().optional(),
  hidden_act: z.unknown().default("gelu"),
  position_embedding_type: z.unknown().default("absolute"),
  is_decoder: z.unknown().default(false),
  vocab_size: size.max(2 ** 24),
  hidden_size: width,
  num_hidden_layers: size.max(128),
  num_attention_heads: size.max(1024),
  intermediate_size: size.max(65536),
  max_position_embeddings: width,
  type_vocab_size: width.default(2),
  layer_norm_eps: z.number().gt(0).max(0.1).default(1e-12),
  hidden_dropout_prob: z.number().min(0).max(0.9).default(0.1),
});

/** @throws InputError if the file is missing, or describes anything but a BERT that we can compute */
export function readPretrainedConfig(folder: string): PretrainedConfig {
  const path = join(folder, configFile);
  const config = parseWith(schema, readJson(path), path);
  const expect = (key: keyof typeof config, expected: unknown, what: string): void => {
    if (config[key] === expected) return;
    throw new InputError(`${path}: ${key} is ${show(config[key])}: only ${what} can be read`);
  };
  // the oldest files lack the type
  if (config.model_type !== undefined) expect("model_type", "bert", 'a BERT, "bert",');
  expect("hidden_act", "gelu", 'a BERT with the activation "gelu"');
  expect("position_embedding_type", "absolute", 'a BERT with positions of the kind "absolute"');
  expect("is_decoder", false, "a BERT that is not a decoder");
  expect("type_vocab_size", 2, "a BERT with 2 segments");
  if (config.hidden_size % config.num_attention_heads !== 0) {
    throw new InputError(
      `${path}: num_attention_heads is ${config.num_attention_heads}: must divide hidden_size, ${config.hidden_size}`,
    );
  }
  return {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    positions: config.max_position_embeddings,
    normEpsilon: config.layer_norm_eps,
    pieces: config.vocab_size,
    dropout: config.hidden_dropout_prob,
  };
}
