import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import { type SpuriousLength, spuriousLengths } from "../../evaluation";
import { type Row, rowsFromArrow, rowsToArrow } from "./columns";
import { type Rows, recordsOf, rowsOf, type TableName, tables } from "./rows";
import { scoresFrom } from "./sentence-counts";
import { isStore, runsOfStore } from "./store";
import { type Results, type RunRecord, type Scoring, usualScoring } from "./types";

export { type EpochRecord, type Results, type RunRecord, type Scoring, usualScoring } from "./types";

const names = Object.keys(tables) as TableName[];

/**
 * The complete runs of one or several folders: stores of runs (`pnr sweep`), or tables made of such (`pnr results --out`).
 * A run that is in several of them stands once.
 * @param scoring how stores are scored; tables stay as they were scored when they were made, but for the length of false
 * predictions, of which they hold all rules. Tables of earlier versions hold one, which is then taken where none is asked for.
 * @throws InputError for a folder that holds neither, files that are damaged, or results that were scored differently
 */
export function resultsOf(folders: string | readonly string[], scoring: Partial<Scoring> = {}): Results {
  const all = typeof folders === "string" ? [folders] : folders;
  const asked: Scoring = { ...usualScoring, ...scoring };
  const read = all.map((folder) => ({ folder, results: resultsIn(folder, asked) }));
  const spuriousLength = scoring.spuriousLength ?? commonRule(read.map(({ results }) => results));
  const wanted: Scoring = { ...asked, spuriousLength };
  for (const { folder, results } of read) {
    const { match, duplicates } = results.scoring;
    const isScored = match === wanted.match && duplicates === wanted.duplicates;
    if (isScored && results.runs.every(({ countsUnder }) => countsUnder[spuriousLength])) continue;
    throw new InputError(
      `${folder}: was scored with ${scoringText(results.scoring)}, not ${scoringText(wanted)}; score the store of runs instead`,
    );
  }
  const runs = new Map(
    read.flatMap(({ results }) =>
      results.runs.map((run) => {
        const counts = run.countsUnder[spuriousLength]!;
        return [run.id, { ...run, ...scoresFrom(counts), counts }] as const;
      }),
    ),
  );
  const notes = [...new Set(read.flatMap(({ results }) => results.notes))];
  return { runs: [...runs.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), scoring: wanted, notes };
}

/** The usual rule where all runs have its counts, else the first that they have. */
function commonRule(results: readonly Results[]): SpuriousLength {
  const runs = results.flatMap((one) => one.runs);
  const usual = usualScoring.spuriousLength;
  const rules = [usual, ...spuriousLengths.filter((rule) => rule !== usual)];
  return rules.find((rule) => runs.every(({ countsUnder }) => countsUnder[rule])) ?? usual;
}

/** "match exact, duplicates once, spuriousLength own" */
export function scoringText(scoring: Scoring): string {
  return Object.entries(scoring)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** The same for people who do not know the options. */
export function scoringWords({ match, duplicates, spuriousLength }: Scoring): string {
  return [
    match === "exact" ? "boundaries and type must match" : "boundaries must match, types need not",
    duplicates === "once"
      ? "proposals that agree are one prediction"
      : "of proposals that agree all but one are false predictions",
    `by length a false prediction counts for ${spuriousWords[spuriousLength]}`,
  ].join("; ");
}

const spuriousWords: Readonly<Record<SpuriousLength, string>> = {
  own: "its own",
  gold: "that of the gold entity that it shares most tokens with",
  released:
    "that of the gold entity of the largest IoU, and for none in a sentence without gold entities, as in the released code",
};

function resultsIn(folder: string, scoring: Scoring): Results {
  if (existsSync(join(folder, tableFile("runs")))) return resultsOfTables(folder);
  if (isStore(folder)) return { runs: runsOfStore(folder, scoring), scoring, notes: notesIn(folder) };
  throw new InputError(
    existsSync(folder)
      ? `${folder}: holds no results; make some with pnr sweep`
      : `${folder}: is not there; make results with pnr sweep`,
  );
}

function resultsOfTables(folder: string): Results {
  const read = names.map((name) => {
    const path = join(folder, tableFile(name));
    if (!existsSync(path)) throw new InputError(`${path}: is missing; make all tables again`);
    return [name, rowsFromArrow(readFileSync(path), tables[name], path)] as const;
  });
  const rows = Object.fromEntries(read.map(([name, { rows }]) => [name, rows])) as unknown as Rows;
  const path = join(folder, tableFile("runs"));
  const scoring = scoringOf(read[0][1].metadata.get("scoring"), path);
  const runs: RunRecord[] = recordsOf(rows, scoring.spuriousLength, path);
  return { runs, scoring, notes: notesIn(folder) };
}

const scoringSchema: z.ZodType<Scoring> = z.strictObject({
  match: z.enum(["exact", "boundary"]),
  duplicates: z.enum(["once", "each"]),
  spuriousLength: z.enum(spuriousLengths),
});

function scoringOf(text: string | undefined, path: string): Scoring {
  try {
    return scoringSchema.parse(JSON.parse(text ?? ""));
  } catch (error) {
    throw new InputError(`${path}: does not say how it was scored; make all tables again`, { cause: error });
  }
}

const notesFile = "notes.md";

/** Paragraphs, each on one line. */
function notesIn(folder: string): string[] {
  const path = join(folder, notesFile);
  if (!existsSync(path)) return [];
  const paragraphs = readFileSync(path, "utf8").split(/\n\s*\n/);
  return paragraphs.map((text) => text.trim().replace(/\s+/g, " ")).filter(Boolean);
}

/** Writes results as Arrow tables, a file each, and their notes; what `resultsOf` reads. The same results give the same bytes. */
export function writeResults(folder: string, { runs, scoring, notes }: Results): string[] {
  const rows = rowsOf(runs);
  const files = new Map<string, string | Uint8Array>(
    names.map((name) => [
      tableFile(name),
      rowsToArrow(rows[name], tables[name], { scoring: JSON.stringify(scoring) }),
    ]),
  );
  if (notes.length) files.set(notesFile, `${notes.join("\n\n")}\n`);
  return [...files].map(([name, content]) => {
    const path = join(folder, name);
    writeAtomic(path, content);
    return path;
  });
}

/** A table of results as records, as danfojs's `DataFrame` takes them. */
export function resultRows({ runs }: Results, table: TableName): readonly Row[] {
  return rowsOf(runs)[table];
}

function tableFile(name: TableName): string {
  return `${name}.arrow`;
}
