import type { Score } from "../../src/evaluation/score-types";
import { groupName, type Measure, measureNames, measures } from "../shared/scores";
import { pad, spanText, textWidth } from "../shared/text";
import type { DataTable } from "../shared/widget";
import {
  belongsTo,
  currentPage,
  isDefined,
  type MarkedSentence,
  type PackedScores,
  type State,
} from "./scores-data";
import { countsText, intervalText, paperName } from "./scores-figure";
import { listHeading, markLabel } from "./sentence-list";

/** One line per run and length, then the listed sentences. */
export function scoresText(data: PackedScores, state: State): string {
  const { runs, groups } = data;
  const paper = paperScores(data, state);
  const width = Math.max(0, ...[...runs, ...paper].map(({ name }) => textWidth(name)));
  const line = (name: string, group: string, rest: string): string =>
    `${pad(name, width)}  ${pad(groupName(group), 11)}  ${rest}`;
  const number = (measure: Measure, value: number | null): string =>
    `${measureNames[measure]} ${pad(value === null ? "-" : value.toFixed(2), 6, "right")}`;
  const ourLines = runs.flatMap((run) =>
    groups.map((group) => {
      const entry = run.groups[group];
      if (!entry) return line(run.name, group, "-");
      const { score, interval } = entry;
      const numbers = measures.map(
        (measure) => `${number(measure, definedValue(score, measure))}${intervalText(interval, measure)}`,
      );
      return line(run.name, group, `${numbers.join("  ")}  ${countsText(score)}`);
    }),
  );
  const paperLines = paper.map(({ name, group, score }) =>
    line(name, group, measures.map((measure) => number(measure, score[measure])).join("  ")),
  );
  return [...ourLines, ...paperLines, ...sentenceLines(data, state)].join("\n");
}

function sentenceLines(data: PackedScores, state: State): string[] {
  const { chosen } = state;
  if (!chosen) return [];
  const { sentences } = currentPage(data, state);
  const lines = sentences.map((sentence) => sentenceLine(sentence, chosen.group));
  return ["", listHeading(data, state, chosen), ...lines];
}

function sentenceLine({ tokens, entities }: MarkedSentence, group: string): string {
  const marks = entities
    .filter((entity) => belongsTo(entity, group))
    .map((entity) => `${markLabel(entity)}: "${spanText(tokens, entity)}"`);
  return `- ${spanText(tokens, { start: 0, end: tokens.length })}\n    ${marks.join("; ")}`;
}

/** One row per run and length, then the paper's rows if they are shown. */
export function scoresTable(data: PackedScores, state: State): DataTable {
  const ours = data.runs.flatMap((run) =>
    data.groups.flatMap((group) => {
      const entry = run.groups[group];
      return entry ? [{ name: run.name, group, ...entry }] : [];
    }),
  );
  const paper = paperScores(data, state);
  const withoutPaper = <Value>(values: readonly Value[]) => [...values, ...paper.map(() => null)];
  const columns: Record<string, (string | number | null)[]> = {
    run: [...ours, ...paper].map(({ name }) => name),
    length: [...ours, ...paper].map(({ group }) => group),
    gold: withoutPaper(ours.map(({ score }) => score.gold)),
    predicted: withoutPaper(ours.map(({ score }) => score.predicted)),
    correct: withoutPaper(ours.map(({ score }) => score.correct)),
  };
  for (const measure of measures) {
    columns[measure] = [
      ...ours.map(({ score }) => definedValue(score, measure)),
      ...paper.map(({ score }) => score[measure]),
    ];
    if (!data.bootstrap) continue;
    for (const end of ["low", "high"] as const)
      columns[`${measure}_${end}`] = withoutPaper(ours.map((row) => row.interval?.[measure]?.[end] ?? null));
  }
  const fractions = measures.flatMap((measure) => [measure, `${measure}_low`, `${measure}_high`]);
  return { name: "scores-by-length", columns, fractions };
}

/** The paper's scores by length; none unless they are shown. */
function paperScores(data: PackedScores, { paper }: State) {
  if (paper === "off") return [];
  const scores = data.paper?.[paper];
  const name = paperName(data, paper);
  return data.groups.flatMap((group) => {
    const score = scores?.[group as keyof typeof scores];
    return score ? [{ name, group, score }] : [];
  });
}

function definedValue(score: Score, measure: Measure): number | null {
  return isDefined(score, measure) ? score[measure] : null;
}
