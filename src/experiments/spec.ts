import { createHash } from "node:crypto";
import { z } from "zod";
import { parseWith } from "../base/schema";
import type { EngineName } from "../engine";
import { type Config, parseConfig } from "../training";

/** Raised only by a change of this library that moves results, so that runs of before it are not taken for runs of after it. */
export const resultsVersion = 1;

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
  readonly engine: EngineName;
  readonly scale: string;
}

const schema = z.strictObject({
  resultsVersion: z.int().min(1),
  config: z.unknown(),
  corpus: z.strictObject({ hash: z.string(), name: z.string(), folder: z.string() }),
  engine: z.enum(["cuda", "native", "wasm", "cpu"]),
  scale: z.string(),
});

/** @throws InputError when the value is no spec */
export function parseSpec(value: unknown, source: string): RunSpec {
  const spec = parseWith(schema, value, source);
  return { ...spec, config: parseConfig(spec.config, source) };
}

/** The name of a run's folder: the same for the same config, seed, corpus content, engine and results version. */
export function runId({ resultsVersion, config, corpus, engine }: RunSpec): string {
  const identity = canonical({ resultsVersion, config, corpus: corpus.hash, engine });
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

/** JSON with sorted keys, so that the order in which they were written does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
