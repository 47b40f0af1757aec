import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import { type SpuriousLength, sameTypeInners, spuriousLengths } from "../../evaluation";
import { runIdsIn } from "../run/run-state";
import { type ReadRows, type Row, rowsFromArrow, rowsToArrow } from "./arrow-rows";
import { predictionsFromArrow, predictionsToArrow } from "./prediction-table";
import { countsOfSentences } from "./rescore";
import { type Results, type RunRecord, type Scoring, usualScoring } from "./run-record";
import { type SentenceCounts, scoresFrom } from "./sentence-counts";
import { runsOfStore } from "./store";
import {
  laterTables,
  predictionTables,
  type Rows,
  recordsOf,
  rowsOf,
  type TableName,
  tables,
} from "./tables";

export { type EpochRecord, type Results, type RunRecord, type Scoring, usualScoring } from "./run-record";

const names = Object.keys(tables) as TableName[];

/**
 * Reads the complete runs of folders: stores (`pnr sweep`), or tables made from them (`pnr results --out`). A run in several
 * folders is listed once.
 * @param scoring rules. Tables of earlier versions hold counts instead of predictions: they keep the rules with which they were
 *   written, except the length of false predictions if they have the counts of all its rules. The oldest hold one rule, which is
 *   the default then
 * @throws InputError for a folder without results, damaged files, or results that were scored differently
 */
export function resultsOf(folders: string | readonly string[], scoring: Partial<Scoring> = {}): Results {
  const all = typeof folders === "string" ? [folders] : folders;
  const defaults: Scoring = { ...usualScoring, ...scoring };
  const read = all.map((folder) => ({ folder, results: resultsIn(folder, defaults) }));
  const spuriousLength = scoring.spuriousLength ?? commonRule(read.map(({ results }) => results));
  const rules: Scoring = { ...defaults, spuriousLength };
  const runs = new Map(
    read.flatMap(({ folder, results }) =>
      results.runs.map((run) => {
        const counts = countsUnder(run, results.scoring, rules);
        if (counts) return [run.id, { ...run, ...scoresFrom(counts), counts }] as const;
        throw new InputError(
          `${folder}: was scored with ${scoringText(results.scoring)}, not ${scoringText(rules)}; score the store of runs instead`,
        );
      }),
    ),
  );
  const notes = [...new Set(read.flatMap(({ results }) => results.notes))];
  return { runs: [...runs.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), scoring: rules, notes };
}

/** The counts of a run under other rules than those it was read with; `undefined` if they are not known. */
function countsUnder(run: RunRecord, from: Scoring, to: Scoring): SentenceCounts | undefined {
  if (scoringText(from) === scoringText(to)) return run.counts;
  if (run.predictions) return countsOfSentences(run.predictions, to);
  const isSameOtherwise = scoringText({ ...from, spuriousLength: to.spuriousLength }) === scoringText(to);
  return isSameOtherwise ? run.countsUnder[to.spuriousLength] : undefined;
}

/** The usual rule if all runs have its counts, else the first rule that they all have. */
function commonRule(results: readonly Results[]): SpuriousLength {
  const runsWithCounts = results.flatMap(({ runs }) => runs.filter(({ predictions }) => !predictions));
  const usual = usualScoring.spuriousLength;
  const rules = [usual, ...spuriousLengths.filter((rule) => rule !== usual)];
  return rules.find((rule) => runsWithCounts.every((run) => run.countsUnder[rule])) ?? usual;
}

/** "match exact, duplicates once, spuriousLength own" */
export function scoringText(scoring: Scoring): string {
  return Object.entries(scoring)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Describes the rules for readers who do not know the options. */
export function scoringDescription({
  match,
  duplicates,
  spuriousLength,
  sameTypeInner,
  sentences,
}: Scoring): string {
  return [
    match === "exact" ? "boundaries and type must match" : "boundaries must match, types need not",
    duplicates === "once"
      ? "duplicate proposals are one prediction"
      : "all but one of duplicate proposals are false predictions",
    `by length a false prediction counts for ${spuriousDescriptions[spuriousLength]}`,
    ...(sameTypeInner === "ignored"
      ? ["gold entities within another of the same type do not count, and neither do predictions of them"]
      : []),
    ...(sentences === "unseen" ? ["sentences that also occur in training are left out"] : []),
  ].join("; ");
}

const spuriousDescriptions: Readonly<Record<SpuriousLength, string>> = {
  own: "its own length",
  gold: "the length of the gold entity that it shares most tokens with",
  released:
    "the length of the gold entity with the largest IoU, and for none in a sentence without gold entities, as in the released code",
};

function resultsIn(folder: string, scoring: Scoring): Results {
  if (existsSync(join(folder, tableFile("runs")))) return resultsOfTables(folder);
  if (runIdsIn(folder).length) return { runs: runsOfStore(folder, scoring), scoring, notes: notesIn(folder) };
  throw new InputError(
    existsSync(folder)
      ? `${folder}: holds no results; compute some with pnr sweep`
      : `${folder}: does not exist; compute results with pnr sweep`,
  );
}

function resultsOfTables(folder: string): Results {
  const missing = names.filter((name) => !existsSync(join(folder, tableFile(name))));
  const assertPresent = (required: readonly TableName[]): void => {
    const name = missing.find((one) => required.includes(one));
    if (name) throw new InputError(`${join(folder, tableFile(name))}: is missing; write all tables again`);
  };
  assertPresent(names.filter((name) => !laterTables.includes(name)));
  const read = names.map((name) => {
    const path = join(folder, tableFile(name));
    return [name, missing.includes(name) ? noRows : decode(name, readFileSync(path), path)] as const;
  });
  const rows = Object.fromEntries(read.map(([name, { rows }]) => [name, rows])) as unknown as Rows;
  if (rows.runs.some(({ scoredSet }) => scoredSet !== null)) assertPresent(predictionTables);
  const path = join(folder, tableFile("runs"));
  const scoring = scoringOf(read[0][1].metadata.get("scoring"), path);
  return { runs: recordsOf(rows, scoring, path), scoring, notes: notesIn(folder) };
}

const noRows: ReadRows = { rows: [], metadata: new Map() };

/** Tables of earlier versions lack the last two rules. */
const scoringSchema: z.ZodType<Scoring> = z.strictObject({
  match: z.enum(["exact", "boundary"]),
  duplicates: z.enum(["once", "each"]),
  spuriousLength: z.enum(spuriousLengths),
  sameTypeInner: z.enum(sameTypeInners).default(usualScoring.sameTypeInner),
  sentences: z.enum(["all", "unseen"]).default(usualScoring.sentences),
});

function scoringOf(text: string | undefined, path: string): Scoring {
  try {
    return scoringSchema.parse(JSON.parse(text ?? ""));
  } catch (error) {
    throw new InputError(`${path}: does not say how it was scored; write all tables again`, { cause: error });
  }
}

const notesFile = "notes.md";

/** The paragraphs, each on one line. */
function notesIn(folder: string): string[] {
  const path = join(folder, notesFile);
  if (!existsSync(path)) return [];
  const paragraphs = readFileSync(path, "utf8").split(/\n\s*\n/);
  return paragraphs.map((text) => text.trim().replace(/\s+/g, " ")).filter(Boolean);
}

/** Writes results as Arrow files, one per table, and their notes, for `resultsOf`. The same results give the same bytes. */
export function writeResults(folder: string, { runs, scoring, notes }: Results): string[] {
  const rows = rowsOf(runs);
  const files = new Map<string, string | Uint8Array>(
    names.map((name) => [tableFile(name), encode(name, rows[name], { scoring: JSON.stringify(scoring) })]),
  );
  if (notes.length) files.set(notesFile, `${notes.join("\n\n")}\n`);
  return [...files].map(([name, content]) => {
    const path = join(folder, name);
    writeAtomic(path, content);
    return path;
  });
}

function encode(
  name: TableName,
  rows: readonly Row[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return name === "predictions"
    ? predictionsToArrow(rows, metadata)
    : rowsToArrow(rows, tables[name], metadata);
}

function decode(name: TableName, bytes: Uint8Array, file: string): ReadRows {
  return name === "predictions"
    ? predictionsFromArrow(bytes, file)
    : rowsFromArrow(bytes, tables[name], file);
}

/** A table of results as records, for danfojs's `DataFrame`. */
export function resultRows({ runs }: Results, table: TableName): readonly Row[] {
  return rowsOf(runs)[table];
}

function tableFile(name: TableName): string {
  return `${name}.arrow`;
}
