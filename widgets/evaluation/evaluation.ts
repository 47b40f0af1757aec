import type { Score, Scores } from "../../src/evaluation/score-types";
import { scoresByLength, scoresByLengthWidget } from "../scores-by-length/scores-by-length";
import type { PackedScores, ScoredRun, State } from "../scores-by-length/scores-data";
import { display } from "../shared/display";
import { type Grid, gridToText } from "../shared/grid";
import { groupName } from "../shared/scores";
import type { Widget, WidgetInstance } from "../shared/widget";

/** The scores of a model, with more of them if the result of `evaluateSentences` is passed. */
export type Evaluated = { readonly scores: Scores } & Pick<ScoredRun, "intervals" | "sentences">;

interface PackedEvaluation extends PackedScores {
  /** Scores by the names of groups. */
  readonly table: readonly (readonly [group: string, score: Score])[];
}

/** Scores of all groups as a table, then those by entity length as bars, with the sentences behind each bar. */
export const evaluationWidget: Widget<PackedEvaluation, State> = {
  ...scoresByLengthWidget,
  kind: "evaluation",
  open: (packed) => packed,
  retrace: undefined,
  title: ({ table: [[, { f1, gold }]] }) => `F1 ${f1.toFixed(2)} on ${gold} gold entities`,
  build: (data, state, theme, width) => [
    { grid: gridOf(data) },
    ...scoresByLengthWidget.build(data, state, theme, width),
  ],
  text: (data) => gridToText(gridOf(data)),
  table: ({ table }) => ({
    name: "evaluation",
    columns: {
      group: table.map(([group]) => group),
      ...Object.fromEntries(measures.map((name) => [name, table.map(([, score]) => score[name])])),
    },
    fractions: ["precision", "recall", "f1"],
  }),
};

const measures = ["precision", "recall", "f1", "gold", "predicted", "correct"] as const;

function gridOf({ table, bootstrap }: PackedEvaluation): Grid {
  const heads = ["", "precision", "recall", "F1", "gold", "predicted", "correct"];
  return {
    caption: `Scores in percent, by exact match of span and type${bootstrap ? "; error bars: 95 % bootstrap intervals over sentences" : ""}`,
    head: [heads.map((text) => ({ text }))],
    rows: table.map(([group, score], index) => [
      { text: group, bold: index === 0 },
      ...measures.map((name) => ({
        text: ["precision", "recall", "f1"].includes(name) ? score[name].toFixed(2) : String(score[name]),
        bold: index === 0,
      })),
    ]),
    align: heads.map((_, column) => (column === 0 ? "left" : "right")),
  };
}

/** A model's scores: a table by length, nesting and type, and bars by length. */
export function evaluation({
  scores,
  intervals,
  sentences,
}: Evaluated): WidgetInstance<PackedEvaluation, State> {
  const { packed, state } = scoresByLength([{ name: "model", scores, intervals, sentences }]);
  const groups = (of: Readonly<Record<string, Score>>, nameOf = (name: string) => name) =>
    Object.entries(of).map(([name, score]) => [nameOf(name), score] as const);
  const table = [
    ["all", scores.overall] as const,
    ...groups(scores.byLength, groupName),
    ...groups(scores.byNesting),
    ...groups(scores.byType),
  ];
  return { widget: evaluationWidget, packed: { ...packed, table }, state };
}

/** Shows {@link evaluation} in the running cell; outside a notebook, prints its text description. */
export async function showEvaluation(evaluated: Evaluated): Promise<void> {
  await display(evaluation(evaluated));
}
