import { sum } from "../../base/sum";
import type { EpochReport } from "../../training";
import type { ScoredSentence, SentenceResult } from "../run/predictions";
import { readRunResult, readSentenceResults } from "../run/run-result";
import { readSpec, runFolder, runIdsIn } from "../run/run-state";
import { countsOfSentences } from "./rescore";
import type { EpochRecord, RunRecord, Scoring } from "./run-record";
import { byPosition } from "./scored-sets";
import { scoresFrom } from "./sentence-counts";

/**
 * Reads and scores the complete runs of a store.
 * @param ids of the runs; default all
 * @throws InputError if a run's files are damaged
 */
export function runsOfStore(
  store: string,
  scoring: Scoring,
  ids: readonly string[] = runIdsIn(store),
): RunRecord[] {
  return ids
    .map((id) => recordOf(runFolder(store, id), id, scoring))
    .filter((record) => record !== undefined);
}

function recordOf(folder: string, id: string, scoring: Scoring): RunRecord | undefined {
  const result = readRunResult(folder);
  if (!result) return undefined;
  const { config, corpus, engine, scale, resultsVersion } = readSpec(folder);
  const results = readSentenceResults(folder);
  const counts = countsOfSentences(results, scoring);
  const lengths = results.flatMap(({ gold }) => gold.map(({ start, end }) => end - start));
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
    goldLength: sum(lengths) / Math.max(1, lengths.length),
    counts,
    predictions: results.map(withPositions),
    countsUnder: {},
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

/** Without probabilities and proposals, which no rule of scoring needs, and in the order of the tables. */
function withPositions(sentence: SentenceResult): ScoredSentence {
  const accepted = sentence.accepted.map(({ start, end, type }) => ({ start, end, type }));
  return { ...sentence, accepted: accepted.sort(byPosition) };
}

function epochRecord({ epoch, loss, seconds, best, dev }: EpochReport): EpochRecord {
  if (!dev) return { epoch, loss, seconds, best };
  const { precision, recall, f1 } = dev.overall;
  return { epoch, loss, seconds, best, dev: { overall: { precision, recall, f1 } } };
}
