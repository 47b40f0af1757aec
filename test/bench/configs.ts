import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/base/errors";
import { nearest } from "../../src/base/schema";
import type { Variant } from "../../src/config/config";
import { applyOverrides, type Config, parseConfig, presets } from "../../src/training";

/** The settings that are compared with the authors' code, in the order of the tables. */
const reference = ["S0", "S", "M", "mini", "mini-frozen", "B"] as const;

/** MiniLM of 6 layers × 384, as `all-MiniLM-L6-v2` has it. */
const miniLm = { layers: 6, hidden: 384, heads: 12, intermediate: 1536, lowercase: true };

/** Every preset can be measured; the settings of the comparison come first. */
export function configNames(): string[] {
  const others = Object.keys(presets).filter((name) => !reference.some((one) => one.toLowerCase() === name));
  return [...reference, ...others];
}

/** The name as {@link configNames} has it. @throws InputError when there is none */
export function configNamed(name: string): string {
  const names = configNames();
  const named = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (!named) throw new InputError(`--config ${name}: there is no such setting${nearest(name, names)}`);
  return named;
}

/** A named setting, and what is to be different in it. */
export interface ConfigChoice {
  readonly config: string;
  readonly variant: Variant;
  /** Sentences a training step; the setting's own where left out. */
  readonly batch?: number;
  /** Further changes, as in model.layers=2. */
  readonly set?: readonly string[];
  /** Folder of a MiniLM: weights of `mini` and `mini-frozen`, and the vocabulary of every other BERT. */
  readonly encoder?: string;
  /** A `vocab.txt` for every BERT whose weights are random; goes before that of `encoder`. */
  readonly vocabulary?: string;
}

/** @throws InputError when there is no such setting, key, value, encoder or vocabulary */
export function configOf(choice: ConfigChoice): Config {
  const { batch, set = [] } = choice;
  const changed = applyOverrides(withVocabulary(settingOf(choice), choice), set);
  return batch === undefined ? changed : applyOverrides(changed, [`training.batchSize=${batch}`]);
}

function settingOf({ config, variant, encoder }: ConfigChoice): Config {
  const name = configNamed(config).toLowerCase();
  const source = `--config ${config}`;
  const bert = encoder === undefined ? miniLm : { from: encoder };
  const { s0 } = presets;
  switch (name) {
    case "mini":
      return parseConfig({ variant, model: { bert, hidden: 384, embedding: { words: 0 } } }, source, s0);
    case "mini-frozen":
      return parseConfig({ variant, model: { bert: { ...bert, frozen: true } } }, source, s0);
    default: {
      const preset = Object.entries(presets).find(([key]) => key === name)?.[1];
      return parseConfig({ variant }, source, preset);
    }
  }
}

/** Gives a BERT of random weights a real vocabulary, where there is one. */
function withVocabulary(config: Config, { encoder, vocabulary }: ConfigChoice): Config {
  const { bert } = config.model;
  const file = vocabulary ?? (encoder === undefined ? undefined : join(encoder, "vocab.txt"));
  if (bert === null || bert.from !== null || file === undefined) return config;
  const change = { vocabulary: file, lowercase: isUncased(file) };
  return parseConfig({ model: { bert: change } }, `the vocabulary ${file}`, config);
}

/** Whether no piece but the special ones, as [CLS], has a capital letter. */
function isUncased(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: cannot be read; give a vocab.txt with --vocabulary`, { cause: error });
  }
  return !/^[^[\n]*[A-Z]/m.test(text);
}
