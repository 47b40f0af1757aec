import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../base/errors";
import { loadCorpus } from "../corpus";
import { Random } from "../engine";
import { countText } from "./analysis/format";
import { meanInterval } from "./analysis/statistics";
import { corpusFolder, corpusNamed } from "./corpora";
import { withoutSeed } from "./overview";
import { pretrainedHash } from "./pretrained-files";
import type { RunRecord } from "./results";
import { type RunSpec, resultsVersion, runId } from "./spec";

/** The result of computing a stored run again. */
export interface Verification {
  readonly stored: RunRecord;
  readonly repeated: RunRecord;
  /**
   * On the stored run's engine and library: whether every number is `identical` to the last bit, or it `differs`. Elsewhere: whether
   * the F1 is `within` the 95 % prediction interval of the stored seeds of the same setting or `outside`; `undecided` with fewer than
   * three seeds.
   */
  readonly outcome: "identical" | "differs" | "within" | "outside" | "undecided";
  /** The differences, or the interval. */
  readonly detail: string;
}

/** A stored run that can be computed here. */
export interface Repeatable {
  readonly stored: RunRecord;
  /** Equal to the stored run's but for the folder of the corpus and, elsewhere, the engine. */
  readonly spec: RunSpec;
}

/**
 * The stored runs that this machine can compute again: of the current results version, with available corpus and pre-trained
 * files.
 * @param engine identity of the engine here
 * @returns them, and a line for each reason to leave runs out, with their number
 */
export async function repeatableRuns(
  storedRuns: readonly RunRecord[],
  engine: string,
): Promise<{ readonly runs: readonly Repeatable[]; readonly leftOut: readonly string[] }> {
  const hashes = new Map<string, string | undefined>();
  const corpusHash = async (name: string): Promise<string | undefined> => {
    if (!hashes.has(name)) {
      const folder = corpusFolder(corpusNamed(name));
      hashes.set(name, existsSync(folder) ? (await loadCorpus(folder)).hash : undefined);
    }
    return hashes.get(name);
  };
  const runs: Repeatable[] = [];
  const reasons = new Map<string, number>();
  for (const run of storedRuns) {
    const reason =
      run.resultsVersion === resultsVersion
        ? await missingCorpus(run, corpusHash)
        : `of results version ${run.resultsVersion}; this library computes version ${resultsVersion}`;
    const spec = reason === undefined ? await specOf(run, engine) : undefined;
    if (spec) runs.push({ stored: run, spec });
    else {
      const text =
        reason ??
        "that start from a trained model, encoder or word vectors that are missing or different here";
      reasons.set(text, (reasons.get(text) ?? 0) + 1);
    }
  }
  return { runs, leftOut: [...reasons].map(([reason, count]) => `${countText(count, "run")} ${reason}`) };
}

async function missingCorpus(
  { corpus }: RunRecord,
  hashOf: (name: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const hash = await hashOf(corpus.name);
  if (hash === undefined)
    return `on ${corpus.name}, which is not in ${corpusFolder(corpusNamed(corpus.name))}`;
  return hash === corpus.hash ? undefined : `on another content of ${corpus.name} than here`;
}

/** @returns `undefined` if the pre-trained files are not those of the run */
async function specOf(run: RunRecord, engine: string): Promise<RunSpec | undefined> {
  const pretrained = await pretrainedHash(run.config).catch((error: unknown) => {
    if (error instanceof InputError) return "missing";
    throw error;
  });
  const spec: RunSpec = {
    resultsVersion: run.resultsVersion,
    config: run.config,
    corpus: { ...run.corpus, folder: corpusFolder(corpusNamed(run.corpus.name)) },
    ...(pretrained !== undefined && { pretrained }),
    engine: run.engine,
    scale: run.scale,
  };
  return runId(spec) === run.id ? { ...spec, engine } : undefined;
}

/** `count` of the runs, drawn at random. */
export function drawRuns(runs: readonly Repeatable[], count: number, seed: number): Repeatable[] {
  return new Random(seed).shuffled(runs).slice(0, count);
}

/**
 * Compares a stored run with a repetition of it.
 * @param results all stored runs; those of the same setting give the prediction interval
 */
export function verify(
  { stored, spec }: Repeatable,
  repeated: RunRecord,
  results: readonly RunRecord[],
): Verification {
  if (spec.engine === stored.engine) {
    const differences = differencesOf(stored, repeated);
    const outcome = differences.length ? "differs" : "identical";
    return { stored, repeated, outcome, detail: differences.join(", ") };
  }
  const sameSetting = results.filter(
    (run) =>
      run.engine === stored.engine &&
      run.resultsVersion === stored.resultsVersion &&
      run.corpus.hash === stored.corpus.hash &&
      withoutSeed(run.config) === withoutSeed(stored.config),
  );
  const seeds = sameSetting.length;
  const interval = meanInterval(sameSetting.map(({ overall }) => overall.f1));
  if (seeds < 3 || !interval) {
    const detail = `the setting has ${countText(seeds, "stored seed")}, fewer than three`;
    return { stored, repeated, outcome: "undecided", detail };
  }
  const mean = (interval.low + interval.high) / 2;
  // From t·s/√n, the half-width for the mean, to t·s·√(1 + 1/n), that for one further run.
  const half = ((interval.high - interval.low) / 2) * Math.sqrt(seeds + 1);
  const inside = Math.abs(repeated.overall.f1 - mean) <= half;
  return {
    stored,
    repeated,
    outcome: inside ? "within" : "outside",
    detail: `${(mean - half).toFixed(2)} to ${(mean + half).toFixed(2)} from ${seeds} seeds`,
  };
}

/** The results that differ. Times, machine and attempts may. */
function differencesOf(stored: RunRecord, repeated: RunRecord): string[] {
  const epochs = ({ epochs }: RunRecord): unknown => epochs.map(({ seconds: _, ...epoch }) => epoch);
  const compared: Readonly<Record<string, (run: RunRecord) => unknown>> = {
    "losses and scores of the epochs": epochs,
    "counts of the sentences": ({ counts }) => counts,
    // Tables hold these measures, stores further ones.
    "entropy of the attention": ({ measures }) => measures?.entropy,
    "lengths of the proposals": ({ measures }) => measures?.spanLengths,
  };
  return Object.entries(compared)
    .filter(([, part]) => !isDeepStrictEqual(part(stored), part(repeated)))
    .map(([name]) => name);
}
