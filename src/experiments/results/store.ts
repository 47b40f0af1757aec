import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type SpuriousLength, spuriousLengths } from "../../evaluation";
import type { EpochReport } from "../../training";
import { readRunResult, readSentenceResults } from "../run/result";
import { readSpec } from "../run/state";
import { outcomesUnder } from "./rescore";
import { type SentenceCounts, scoresFrom, sentenceCounts } from "./sentence-counts";
import type { EpochRecord, RunRecord, Scoring } from "./types";

/**
 * The complete runs of a store of runs, scored anew.
 * @param folder of the runs' folders; what else lies there is passed over
 * @throws InputError when a run's files are damaged
 */
export function runsOfStore(folder: string, scoring: Scoring): RunRecord[] {
  const names = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .sort();
  return names.map((id) => recordOf(join(folder, id), id, scoring)).filter((record) => record !== undefined);
}

/** Whether there are folders of runs. */
export function isStore(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /^[0-9a-f]{16}$/.test(name));
}

function recordOf(folder: string, id: string, scoring: Scoring): RunRecord | undefined {
  const result = readRunResult(folder);
  if (!result) return undefined;
  const { config, corpus, engine, scale, resultsVersion } = readSpec(folder);
  const found = readSentenceResults(folder);
  const countsUnder = Object.fromEntries(
    spuriousLengths.map((spuriousLength) => [
      spuriousLength,
      sentenceCounts(outcomesUnder(found, { ...scoring, spuriousLength })),
    ]),
  ) as Record<SpuriousLength, SentenceCounts>;
  const counts = countsUnder[scoring.spuriousLength];
  const lengths = found.flatMap(({ gold }) => gold.map(({ start, end }) => end - start));
  const { split, bestEpoch, seconds, sentences, parameters, measures, cases = [], provenance } = result;
  return {
    id,
    scale,
    corpus: { name: corpus.name, hash: corpus.hash },
    seed: config.training.seed,
    engine,
    resultsVersion,
    config,
    split,
    ...scoresFrom(counts),
    goldLength: lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length),
    counts,
    countsUnder,
    epochs: result.epochs.map(epochRecord),
    bestEpoch,
    seconds,
    sentences,
    parameters,
    measures,
    cases,
    provenance,
  };
}

function epochRecord({ epoch, loss, seconds, best, dev }: EpochReport): EpochRecord {
  if (!dev) return { epoch, loss, seconds, best };
  const { precision, recall, f1 } = dev.overall;
  return { epoch, loss, seconds, best, dev: { overall: { precision, recall, f1 } } };
}
