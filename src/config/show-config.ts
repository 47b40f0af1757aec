import { isRecord } from "../base/json";
import { selfShowing, tableShowing } from "../base/self-showing";
import type { Config } from "./config";
import { presetNames, presets } from "./presets";

/** Makes a config show its difference from the nearest preset, and a preset its difference from `s0`. */
export const showingConfig: (config: Config) => Config = selfShowing<Config>((config) => {
  const compared = presetNames.map((name) => ({ name, rows: configDifferences(config, presets[name]) }));
  const nearest = compared.reduce((best, one) => (one.rows.length < best.rows.length ? one : best));
  if (nearest.rows.length) return tableShowing(`config: preset ${nearest.name} with`, () => nearest.rows);
  const names = compared.filter(({ rows }) => !rows.length).map(({ name }) => name);
  const rows = configDifferences(config, presets.s0);
  return tableShowing(`config: preset ${names.join(", also called ")}${rows.length ? ", s0 with" : ""}`, () =>
    rows.map(({ key, value, preset }) => ({ key, value, s0: preset })),
  );
});

for (const name of presetNames) showingConfig(presets[name]);

/** Stands for the value of a key that a config lacks, such as a key of an encoder that is null. */
export const missingValue = "–";

/** The keys in which a config differs from a preset, with both values as JSON. */
export function configDifferences(
  config: Config,
  preset: Config,
): { readonly key: string; readonly value: string; readonly preset: string }[] {
  const [leaves, others] = [leavesOf(config), leavesOf(preset)];
  return [...new Set([...leaves.keys(), ...others.keys()])]
    .map((key) => ({ key, value: leaves.get(key) ?? missingValue, preset: others.get(key) ?? missingValue }))
    .filter(({ value, preset: other }) => value !== other);
}

/** The values of a config as JSON, by path. */
function leavesOf(value: object, path = ""): Map<string, string> {
  const entries = Object.entries(value).flatMap(([key, inner]): [string, string][] =>
    isRecord(inner) ? [...leavesOf(inner, `${path}${key}.`)] : [[path + key, JSON.stringify(inner)]],
  );
  return new Map(entries);
}
