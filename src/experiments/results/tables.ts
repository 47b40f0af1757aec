import { z } from "zod";
import { InputError } from "../../base/errors";
import { parseJson } from "../../base/json";
import { parseWith } from "../../base/schema";
import { type LengthGroup, lengthGroups } from "../../corpus/spans";
import { splitNames } from "../../corpus/types";
import { type SpuriousLength, spuriousLengths } from "../../evaluation";
import { parseStoredConfig } from "../../training";
import type { Approach, Measures } from "../run/measures";
import type { Cell, Columns, Row } from "./arrow-rows";
import { caseColumns, caseRows, casesOf } from "./case-rows";
import { countsOfSentences } from "./rescore";
import type { EpochRecord, RunRecord, Scoring } from "./run-record";
import { predictionRows, predictionsOf, ScoredSets, scoredSetsOf } from "./scored-sets";
import { type SentenceCounts, scoresFrom } from "./sentence-counts";

export type TableName =
  | "runs"
  | "lengths"
  | "epochs"
  | "layers"
  | "approach"
  | "scored"
  | "gold"
  | "predictions"
  | "sentences"
  | "cases";

/** Tables of runs whose predictions are stored. */
export const predictionTables: readonly TableName[] = ["scored", "gold", "predictions"];

/** Tables that earlier versions did not write. */
export const laterTables: readonly TableName[] = ["approach", ...predictionTables];

const score: Columns = { precision: "number", recall: "number", f1: "number" };
const countColumns: Columns = { gold: "whole", predicted: "whole", correct: "whole" };

/** The columns of the tables of results. All tables but `runs` refer to a run by its id. */
export const tables: Readonly<Record<TableName, Columns>> = {
  /** One row per run. `config` is JSON without the seed. */
  runs: {
    run: "text",
    scale: "code",
    corpus: "code",
    seed: "whole",
    split: "code",
    ...score,
    ...countColumns,
    goldLength: "number",
    epochs: "whole",
    bestEpoch: "whole",
    seconds: "number",
    sentences: "whole",
    scored: "whole",
    scoredSet: "whole?",
    parameters: "whole",
    engine: "code",
    kernels: "code",
    layers: "whole",
    heads: "whole",
    config: "code",
    corpusHash: "code",
    resultsVersion: "whole",
    measured: "whole",
    version: "code",
    commit: "code",
    node: "code",
    platform: "code",
    processor: "code",
    engineDetail: "code",
    host: "code",
    completed: "text",
    attempts: "whole",
  },
  /** One row per run and entity length, "1" to "≥5". */
  lengths: { run: "code", length: "code", ...score, ...countColumns },
  /** One row per run and epoch. Scores are on dev. */
  epochs: { run: "code", epoch: "whole", loss: "number", seconds: "number", best: "truth", ...score },
  /** One row per run and regressor layer. Layer 0 is the proposer, without attention and movement. */
  layers: {
    run: "code",
    layer: "whole",
    entropy: "number",
    contentEntropy: "number",
    spanLength: "number",
    shortShare: "number?",
    move: "number",
  },
  /** One row per run, entity length and layer, over correct predictions. Layer 0 is the proposer. */
  approach: {
    run: "code",
    length: "code",
    layer: "whole",
    found: "whole",
    distance: "number",
    exact: "number",
  },
  /** One row per scored sentence. Runs on the same sentences share a set, which `runs.scoredSet` names. */
  scored: { set: "whole", sentence: "count", tokens: "count", document: "count?", seen: "truth?" },
  /** One row per gold entity of a set. */
  gold: { set: "whole", sentence: "count", start: "count", end: "count", type: "code" },
  /** One row per accepted proposal of a run, duplicates too. Its file has a column per run instead of `run`. */
  predictions: { run: "code", sentence: "count", start: "count", end: "count", type: "code" },
  /**
   * Only for runs whose predictions are not known. One row per run, sentence and entity length with entities. `predicted` counts by
   * the rule with which the tables were scored, the last three columns by each rule for the length of a false prediction. The
   * oldest tables lack the last three.
   */
  sentences: {
    run: "code",
    sentence: "count",
    length: "count",
    gold: "count",
    predicted: "count",
    correct: "count",
    predictedOwn: "count?",
    predictedGold: "count?",
    predictedReleased: "count?",
  },
  cases: caseColumns,
};

/** Rows of every table. */
export type Rows = Readonly<Record<TableName, readonly Row[]>>;

export function rowsOf(runs: readonly RunRecord[]): Rows {
  const sets = new ScoredSets();
  const predicted = runs.flatMap(({ id, predictions }) => (predictions ? [{ id, predictions }] : []));
  return {
    runs: runs.map((run) => runRow(run, run.predictions && sets.indexOf(run.predictions))),
    lengths: runs.flatMap(({ id, byLength }) =>
      lengthGroups.map((length) => ({ run: id, length, ...byLength[length] })),
    ),
    epochs: runs.flatMap(({ id, epochs }) => epochs.map((epoch) => epochRow(id, epoch))),
    layers: runs.flatMap(({ id, measures }) => (measures ? layerRows(id, measures) : [])),
    approach: runs.flatMap(({ id, measures }) => (measures ? approachRows(id, measures) : [])),
    scored: sets.scoredRows(),
    gold: sets.goldRows(),
    predictions: predicted.flatMap(({ id, predictions }) => predictionRows(id, predictions)),
    sentences: runs.filter(({ predictions }) => !predictions).flatMap(sentenceRows),
    cases: runs.flatMap(({ id, cases }) => caseRows(id, cases)),
  };
}

const columnUnder = {
  own: "predictedOwn",
  gold: "predictedGold",
  released: "predictedReleased",
} as const satisfies Record<SpuriousLength, string>;

/** Joins the counts of all rules by sentence and length. */
function sentenceRows({ id, counts, countsUnder }: RunRecord): Row[] {
  const rows = new Map<number, Record<string, Cell>>();
  const rules = spuriousLengths.filter((rule) => countsUnder[rule]);
  const empty = Object.fromEntries(
    spuriousLengths.map((rule) => [columnUnder[rule], rules.length > 1 && countsUnder[rule] ? 0 : null]),
  );
  const add = (source: SentenceCounts, column: string): void => {
    for (const [entry, sentence] of source.sentence.entries()) {
      const length = source.length[entry];
      const key = sentence * (lengthGroups.length + 1) + length;
      const row = rows.get(key) ?? {
        run: id,
        sentence,
        length,
        gold: source.gold[entry],
        predicted: 0,
        correct: source.correct[entry],
        ...empty,
      };
      row[column] = source.predicted[entry];
      rows.set(key, row);
    }
  };
  add(counts, "predicted");
  if (rules.length > 1) for (const rule of rules) add(countsUnder[rule]!, columnUnder[rule]);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}

function runRow(record: RunRecord, scoredSet: number | null): Row {
  const { id, corpus, config, overall, counts, epochs, measures, provenance } = record;
  const { engine: engineDetail, ...origin } = provenance;
  const { seed, ...training } = config.training;
  return {
    run: id,
    scale: record.scale,
    corpus: corpus.name,
    seed,
    split: record.split,
    ...overall,
    goldLength: record.goldLength,
    epochs: epochs.length,
    bestEpoch: record.bestEpoch,
    seconds: record.seconds,
    sentences: record.sentences,
    scored: counts.sentences,
    scoredSet,
    parameters: record.parameters,
    engine: record.engine,
    kernels: JSON.stringify(config.model.kernels),
    layers: config.model.layers,
    heads: config.model.heads,
    config: JSON.stringify({ ...config, training }),
    corpusHash: corpus.hash,
    resultsVersion: record.resultsVersion,
    measured: measures?.sentences ?? 0,
    engineDetail,
    ...origin,
  };
}

function epochRow(run: string, { epoch, loss, seconds, best, dev }: EpochRecord): Row {
  const { precision, recall, f1 } = dev?.overall ?? { precision: null, recall: null, f1: null };
  return { run, epoch, loss, seconds, best, precision, recall, f1 };
}

function layerRows(
  run: string,
  { entropy, contentEntropy, spanLengths, shortShares, moves }: Measures,
): Row[] {
  return spanLengths.map((spanLength, layer) => ({
    run,
    layer,
    entropy: layer ? entropy[layer - 1] : null,
    contentEntropy: layer ? contentEntropy[layer - 1] : null,
    spanLength,
    shortShare: shortShares?.[layer] ?? null,
    move: layer ? moves[layer - 1] : null,
  }));
}

function approachRows(run: string, { approach = {} }: Measures): Row[] {
  return lengthGroups.flatMap((length) => {
    const { found, distances, exact } = approach[length] ?? { found: 0, distances: [], exact: [] };
    return distances.map((distance, layer) => ({ run, length, layer, found, distance, exact: exact[layer] }));
  });
}

/**
 * Inverse of {@link rowsOf}.
 * @param scoring with which the rows were scored
 * @throws InputError if a config is no longer valid, or rows refer to missing ones
 */
export function recordsOf(rows: Rows, scoring: Scoring, source: string): RunRecord[] {
  const of = (name: Exclude<TableName, "runs">): Map<unknown, Row[]> => grouped(rows[name]);
  const [epochs, layers] = [of("epochs"), of("layers")];
  const [sentences, cases] = [of("sentences"), of("cases")];
  const [approach, predictions] = [of("approach"), of("predictions")];
  const sets = scoredSetsOf(rows.scored, rows.gold);
  return rows.runs.map((row) => {
    const id = String(row.run);
    const countsBy = countsOf(sentences.get(id) ?? [], Number(row.scored), `${source}: run ${id}`);
    const predictedSentences =
      row.scoredSet === null
        ? null
        : predictionsOf(sets, Number(row.scoredSet), predictions.get(id) ?? [], `${source}: run ${id}`);
    const counts = predictedSentences
      ? countsOfSentences(predictedSentences, scoring)
      : countsBy("predicted");
    const countsUnder = predictedSentences
      ? {}
      : storedRules(sentences.get(id) ?? [], countsBy, scoring.spuriousLength);
    return {
      id,
      scale: String(row.scale),
      corpus: { name: String(row.corpus), hash: String(row.corpusHash) },
      seed: Number(row.seed),
      engine: String(row.engine),
      resultsVersion: Number(row.resultsVersion),
      config: configOf(row, `${source}: run ${id}`),
      split: parseWith(z.enum(splitNames), row.split, `${source}: run ${id}: split`),
      ...scoresFrom(counts),
      goldLength: Number(row.goldLength),
      counts,
      predictions: predictedSentences,
      countsUnder,
      epochs: (epochs.get(id) ?? []).map(epochOf),
      bestEpoch: Number(row.bestEpoch),
      seconds: Number(row.seconds),
      sentences: Number(row.sentences),
      parameters: Number(row.parameters),
      measures: measuresOf(layers.get(id) ?? [], approach.get(id) ?? [], Number(row.measured)),
      cases: casesOf(cases.get(id) ?? []),
      provenance: {
        version: String(row.version),
        commit: row.commit === null ? null : String(row.commit),
        node: String(row.node),
        platform: String(row.platform),
        processor: String(row.processor),
        engine: String(row.engineDetail),
        host: String(row.host),
        completed: String(row.completed),
        attempts: Number(row.attempts),
      },
    };
  });
}

/** The counts under each rule for the length of a false prediction that the rows have. */
function storedRules(
  rows: readonly Row[],
  countsBy: (column: string) => SentenceCounts,
  rule: SpuriousLength,
): RunRecord["countsUnder"] {
  return Object.fromEntries(
    spuriousLengths.flatMap((one) => {
      const column = columnUnder[one];
      if (rows.every((cells) => cells[column] !== null)) return [[one, countsBy(column)]];
      return one === rule ? [[one, countsBy("predicted")]] : [];
    }),
  );
}

const jsonObject = z.record(z.string(), z.unknown());

function configOf(row: Row, source: string): RunRecord["config"] {
  const { training, ...rest } = parseWith(jsonObject, parsedJson(String(row.config), source), source);
  const settings = parseWith(jsonObject, training, `${source}: training`);
  return parseStoredConfig({ ...rest, training: { ...settings, seed: row.seed } }, source);
}

function parsedJson(json: string, source: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    throw new InputError(`${source}: its config is not valid JSON`, { cause: error });
  }
}

/** The index of a sentence has 16 bits. */
const mostSentences = 2 ** 16;

/** Returns the counts of a column of predicted entities, without the rows that only other rules need. */
function countsOf(
  rows: readonly Row[],
  sentences: number,
  source: string,
): (predicted: string) => SentenceCounts {
  const fits =
    sentences >= 0 &&
    sentences <= mostSentences &&
    rows.every((row) => Number(row.sentence) < sentences && Number(row.length) <= lengthGroups.length);
  if (!fits) throw new InputError(`${source}: has rows beyond its ${sentences} sentences; write it again`);
  return (predicted) => {
    const entityRows = rows.filter((row) => Number(row.gold) + Number(row[predicted]) > 0);
    const column = (name: string): number[] => entityRows.map((row) => Number(row[name]));
    return {
      sentences,
      sentence: Uint16Array.from(column("sentence")),
      length: Uint8Array.from(column("length")),
      gold: Uint16Array.from(column("gold")),
      predicted: Uint16Array.from(column(predicted)),
      correct: Uint16Array.from(column("correct")),
    };
  };
}

function epochOf({ precision, recall, f1, ...row }: Row): EpochRecord {
  const epoch = {
    epoch: Number(row.epoch),
    loss: Number(row.loss),
    seconds: Number(row.seconds),
    best: row.best === true,
  };
  if (f1 === null) return epoch;
  const overall = { precision: Number(precision), recall: Number(recall), f1: Number(f1) };
  return { ...epoch, dev: { overall } };
}

function measuresOf(rows: readonly Row[], approachOf: readonly Row[], sentences: number): Measures | null {
  if (!rows.length) return null;
  const column = (name: string, first: number): number[] => rows.slice(first).map((row) => Number(row[name]));
  const lengths = lengthGroups.flatMap((length): [LengthGroup, Approach][] => {
    const states = approachOf.filter((row) => row.length === length);
    if (!states.length) return [];
    const of = (name: string): number[] => states.map((row) => Number(row[name]));
    return [[length, { found: Number(states[0].found), distances: of("distance"), exact: of("exact") }]];
  });
  const isMeasured = rows[0].shortShare !== null;
  return {
    sentences,
    entropy: column("entropy", 1),
    contentEntropy: column("contentEntropy", 1),
    spanLengths: column("spanLength", 0),
    ...(isMeasured && { shortShares: column("shortShare", 0) }),
    moves: column("move", 1),
    ...(isMeasured && { approach: Object.fromEntries(lengths) }),
  };
}

function grouped(rows: readonly Row[]): Map<unknown, Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.run);
    if (group) group.push(row);
    else groups.set(row.run, [row]);
  }
  return groups;
}
