import { overlay } from "../base/config-key";
import { InputError, naming, show } from "../base/errors";
import { readJson } from "../base/files";
import { isRecord, parseJson, parseUniqueJson } from "../base/json";
import { parseWith } from "../base/schema";
import { bertBefore, releasedReading } from "../bert/bert-config";
import { completeBert } from "../bert/pretrained/pretrained-bert";
import { type Config, type ConfigChange, configSchema, legacyValues, variants } from "./config";
import { presets } from "./presets";
import { showingConfig } from "./show-config";

/** A change of a config from outside. */
export interface ConfigPatch {
  /** Its name in messages: a file or an option. */
  readonly source: string;
  /** The keys to change, nested as in a config. */
  readonly change: unknown;
}

/**
 * Applies patches to a config, in order, and validates the result once. A patch with a `variant` first sets all keys in which the
 * variants differ. A patch with a pre-trained BERT takes the sizes and word rules it omits from that BERT.
 * @throws InputError for an unknown key, naming the nearest valid one, or a value out of range; the message names the patch
 */
export function patchConfig(base: Config, patches: readonly ConfigPatch[]): Config {
  const merge = (subset: readonly ConfigPatch[]): Draft => subset.reduce<Draft>(applyPatch, { ...base });
  const problem = (subset: readonly ConfigPatch[]): string | undefined => {
    const [issue] = configSchema.safeParse(merge(subset)).error?.issues ?? [];
    return issue && `${issue.path.join(".")}: ${issue.message}`;
  };
  const merged = merge(patches);
  const result = configSchema.safeParse(merged);
  if (result.success) return showingConfig(result.data);
  // Names the patch that causes the problem: the last one whose removal changes it.
  const message = problem(patches);
  const culprit = patches.findLast(
    (patch) => problem(patches.filter((other) => other !== patch)) !== message,
  );
  return parseWith(configSchema, merged, (culprit ?? patches.at(-1))?.source ?? "the config");
}

/** Any value; it is validated at run time. In an object literal, editors and notebooks complete the keys of `T`. */
type Unchecked<T> = T | NonNullable<unknown> | null | undefined;

/**
 * Validates a config from outside. Keys that it omits come from `base` or, if it names a `variant`, from that first.
 * @param source what to call it in messages, for example the file. Default "config".
 * @throws InputError as `patchConfig`
 */
export function parseConfig(
  value: Unchecked<ConfigChange>,
  source = "config",
  base: Config = presets.s0,
): Config {
  return patchConfig(base, [{ source, change: value }]);
}

/**
 * Validates a complete config. Its type does not exclude values out of range, and JavaScript code may have changed it.
 * @throws InputError as `patchConfig`
 */
export function checkConfig(config: Config): Config {
  return parseWith(configSchema, config, "config");
}

/**
 * Validates the complete config that a run stored. A key that was added since then takes the value that the run computed with.
 * @param source what to call it in messages, for example the file
 * @throws InputError as `patchConfig`
 */
export function parseStoredConfig(value: unknown, source: string): Config {
  if (!isRecord(value)) return parseConfig(value, source);
  const bert = bertIn(value);
  const before = isRecord(bert) ? overlay(legacyValues, { model: { bert: bertBefore } }) : legacyValues;
  return parseConfig(overlay(before, value), source);
}

/**
 * Applies `key=value` settings such as `model.layers=2`, `model.kernels=[2,3]` and `training.rates.encoder.bert=2e-5`.
 * @throws InputError for a setting without "=", an unknown key or a value out of range
 */
export function applyOverrides(config: Config, settings: readonly string[]): Config {
  return patchConfig(config, settings.map(settingPatch));
}

/**
 * The patch in a JSON file. Its `$schema` is for editors.
 * @throws InputError if the file is missing, is not JSON, or has a key twice in one object
 */
export function readPatch(file: string): ConfigPatch {
  const value = readJson(file, parseUniqueJson);
  if (!isRecord(value)) return { source: file, change: value };
  const { $schema: _, ...change } = value;
  return { source: file, change };
}

/**
 * The patch of a `--set key=value`. The value is read as JSON, or else as text.
 * @throws InputError for a setting without "="
 */
export function settingPatch(setting: string): ConfigPatch {
  const source = `--set ${setting}`;
  const [, path, text] = setting.match(/^([^=]+)=(.*)$/s) ?? [];
  if (path === undefined) throw new InputError(`${source}: expected key=value, as in model.layers=2`);
  return {
    source,
    change: keysOf(path).reduceRight<unknown>((inner, key) => ({ [key]: inner }), jsonOrText(text)),
  };
}

function jsonOrText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

const rates = "training.rates.";

/** The keys of a path. Those of `training.rates` are paths of parameters, which contain dots. */
function keysOf(path: string): string[] {
  return path.startsWith(rates) ? ["training", "rates", path.slice(rates.length)] : path.split(".");
}

/** A config while patches are applied: complete, but not validated. */
type Draft = Readonly<Record<string, unknown>>;

function applyPatch(draft: Draft, { source, change }: ConfigPatch): Draft {
  if (!isRecord(change))
    throw new InputError(`${source} is ${show(change)}: expected an object with model, loss and training`);
  rejectPrototype(change, source);
  const variant = change.variant === "paper" || change.variant === "released" ? variants[change.variant] : {};
  const start = overlay(overlay(draft, variant), readingOf(change, draft));
  return withPretrained(overlay(start, change), change, draft, source);
}

/** No key of a config is nested deeper; Zod rejects anything that is. */
const mostLevels = 8;

/** Zod ignores this key in a record. @throws InputError naming its path */
function rejectPrototype(value: Record<string, unknown>, source: string, path: readonly string[] = []): void {
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = [...path, key];
    if (key === "__proto__") throw new InputError(`${source}: unknown key "${innerPath.join(".")}"`);
    if (isRecord(inner) && innerPath.length < mostLevels) rejectPrototype(inner, source, innerPath);
  }
}

function bertIn({ model }: Draft): unknown {
  return isRecord(model) ? model.bert : undefined;
}

/** The released code's rules for BERT's text, if a change sets that variant, or sets a BERT in it. */
function readingOf(change: Draft, draft: Draft): object {
  const before = bertIn(draft);
  const bert = bertIn(change) === undefined ? before : bertIn(change);
  const isReleased = (change.variant ?? draft.variant) === "released";
  const isNew = change.variant !== undefined || before === null;
  return isReleased && isNew && isRecord(bert) ? { model: { bert: releasedReading } } : {};
}

/** Completes the draft from the folder of the pre-trained BERT that the change names, if it names one. */
function withPretrained(draft: Draft, change: Draft, before: Draft, source: string): Draft {
  const { model } = draft;
  if (!isRecord(model) || !isRecord(change.model)) return draft;
  const previous = bertIn(before);
  const bert = naming(`${source}: model.bert.from`, () =>
    completeBert(model.bert, bertIn(change), isRecord(previous) ? previous.from : undefined),
  );
  return { ...draft, model: { ...model, bert } };
}
