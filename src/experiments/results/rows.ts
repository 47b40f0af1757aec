import { z } from "zod";
import { InputError } from "../../base/errors";
import { parseJson } from "../../base/json";
import { parseWith } from "../../base/schema";
import { lengthGroups } from "../../corpus/spans";
import { splitNames } from "../../corpus/types";
import { type SpuriousLength, spuriousLengths } from "../../evaluation";
import { parseStoredConfig } from "../../training";
import type { Measures } from "../run/measures";
import { caseColumns, caseRows, casesOf } from "./case-rows";
import type { Cell, Columns, Row } from "./columns";
import { type SentenceCounts, scoresFrom } from "./sentence-counts";
import type { EpochRecord, RunRecord } from "./types";

export type TableName = "runs" | "lengths" | "epochs" | "layers" | "sentences" | "cases";

const score: Columns = { precision: "number", recall: "number", f1: "number" };
const counted: Columns = { gold: "whole", predicted: "whole", correct: "whole" };

/** The tables that hold results, and what each has a row for. All but `runs` point to a run by its id. */
export const tables: Readonly<Record<TableName, Columns>> = {
  /** A run. `config` is JSON, without the seed. */
  runs: {
    run: "text",
    scale: "code",
    corpus: "code",
    seed: "whole",
    split: "code",
    ...score,
    ...counted,
    goldLength: "number",
    epochs: "whole",
    bestEpoch: "whole",
    seconds: "number",
    sentences: "whole",
    scored: "whole",
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
  /** An entity length of a run, "1" to "≥5". */
  lengths: { run: "code", length: "code", ...score, ...counted },
  /** An epoch of a run; scores are on dev. */
  epochs: { run: "code", epoch: "whole", loss: "number", seconds: "number", best: "truth", ...score },
  /** A regressor layer of a run, and as layer 0 its proposer, which attends to nothing and moves nothing. */
  layers: {
    run: "code",
    layer: "whole",
    entropy: "number",
    contentEntropy: "number",
    spanLength: "number",
    move: "number",
  },
  /**
   * An entity length of a sentence of a run, where there is anything of it. `predicted` is counted by the rule that the tables were
   * scored with, the last three by each rule for the length of a false prediction; earlier versions wrote none of these.
   */
  sentences: {
    run: "code",
    sentence: "count16",
    length: "count8",
    gold: "count8",
    predicted: "count8",
    correct: "count8",
    predictedOwn: "count8?",
    predictedGold: "count8?",
    predictedReleased: "count8?",
  },
  cases: caseColumns,
};

/** Rows of every table. */
export type Rows = Readonly<Record<TableName, readonly Row[]>>;

export function rowsOf(runs: readonly RunRecord[]): Rows {
  return {
    runs: runs.map(runRow),
    lengths: runs.flatMap(({ id, byLength }) =>
      lengthGroups.map((length) => ({ run: id, length, ...byLength[length] })),
    ),
    epochs: runs.flatMap(({ id, epochs }) => epochs.map((epoch) => epochRow(id, epoch))),
    layers: runs.flatMap(({ id, measures }) => (measures ? layerRows(id, measures) : [])),
    sentences: runs.flatMap(sentenceRows),
    cases: runs.flatMap(({ id, cases }) => caseRows(id, cases)),
  };
}

const columnUnder = {
  own: "predictedOwn",
  gold: "predictedGold",
  released: "predictedReleased",
} as const satisfies Record<SpuriousLength, string>;

/** What the counts of all rules have at the same sentence and length, side by side. */
function sentenceRows({ id, counts, countsUnder }: RunRecord): Row[] {
  const rows = new Map<number, Record<string, Cell>>();
  const known = spuriousLengths.filter((rule) => countsUnder[rule]);
  const none = Object.fromEntries(
    spuriousLengths.map((rule) => [columnUnder[rule], known.length > 1 && countsUnder[rule] ? 0 : null]),
  );
  const add = (from: SentenceCounts, column: string): void => {
    for (const [at, sentence] of from.sentence.entries()) {
      const length = from.length[at];
      const key = sentence * (lengthGroups.length + 1) + length;
      const row = rows.get(key) ?? {
        run: id,
        sentence,
        length,
        gold: from.gold[at],
        predicted: 0,
        correct: from.correct[at],
        ...none,
      };
      row[column] = from.predicted[at];
      rows.set(key, row);
    }
  };
  add(counts, "predicted");
  if (known.length > 1) for (const rule of known) add(countsUnder[rule]!, columnUnder[rule]);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}

function runRow(record: RunRecord): Row {
  const { id, corpus, config, overall, counts, epochs, measures, provenance } = record;
  const { engine: engineDetail, ...made } = provenance;
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
    ...made,
  };
}

function epochRow(run: string, { epoch, loss, seconds, best, dev }: EpochRecord): Row {
  const { precision, recall, f1 } = dev?.overall ?? { precision: null, recall: null, f1: null };
  return { run, epoch, loss, seconds, best, precision, recall, f1 };
}

function layerRows(run: string, { entropy, contentEntropy, spanLengths, moves }: Measures): Row[] {
  return spanLengths.map((spanLength, layer) => ({
    run,
    layer,
    entropy: layer ? entropy[layer - 1] : null,
    contentEntropy: layer ? contentEntropy[layer - 1] : null,
    spanLength,
    move: layer ? moves[layer - 1] : null,
  }));
}

/**
 * What {@link rowsOf} took apart.
 * @param rule by which the rows were scored
 * @throws InputError when a config is not valid any more
 */
export function recordsOf(rows: Rows, rule: SpuriousLength, source: string): RunRecord[] {
  const of = (name: Exclude<TableName, "runs">): Map<unknown, Row[]> => grouped(rows[name]);
  const [epochs, layers] = [of("epochs"), of("layers")];
  const [sentences, cases] = [of("sentences"), of("cases")];
  return rows.runs.map((row) => {
    const id = text(row.run);
    const counted = countsOf(sentences.get(id) ?? [], number(row.scored), `${source}: run ${id}`);
    const counts = counted("predicted");
    const countsUnder = Object.fromEntries(
      spuriousLengths.flatMap((one) => {
        const column = columnUnder[one];
        const isKnown = (sentences.get(id) ?? []).every((cells) => cells[column] !== null);
        return isKnown ? [[one, counted(column)]] : one === rule ? [[one, counts]] : [];
      }),
    );
    return {
      id,
      scale: text(row.scale),
      corpus: { name: text(row.corpus), hash: text(row.corpusHash) },
      seed: number(row.seed),
      engine: text(row.engine),
      resultsVersion: number(row.resultsVersion),
      config: configOf(row, `${source}: run ${id}`),
      split: parseWith(z.enum(splitNames), row.split, `${source}: run ${id}: split`),
      ...scoresFrom(counts),
      goldLength: number(row.goldLength),
      counts,
      countsUnder,
      epochs: (epochs.get(id) ?? []).map(epochOf),
      bestEpoch: number(row.bestEpoch),
      seconds: number(row.seconds),
      sentences: number(row.sentences),
      parameters: number(row.parameters),
      measures: measuresOf(layers.get(id) ?? [], number(row.measured)),
      cases: casesOf(cases.get(id) ?? []),
      provenance: {
        version: text(row.version),
        commit: row.commit === null ? null : text(row.commit),
        node: text(row.node),
        platform: text(row.platform),
        processor: text(row.processor),
        engine: text(row.engineDetail),
        host: text(row.host),
        completed: text(row.completed),
        attempts: number(row.attempts),
      },
    };
  });
}

function configOf(row: Row, source: string): RunRecord["config"] {
  const stored = parsedJson(text(row.config), source);
  const { training, ...rest } = parseWith(z.record(z.string(), z.unknown()), stored, source);
  const settings = parseWith(z.record(z.string(), z.unknown()), training, `${source}: training`);
  return parseStoredConfig({ ...rest, training: { ...settings, seed: row.seed } }, source);
}

function parsedJson(source: string, where: string): unknown {
  try {
    return parseJson(source);
  } catch (error) {
    throw new InputError(`${where}: its config is not valid JSON`, { cause: error });
  }
}

/** Numbers of sentences have 16 bits. */
const mostSentences = 2 ** 16;

/** The counts whose predicted entities are those of a column. Rows in which they are 0, as are gold ones, are of other rules. */
function countsOf(
  rows: readonly Row[],
  sentences: number,
  source: string,
): (predicted: string) => SentenceCounts {
  const fits =
    sentences >= 0 &&
    sentences <= mostSentences &&
    rows.every((row) => number(row.sentence) < sentences && number(row.length) <= lengthGroups.length);
  if (!fits)
    throw new InputError(`${source}: has rows of other sentences than its ${sentences}; make it again`);
  return (predicted) => {
    const own = rows.filter((row) => number(row.gold) + number(row[predicted]) > 0);
    const column = (name: string): number[] => own.map((row) => number(row[name]));
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
  const { epoch, loss, seconds } = row;
  const shown = {
    epoch: number(epoch),
    loss: number(loss),
    seconds: number(seconds),
    best: row.best === true,
  };
  if (f1 === null) return shown;
  return {
    ...shown,
    dev: { overall: { precision: number(precision), recall: number(recall), f1: number(f1) } },
  };
}

function measuresOf(rows: readonly Row[], sentences: number): Measures | null {
  if (!rows.length) return null;
  const column = (name: string, from: number): number[] => rows.slice(from).map((row) => number(row[name]));
  return {
    sentences,
    entropy: column("entropy", 1),
    contentEntropy: column("contentEntropy", 1),
    spanLengths: column("spanLength", 0),
    moves: column("move", 1),
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

function text(value: Row[string]): string {
  return String(value);
}

function number(value: Row[string]): number {
  return Number(value);
}
