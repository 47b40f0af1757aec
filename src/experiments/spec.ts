import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../base/errors";
import { parseWith } from "../base/schema";
import { type EngineName, engineNamed, engineNames } from "../engine";
import { type Config, parseStoredConfig, presets } from "../training";

/** Raised only by a change of this library that moves results, so that runs of before it are not taken for runs of after it. */
export const resultsVersion = 2;

/** Engines of earlier versions: their runs can be read, and no longer be computed. */
const retiredEngines = ["cuda", "native"];

/** What a run is to compute. The first four decide its numbers and thereby its id; the rest says what it is for. */
export interface RunSpec {
  readonly resultsVersion: number;
  readonly config: Config;
  readonly corpus: {
    readonly hash: string;
    readonly name: string;
    /** Where it lies on the machine that planned the run. */
    readonly folder: string;
  };
  /** The engine's identity, e.g. "wasm" or "blas OpenBLAS 0.3.21 Zen"; "blas" alone in specs that did not yet name the library. */
  readonly engine: string;
  readonly scale: string;
}

const schema = z.strictObject({
  resultsVersion: z.int().min(1),
  config: z.unknown(),
  corpus: z.strictObject({ hash: z.string(), name: z.string(), folder: z.string() }),
  engine: z.string().refine(isIdentity, `expected an engine: ${engineNames.join(", ")}`),
  scale: z.string(),
});

/** Only `blas` computes by one of several libraries. */
function isIdentity(engine: string): boolean {
  return [...engineNames, ...retiredEngines].includes(engine) || /^blas \S/.test(engine);
}

/** @throws InputError when the value is no spec */
export function parseSpec(value: unknown, source: string): RunSpec {
  const spec = parseWith(schema, value, source);
  return { ...spec, config: parseStoredConfig(spec.config, source) };
}

/** The engine on which the run is to be computed. @throws InputError when this version no longer has it */
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
 * The name of a run's folder: the same for the same config, seed, corpus content, engine with its library, and results version.
 * Settings at their default do not count, so that a setting added later leaves the names of earlier runs as they are.
 */
export function runId({ resultsVersion, config, corpus, engine }: RunSpec): string {
  const settings = withoutDefaults(config, presets.s0) ?? {};
  const identity = canonical({ resultsVersion, config: settings, corpus: corpus.hash, engine });
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

/** What of a value is not as in `defaults`, key by key where both are objects; undefined where nothing is. */
function withoutDefaults(value: unknown, defaults: unknown): unknown {
  if (!isRecord(value) || !isRecord(defaults))
    return canonical(value) === canonical(defaults) ? undefined : value;
  const left = Object.entries(value)
    .map(([key, inner]) => [key, withoutDefaults(inner, defaults[key])] as const)
    .filter(([, inner]) => inner !== undefined);
  return left.length ? Object.fromEntries(left) : undefined;
}

/** JSON with sorted keys, so that the order in which they were written does not matter. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
