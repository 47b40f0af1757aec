import type { PaperCorpus, PaperLengths } from "../../src/experiments/paper";
import { assertOptions, type Control, choice, pageControls } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { listNames } from "../shared/text";
import type { View, Widget, WidgetInstance } from "../shared/widget";
import {
  type Bar,
  behindOf,
  ofLength,
  type PackedScores,
  packRuns,
  pageCount,
  type ScoredRun,
  type State,
} from "./scores-data";
import { scoresFigure } from "./scores-figure";
import { scoresTable, scoresText } from "./scores-text";
import { listHeading, sentencesScene } from "./sentence-list";

const none = "none";

const scoresView: View<State, PackedScores> = {
  controls: (data, state) => [
    choice("marks", "marks", ["bars", "points"], state.marks),
    ...(data.paper
      ? [choice("paper", "paper's Table 5", ["off", ...Object.keys(data.paper)], state.paper)]
      : []),
    ...sentenceControls(data, state),
  ],
  change: (data, state, control, value) => {
    const bar = state.chosen ?? { run: runsWithSentences(data)[0] ?? 0, group: none };
    switch (control) {
      case "length":
        return choose(state, value === none ? null : { ...bar, group: String(value) });
      case "run":
        return choose(state, { ...bar, run: Number(value) });
      case "listed":
        return { ...state, listed: value as State["listed"], page: 0 };
      case "page":
        return { ...state, page: Number(value) - 1 };
      default:
        return control in state ? { ...state, [control]: value } : state;
    }
  },
  click: (data, state, value) => {
    const [run, group] = String(value).split(" ");
    const bar = { run: Number(run), group };
    if (!behindOf(data, bar)) return undefined;
    const again = state.chosen?.run === bar.run && state.chosen.group === group;
    return choose(state, again ? null : bar);
  },
};

function choose(state: State, bar: Bar | null): State {
  return { ...state, chosen: bar, page: 0 };
}

function sentenceControls(data: PackedScores, state: State): Control[] {
  const runs = runsWithSentences(data);
  if (!runs.length) return [];
  const { chosen, listed, page } = state;
  const groups = data.groups.map((group) => [group, ofLength(group)] as const);
  const group = chosen?.group ?? none;
  const length = choice("length", "sentences with entities", [none, ...groups], group, "vertical");
  if (!chosen) return [length];
  const runOptions = runs.map((run) => [String(run), data.runs[run].name] as const);
  return [
    length,
    ...(runs.length > 1 ? [choice("run", "run", runOptions, String(chosen.run))] : []),
    choice("listed", "list", [["wrong", "with errors"], "all"], listed),
    ...pageControls(page, pageCount(data, state)),
  ];
}

function runsWithSentences({ runs }: PackedScores): number[] {
  return runs.flatMap(({ behind }, run) => (behind ? [run] : []));
}

/** Precision, recall and F1 by entity length, and the sentences behind a bar. */
export const scoresByLengthWidget: Widget<PackedScores, State> = {
  kind: "scores-by-length",
  open: (packed) => packed,
  title: (data, state) => {
    const names = listNames(data.runs.map(({ name }) => name));
    const sentences = state.chosen ? `; ${listHeading(data, state, state.chosen)}` : "";
    return `Scores by entity length of ${names}${sentences}`;
  },
  build: (data, state, theme, available) => {
    const width = fittingWidth(available);
    return [
      { figure: scoresFigure(data, state, theme, width) },
      ...(state.chosen ? [{ scene: sentencesScene(data, state, state.chosen, theme, width) }] : []),
    ];
  },
  text: scoresText,
  table: scoresTable,
  view: scoresView,
};

export interface ScoresByLengthOptions {
  /** The values of the paper's Table 5, `paper.table5`; a control shows and hides them. */
  readonly paper?: PaperLengths;
  /** Corpus whose paper values are shown first. Default: none. */
  readonly overlay?: PaperCorpus;
  /** Whether the runs use the paper's corpus and encoder. Otherwise the paper's values carry a warning. Default false. */
  readonly comparable?: boolean;
  /** Bars from 0, or points in the range of the values. Default "bars". */
  readonly marks?: State["marks"];
  /** Length whose sentences of the first run are listed first, or "all". Default: none. */
  readonly length?: string;
  /** Number of sentences with errors, and of sentences without errors, to store for each bar. Default 30. */
  readonly sentences?: number;
}

/**
 * Precision, recall and F1 by entity length, with runs side by side. The results of `evaluateSentences` include intervals and the
 * sentences behind each bar.
 * @throws RangeError without runs, for a corpus or length without data, or for a negative number of sentences
 */
export function scoresByLength(
  runs: readonly ScoredRun[],
  options: ScoresByLengthOptions = {},
): WidgetInstance<PackedScores, State> {
  const { paper, overlay, comparable = false, marks = "bars", length, sentences = 30 } = options;
  if (!runs.length) throw new RangeError("runs: pass at least one run");
  if (!(Number.isInteger(sentences) && sentences >= 0))
    throw new RangeError(`sentences: ${sentences} must be a whole number, 0 or more`);
  const packed: PackedScores = { ...packRuns(runs, sentences), paper, comparable };
  if (overlay !== undefined && !paper?.[overlay]) {
    const choices = Object.keys(paper ?? {}).join(", ");
    throw new RangeError(`overlay: "${overlay}" is not one of the paper's corpora: ${choices}`);
  }
  assertOptions("marks", [marks], ["bars", "points"]);
  const { behind } = packed.runs[0];
  if (length !== undefined && !behind?.[length]) {
    const reason = behind
      ? `there are ${Object.keys(behind).join(", ")}`
      : "pass the run's `sentences`, as evaluateSentences returns them";
    throw new RangeError(`length: "${length}" has no sentences; ${reason}`);
  }
  const bar = length === undefined ? null : { run: 0, group: length };
  const state: State = { marks, paper: overlay ?? "off", chosen: bar, listed: "wrong", page: 0 };
  return { widget: scoresByLengthWidget, packed, state };
}

/** Shows {@link scoresByLength} in the running cell; outside a notebook, prints the text description. */
export async function showScoresByLength(
  runs: readonly ScoredRun[],
  options?: ScoresByLengthOptions,
): Promise<void> {
  await display(scoresByLength(runs, options));
}
