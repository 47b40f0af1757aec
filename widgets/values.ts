// What the library's values look like as the last value of a notebook's cell.
import type { Showing } from "../src/base/self-showing";
import type { CorpusProfile } from "../src/corpus/profile";
import type { Trace } from "../src/detector/trace-types";
import type { SweepResults } from "../src/experiments/sweep-types";
import { corpusProfile } from "./corpus-profile/corpus-profile";
import { type Evaluated, evaluation } from "./evaluation/evaluation";
import { scoresByLength } from "./scores-by-length/scores-by-length";
import type { ScoredRun } from "./scores-by-length/scores-data";
import { sentence } from "./sentence/sentence";
import type { AnnotatedSentence } from "./sentence/sentence-entities";
import { sentences } from "./sentence/sentences";
import { display } from "./shared/display";
import { sweepCurves } from "./sweep/sweep-curves";
import { sweepTable } from "./sweep/sweep-table";
import { table } from "./table/table";
import type { Rows } from "./table/table-grid";
import { trajectories } from "./trajectories/trajectories";

/** Key of the method that the library gives to its values (`src/base/self-showing.ts`). */
const showingKey = Symbol.for("pnr.showing");

/** The casts are safe: the library gives content of this type to this kind. */
const showers: Readonly<Record<Showing["kind"], (content: unknown) => Promise<void>>> = {
  sentences: (content) => {
    const list = content as readonly AnnotatedSentence[];
    return list.length === 1 ? display(sentence(list[0])) : display(sentences(list));
  },
  corpus: (content) => display(corpusProfile(content as CorpusProfile)),
  evaluation: (content) => display(evaluation(content as Evaluated)),
  trace: (content) => display(trajectories(content as Trace)),
  lengths: (content) => display(scoresByLength(content as readonly ScoredRun[])),
  sweep: (content) => {
    const results = content as SweepResults;
    const isCurve = results.settings.every(({ value }) => value !== undefined);
    return isCurve ? display(sweepCurves(results)) : display(sweepTable(results));
  },
  table: (content) => {
    const { caption, rows } = content as { caption: string; rows: Rows };
    return display(table(rows, { caption }));
  },
};

/**
 * Shows a value of the library in the running cell as if it were the cell's last value: predictions, a sentence, a corpus, an
 * evaluation, a trace, a config, a detector, a result of training.
 * @returns false for any other value, which is not shown
 */
export async function showValue(value: unknown): Promise<boolean> {
  const describe = isObject(value) ? value[showingKey] : undefined;
  if (typeof describe !== "function") return false;
  const { kind, content } = describe.call(value) as Showing;
  await showers[kind](content());
  return true;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
