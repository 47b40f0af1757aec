import { join } from "node:path";
import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { readJson } from "../../base/files";
import { parseWith } from "../../base/schema";
import type { BertSizes } from "../config";

export const configFile = "config.json";

/** What a Hugging Face folder's `config.json` says of a BERT. */
export interface PretrainedConfig extends BertSizes {
  /** Rows of the table of pieces, of which a vocabulary may use fewer. */
  readonly pieces: number;
  readonly dropout: number;
}

/** Sizes are believed before any weight is seen, so they are those that a model of ours may have. */
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

/** @throws InputError when the file is missing, or describes something else than a BERT as it is computed here */
export function readPretrainedConfig(folder: string): PretrainedConfig {
  const path = join(folder, configFile);
  const found = parseWith(schema, readJson(path), path);
  const expect = (key: keyof typeof found, wanted: unknown, what: string): void => {
    if (found[key] === wanted) return;
    throw new InputError(`${path}: ${key} is ${show(found[key])}: ${what} is read, no other encoder`);
  };
  // the oldest files do not say what they are
  if (found.model_type !== undefined) expect("model_type", "bert", 'a BERT, "bert",');
  expect("hidden_act", "gelu", 'a BERT with the activation "gelu"');
  expect("position_embedding_type", "absolute", 'a BERT with positions of the kind "absolute"');
  expect("is_decoder", false, "a BERT that is no decoder");
  expect("type_vocab_size", 2, "a BERT of 2 segments");
  if (found.hidden_size % found.num_attention_heads !== 0) {
    throw new InputError(
      `${path}: num_attention_heads is ${found.num_attention_heads}: must divide hidden_size, ${found.hidden_size}`,
    );
  }
  return {
    layers: found.num_hidden_layers,
    hidden: found.hidden_size,
    heads: found.num_attention_heads,
    intermediate: found.intermediate_size,
    positions: found.max_position_embeddings,
    normEpsilon: found.layer_norm_eps,
    pieces: found.vocab_size,
    dropout: found.hidden_dropout_prob,
  };
}
