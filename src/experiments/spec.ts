import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../base/errors";
import { isRecord } from "../base/json";
import { parseWith } from "../base/schema";
import { bertBefore } from "../bert";
import { type EngineName, engineNamed, engineNames } from "../engine";
import { type Config, parseStoredConfig, presets } from "../training";

/** Changes when a change of this library changes results, so that runs before and after are not mixed. */
export const resultsVersion = 3;

/** Engines of earlier versions. Their runs can be read but not computed. */
const retiredEngines = ["cuda", "native"];

/** The specification of a run. Results version, config, corpus, pre-trained files and engine decide its numbers and its id. */
export interface RunSpec {
  readonly resultsVersion: number;
  readonly config: Config;
  readonly corpus: {
    readonly hash: string;
    readonly name: string;
    /** The corpus's folder on the machine that planned the run. */
    readonly folder: string;
  };
  /** {@link pretrainedHash} of the files that the run starts from. Absent if it starts from no file, and before results version 3. */
  readonly pretrained?: string;
  /** The engine's identity, e.g. "wasm" or "blas OpenBLAS 0.3.21 Zen"; only "blas" in specs of earlier versions. */
  readonly engine: string;
  readonly scale: string;
}

const schema = z.strictObject({
  resultsVersion: z.int().min(1),
  config: z.unknown(),
  corpus: z.strictObject({ hash: z.string(), name: z.string(), folder: z.string() }),
  pretrained: z.string().optional(),
  engine: z.string().refine(isIdentity, `expected an engine: ${engineNames.join(", ")}`),
  scale: z.string(),
});

/** Only `blas` has several libraries. */
function isIdentity(engine: string): boolean {
  return [...engineNames, ...retiredEngines].includes(engine) || /^blas \S/.test(engine);
}

/** @throws InputError if the value is not a valid spec */
export function parseSpec(value: unknown, source: string): RunSpec {
  const spec = parseWith(schema, value, source);
  return { ...spec, config: parseStoredConfig(spec.config, source) };
}

/** The engine on which the run is to be computed. @throws InputError if this version no longer has it */
export function engineOf({ engine }: RunSpec, source: string): EngineName {
  const name = engineNamed(engine);
  if (name === undefined) {
    throw new InputError(
      `${source}: engine ${engine} no longer exists; plan the run again with one of ${engineNames.join(", ")}`,
    );
  }
  return name;
}

/**
 * The name of a run's folder: a hash of everything in the spec but names, folders and scale. Config keys at their defaults are left
 * out, so that later keys do not change the ids of earlier runs.
 */
export function runId({ resultsVersion, config, corpus, pretrained, engine }: RunSpec): string {
  const settings =
    withoutDefaults(withoutLaterKeys(pretrained === undefined ? config : withoutPaths(config)), presets.s0) ??
    {};
  const identity = canonical({ resultsVersion, config: settings, corpus: corpus.hash, pretrained, engine });
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

/** The config without the paths of pre-trained files, whose content the spec identifies. */
function withoutPaths({ model, training, ...config }: Config): Config {
  const { bert, wordVectors } = model;
  return {
    ...config,
    training: { ...training, init: null },
    model: {
      ...model,
      bert: bert && { ...bert, from: null },
      wordVectors: wordVectors && { ...wordVectors, file: "", sha256: null },
    },
  };
}

/** The config without those keys of BERT that are at the value of the time before they existed. The default has no BERT. */
function withoutLaterKeys({ model, ...config }: Config): object {
  return { ...config, model: { ...model, bert: model.bert && withoutDefaults(model.bert, bertBefore) } };
}

/** The parts of a value that differ from `defaults`, key by key if both are objects; `undefined` if nothing differs. */
function withoutDefaults(value: unknown, defaults: unknown): unknown {
  if (!isRecord(value) || !isRecord(defaults))
    return value === defaults || canonical(value) === canonical(defaults) ? undefined : value;
  const different = Object.entries(value)
    .map(([key, inner]) => [key, withoutDefaults(inner, defaults[key])] as const)
    .filter(([, inner]) => inner !== undefined);
  return different.length ? Object.fromEntries(different) : undefined;
}

/** JSON with sorted keys, so that their order does not matter. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
