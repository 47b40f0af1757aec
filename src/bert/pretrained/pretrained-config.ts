import { join } from "node:path";
import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { readJson } from "../../base/files";
import { isRecord } from "../../base/json";
import { parseWith } from "../../base/schema";
import type { BertSizes } from "../bert-config";
import { type FamilyName, families, familyNames } from "../families";

export const configFile = "config.json";

export interface PretrainedConfig extends BertSizes {
  /** Rows of the table of pieces. A vocabulary may use fewer. */
  readonly pieces: number;
  /** First rows of the table of positions, which are not the text's. */
  readonly paddingPositions: number;
  readonly dropout: number;
}

/** Sizes are used before the weights are read, so they have the limits of our models. */
const size = z.int().min(1);
const width = size.max(16384);
/** Keys by their names in a BERT's file. */
const keys = {
  hidden_act: z.unknown().default("gelu"),
  position_embedding_type: z.unknown().default("absolute"),
  is_decoder: z.unknown().default(false),
  vocab_size: size.max(2 ** 24),
  hidden_size: width,
  embedding_size: width.default(128),
  num_hidden_layers: size.max(128),
  num_attention_heads: size.max(1024),
  intermediate_size: size.max(65536),
  max_position_embeddings: width,
  type_vocab_size: width.optional(),
  pad_token_id: z.int().min(0).max(1024).nullish(),
  layer_norm_eps: z.number().gt(0).max(0.1).default(1e-12),
  hidden_dropout_prob: z.number().min(0).max(0.9).default(0.1),
};
type Key = keyof typeof keys;
type Settings = { readonly [Name in Key]: z.output<(typeof keys)[Name]> };

/** @throws InputError if the file is missing, or describes anything but an encoder that we can compute */
export function readPretrainedConfig(folder: string): PretrainedConfig {
  const path = join(folder, configFile);
  const value = readJson(path);
  const family = familyOf(value, path);
  const { segments, projects, paddingFirst, title } = families[family];
  const config = settingsOf(value, family, path);
  const nameOf = (key: Key): string => families[family].settings[key] ?? key;
  const expect = (key: Key, expected: unknown, what: string): void => {
    if (config[key] === expected) return;
    throw new InputError(
      `${path}: ${nameOf(key)} is ${show(config[key])}: PnR reads only ${title} with ${what}`,
    );
  };
  expect("hidden_act", "gelu", 'the activation "gelu"');
  expect("position_embedding_type", "absolute", 'positions of the kind "absolute"');
  expect("is_decoder", false, "an encoder, not a decoder");
  // The last rows of a longer table of segments are not used.
  if ((config.type_vocab_size ?? segments) < segments)
    expect("type_vocab_size", segments, `${segments} segments`);
  const { hidden_size: hidden, num_attention_heads: heads, embedding_size: embeddings } = config;
  if (hidden % heads !== 0) {
    throw new InputError(
      `${path}: ${nameOf("num_attention_heads")} is ${heads}: must divide ${nameOf("hidden_size")}, ${hidden}`,
    );
  }
  const paddingPositions = paddingFirst ? (config.pad_token_id ?? 1) + 1 : 0;
  const positions = config.max_position_embeddings - paddingPositions;
  if (positions < 3) {
    throw new InputError(
      `${path}: max_position_embeddings is ${config.max_position_embeddings}: expected at least ${paddingPositions + 3}`,
    );
  }
  return {
    family,
    layers: config.num_hidden_layers,
    hidden,
    embeddingWidth: projects && embeddings !== hidden ? embeddings : null,
    heads,
    intermediate: config.intermediate_size,
    positions,
    normEpsilon: config.layer_norm_eps,
    pieces: config.vocab_size,
    paddingPositions,
    dropout: config.hidden_dropout_prob,
  };
}

/** @throws InputError naming a family that we cannot compute, and those that we can */
function familyOf(value: unknown, path: string): FamilyName {
  // the oldest files lack the type
  const type = isRecord(value) ? (value.model_type ?? "bert") : "bert";
  const family = familyNames.find((name) => name === type);
  if (family) return family;
  const titles = familyNames.map((name) => `${families[name].title} (${show(name)})`);
  throw new InputError(
    `${path}: model_type is ${show(type)}: PnR reads ${titles.slice(0, -1).join(", ")} and ${titles.at(-1)}; choose such an encoder`,
  );
}

/** The settings of a file, by the names that BERT's files have. */
function settingsOf(value: unknown, family: FamilyName, path: string): Settings {
  const names = families[family].settings as Partial<Record<string, string>>;
  const shape = Object.entries(keys).map(([key, type]) => [names[key] ?? key, type] as const);
  const settings: Readonly<Record<string, unknown>> = parseWith(
    z.object(Object.fromEntries(shape)),
    value,
    path,
  );
  const renamed = Object.keys(keys).map((key) => [key, settings[names[key] ?? key]]);
  return Object.fromEntries(renamed) as Settings;
}
