import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/base/errors";
import { nearest } from "../../src/base/schema";
import type { Variant } from "../../src/config/config";
import { applyOverrides, type Config, parseConfig, presets } from "../../src/training";

/** The settings for the comparison with the authors' code, in the order of the tables. */
const reference = ["S0", "S", "M", "mini", "mini-frozen", "B"] as const;

/** The sizes of `all-MiniLM-L6-v2`. */
const miniLm = { layers: 6, hidden: 384, heads: 12, intermediate: 1536, lowercase: true };

/** The settings of the comparison, then all other presets. */
export function configNames(): string[] {
  const others = Object.keys(presets).filter((name) => !reference.some((one) => one.toLowerCase() === name));
  return [...reference, ...others];
}

/** The spelling of a name in {@link configNames}. @throws InputError for an unknown name */
export function configNamed(name: string): string {
  const names = configNames();
  const config = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (!config) throw new InputError(`--config ${name}: there is no such setting${nearest(name, names)}`);
  return config;
}

/** A named setting with changes. */
export interface ConfigChoice {
  readonly config: string;
  readonly variant: Variant;
  /** Sentences per training step (default: as in the setting). */
  readonly batch?: number;
  /** Other changes, such as model.layers=2. */
  readonly set?: readonly string[];
  /** Folder of a MiniLM: weights of `mini` and `mini-frozen`, and the vocabulary of every other BERT. */
  readonly encoder?: string;
  /** A `vocab.txt` for every BERT with random weights, instead of the one in `encoder`. */
  readonly vocabulary?: string;
}

/** @throws InputError for an unknown setting, key, value, encoder or vocabulary */
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

/** Gives a BERT with random weights a real vocabulary, if there is one. */
function withVocabulary(config: Config, { encoder, vocabulary }: ConfigChoice): Config {
  const { bert } = config.model;
  const file = vocabulary ?? (encoder === undefined ? undefined : join(encoder, "vocab.txt"));
  if (bert === null || bert.from !== null || file === undefined) return config;
  const change = { vocabulary: file, lowercase: isUncased(file) };
  return parseConfig({ model: { bert: change } }, `the vocabulary ${file}`, config);
}

/** Whether no piece has a capital letter, except special pieces such as [CLS]. */
function isUncased(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: cannot be read; name a vocab.txt with --vocabulary`, { cause: error });
  }
  return !/^[^[\n]*[A-Z]/m.test(text);
}
