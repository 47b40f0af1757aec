import { z } from "zod";
import { InputError, show } from "../base/errors";
import { readJson } from "../base/files";
import { isRecord, parseUniqueJson } from "../base/json";
import { parseWith } from "../base/schema";
import { parseConfig } from "../training";
import { type Plan, plansNamed } from "./plans";
import type { ConfigChange } from "./settings";

/** Your own settings by their labels. The first is the one that the others are compared with. */
export type AblationSettings = Readonly<Record<string, ConfigChange>>;

const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  title: z.string().min(1).optional(),
  settings: z.record(
    z.string(),
    z.unknown(),
    'expected labels with the config keys that each changes, as in {"full model": {}, "one layer": {"model": {"layers": 1}}}',
  ),
});

/**
 * Makes a plan from your own settings, which runs on any corpus.
 * @param source what to call the settings in messages, for example the file
 * @throws InputError for fewer than two settings, or for one that no config takes, naming its label, path and value
 */
export function ablationPlan(
  settings: Readonly<Record<string, unknown>>,
  source = "settings",
  title = "Your own ablation",
): Plan {
  const entries = Object.entries(settings);
  if (entries.length < 2)
    throw new InputError(
      `${source}: has ${entries.length === 1 ? "one setting" : "no settings"}; give at least two, the first to compare the others with, as in {"full model": {}, "one layer": {"model": {"layers": 1}}}`,
    );
  return {
    name: "ablation",
    title,
    reports: "scores",
    corpora: ["GENIA", "CoNLL03", "WeiboNER"],
    settings: entries.map(([label, change]) => ({
      key: label,
      label,
      change: validChange(change, `${source}: ${show(label)}`),
    })),
    variable: "setting",
  };
}

function validChange(change: unknown, source: string): ConfigChange {
  parseConfig(change, source);
  const { training } = change as { readonly training?: unknown };
  if (isRecord(training) && "seed" in training)
    throw new InputError(`${source}: training.seed: --seeds sets the seeds of a sweep; omit it`);
  return change as ConfigChange;
}

/**
 * Reads a file of settings: `{"title": "…", "settings": {"full model": {}, "one layer": {"model": {"layers": 1}}}}`.
 * @throws InputError as {@link ablationPlan}, and for a file that is missing, is not JSON, or has a key twice
 */
export function readAblation(file: string): Plan {
  const { title, settings } = parseWith(fileSchema, readJson(file, parseUniqueJson), file);
  return ablationPlan(settings, `${file}: settings`, title);
}

/**
 * The plans with these names. At most one name may end in ".json": a file of settings, which becomes a plan.
 * @throws InputError for an unknown plan, an invalid file, or a second file
 */
export function plansOf(names: readonly string[]): Plan[] {
  const files = names.filter((name) => name.endsWith(".json"));
  if (files.length > 1)
    throw new InputError(`${files.join(", ")}: sweep one file of settings at a time, or put them into one`);
  return [...plansNamed(names.filter((name) => !files.includes(name))), ...files.map(readAblation)];
}
