import { InputError } from "../../src/base/errors";
import { nearest } from "../../src/base/schema";
import type { Variant } from "../../src/config/config";
import { applyOverrides, type Config, parseConfig, presets } from "../../src/training";

/** The settings of which the authors' speed was measured; those whose preset exists can be run. */
const reference = ["S0", "S", "M", "B"] as const;

/** Every preset can be measured; those of the reference settings first and in capitals. */
export function configNames(): string[] {
  const presetNames = Object.keys(presets);
  const first = reference.filter((name) => presetNames.includes(name.toLowerCase()));
  return [...first, ...presetNames.filter((name) => !first.some((one) => one.toLowerCase() === name))];
}

/** The name as {@link configNames} has it. @throws InputError when there is none */
export function configNamed(name: string): string {
  const names = configNames();
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (!found) throw new InputError(`--config ${name}: there is no such setting${nearest(name, names)}`);
  return found;
}

/** A named setting, and what is to be different in it. */
export interface ConfigChoice {
  readonly config: string;
  readonly variant: Variant;
  /** Sentences a training step; the setting's own where left out. */
  readonly batch?: number;
  /** Further changes, as in model.layers=2. */
  readonly set?: readonly string[];
}

/** @throws InputError when there is no such setting, key or value */
export function configOf({ config, variant, batch, set = [] }: ConfigChoice): Config {
  const name = configNamed(config).toLowerCase();
  const preset = Object.entries(presets).find(([key]) => key === name)?.[1];
  const changed = applyOverrides(parseConfig({ variant }, `--config ${config}`, preset), set);
  return batch === undefined ? changed : applyOverrides(changed, [`training.batchSize=${batch}`]);
}
