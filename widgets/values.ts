// The display of the library's values as the last value of a notebook's cell.
import type { Showing, ShowingRenderer } from "../src/base/self-showing";
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
import type { WidgetInstance } from "./shared/widget";
import { sweepCurves } from "./sweep/sweep-curves";
import { sweepTable } from "./sweep/sweep-table";
import { table } from "./table/table";
import type { Rows } from "./table/table-grid";
import { trajectories } from "./trajectories/trajectories";

/** Keys that the library's values use (`src/base/self-showing.ts`). */
const showingKey = Symbol.for("pnr.showing");
const rendererKey = Symbol.for("pnr.renderer");

/** What to do with a widget. */
type Use<Result> = <Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
) => Promise<Result>;

/** The casts are safe: the library gives content of this type to this kind. */
const widgets: Readonly<
  Record<Showing["kind"], <Result>(content: unknown, use: Use<Result>) => Promise<Result>>
> = {
  sentences: (content, use) => {
    const list = content as readonly AnnotatedSentence[];
    return list.length === 1 ? use(sentence(list[0])) : use(sentences(list));
  },
  corpus: (content, use) => use(corpusProfile(content as CorpusProfile)),
  evaluation: (content, use) => use(evaluation(content as Evaluated)),
  trace: (content, use) => use(trajectories(content as Trace)),
  lengths: (content, use) => use(scoresByLength(content as readonly ScoredRun[])),
  sweep: (content, use) => {
    const results = content as SweepResults;
    const isCurve = results.settings.every(({ value }) => value !== undefined);
    if (isCurve) return use(sweepCurves(results));
    const isComparison = results.settings.length > 1;
    return use(sweepTable(results, isComparison ? { measures: ["f1"] } : {}));
  },
  table: (content, use) => {
    const { caption, rows } = content as { caption: string; rows: Rows };
    return use(table(rows, { caption }));
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
  await widgets[kind](content(), (instance) => display(instance));
  return true;
}

/** Lets values show themselves in other kernels, which call their method of the standard protocol. */
const render: ShowingRenderer = async ({ kind, content }) => {
  const { standaloneBundle } = await import("./shared/cell.js");
  return widgets[kind](content(), standaloneBundle);
};
Object.assign(globalThis, { [rendererKey]: render });

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
