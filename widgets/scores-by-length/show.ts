import type { PaperCorpus, PaperLengths } from "../../src/experiments/paper";
import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import { type PackedScores, packRuns, type ScoredRun } from "./data";
import type { State } from "./state";
import { scoresByLengthWidget } from "./widget";

export interface ScoresByLengthOptions {
  /** The values of the paper's Table 5, `paper.table5`; they stand beside by a control. */
  readonly paper?: PaperLengths;
  /** Corpus whose values of the paper are shown first; default none. */
  readonly overlay?: PaperCorpus;
  /** Whether the runs stand on the paper's ground: its corpus, its encoder. Else its values are marked. Default false. */
  readonly comparable?: boolean;
  /** Bars from 0, or points in the range that they take. Default "bars". */
  readonly marks?: State["marks"];
  /** Length whose sentences of the first run are listed first, or "all"; default none. */
  readonly length?: string;
  /** Sentences kept behind each bar, of those with errors and of those without. Default 30. */
  readonly sentences?: number;
}

/**
 * Precision, recall and F1 for each entity length, runs side by side; what `evaluateSentences` gives brings intervals and
 * the sentences behind each bar.
 * @throws RangeError for no run, a corpus or a length that is not there, or a number of sentences below 0
 */
export function scoresByLength(
  runs: readonly ScoredRun[],
  options: ScoresByLengthOptions = {},
): Shown<PackedScores, State> {
  const { paper, overlay, comparable = false, marks = "bars", length, sentences = 30 } = options;
  if (!runs.length) throw new RangeError("runs: there is none to show");
  if (!(Number.isInteger(sentences) && sentences >= 0)) {
    throw new RangeError(`sentences: ${sentences} is not a whole number from 0`);
  }
  const packed: PackedScores = { ...packRuns(runs, sentences), paper, comparable };
  if (overlay !== undefined && !paper?.[overlay]) {
    throw new RangeError(
      `overlay: "${overlay}" is not among the paper's corpora: ${Object.keys(paper ?? {}).join(", ")}`,
    );
  }
  if (!["bars", "points"].includes(marks))
    throw new RangeError(`marks: "${marks}" is neither "bars" nor "points"`);
  if (length !== undefined && !packed.runs[0].behind?.[length]) {
    const known = Object.keys(packed.runs[0].behind ?? {}).join(", ");
    throw new RangeError(
      `length: "${length}" has no sentences; known are: ${known || "none, as the run came without"}`,
    );
  }
  const chosen = length === undefined ? null : { run: 0, group: length };
  const state: State = { marks, paper: overlay ?? "off", chosen, listed: "wrong", page: 0 };
  return { widget: scoresByLengthWidget, packed, state };
}

/** Shows {@link scoresByLength} in the running cell; outside a notebook, prints it. */
export async function showScoresByLength(
  runs: readonly ScoredRun[],
  options?: ScoresByLengthOptions,
): Promise<void> {
  await display(scoresByLength(runs, options));
}
