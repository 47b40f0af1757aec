import type { Score } from "../../src/evaluation/score-types";
import { words } from "../shared/span-plane";
import { pad, textWidth } from "../shared/text";
import type { DataTable } from "../shared/widget";
import { counts, type MarkedSentence, type PackedScores } from "./data";
import { between, counted, paperName } from "./figure";
import { defined, groupName, type Measure, measures, titles } from "./measures";
import { heading, markLabel } from "./sentences";
import { listed, perPage, type State } from "./state";

/** One line a run and length; then the listed sentences. */
export function scoresText(data: PackedScores, state: State): string {
  const { runs, groups } = data;
  const names = [...runs.map(({ name }) => name), ...paperNames(data, state)];
  const width = Math.max(...names.map(textWidth), 0);
  const head = (name: string, group: string): string => `${pad(name, width)}  ${pad(groupName(group), 11)}`;
  const lines = runs.flatMap((run) =>
    groups.map((group) => {
      const known = run.groups[group];
      if (!known) return `${head(run.name, group)}  -`;
      const numbers = measures.map(
        (measure) =>
          `${titles[measure]} ${pad(decimals(scoreOf(known.score, measure)), 6, "right")}${between(known.interval, measure)}`,
      );
      return `${head(run.name, group)}  ${numbers.join("  ")}  ${counted(known.score)}`;
    }),
  );
  const paper = paperRows(data, state).map(({ group, score }) => {
    const numbers = measures.map(
      (measure) => `${titles[measure]} ${pad(decimals(score[measure]), 6, "right")}`,
    );
    return `${head(names[runs.length], group)}  ${numbers.join("  ")}`;
  });
  return [...lines, ...paper, ...sentenceLines(data, state)].join("\n");
}

function sentenceLines(data: PackedScores, state: State): string[] {
  const { chosen, page } = state;
  if (!chosen) return [];
  const places = listed(data, state).slice(page * perPage, (page + 1) * perPage);
  const sentences = places.map((place) => data.runs[chosen.run].sentences[place]);
  return [
    "",
    heading(data, state, chosen),
    ...sentences.map((sentence) => sentenceLine(sentence, chosen.group)),
  ];
}

function sentenceLine({ tokens, entities }: MarkedSentence, group: string): string {
  const shown = entities.filter((entity) => counts(entity, group));
  const marks = shown.map((entity) => `${markLabel(entity)}: "${words(tokens, entity)}"`);
  return `- ${words(tokens, { start: 0, end: tokens.length })}\n    ${marks.join("; ")}`;
}

/** A row a run and length, and the paper's rows where they are shown. */
export function scoresTable(data: PackedScores, state: State): DataTable {
  const rows = data.runs.flatMap((run) =>
    data.groups.flatMap((group) => {
      const known = run.groups[group];
      return known ? [{ run: run.name, length: group, ...known }] : [];
    }),
  );
  const [paper] = paperNames(data, state);
  const printed = paperRows(data, state);
  const count = (name: "gold" | "predicted" | "correct") => [
    ...rows.map(({ score }) => score[name]),
    ...printed.map(() => null),
  ];
  const columns: Record<string, (string | number | null)[]> = {
    run: [...rows.map(({ run }) => run), ...printed.map(() => paper)],
    length: [...rows, ...printed.map(({ group }) => ({ length: group }))].map(({ length }) => length),
    gold: count("gold"),
    predicted: count("predicted"),
    correct: count("correct"),
  };
  for (const measure of measures) {
    columns[measure] = [
      ...rows.map(({ score }) => scoreOf(score, measure)),
      ...printed.map(({ score }) => score[measure]),
    ];
    if (!data.bootstrap) continue;
    for (const end of ["low", "high"] as const) {
      columns[`${measure}_${end}`] = [
        ...rows.map(({ interval }) => interval?.[measure]?.[end] ?? null),
        ...printed.map(() => null),
      ];
    }
  }
  const fractions = measures.flatMap((measure) => [measure, `${measure}_low`, `${measure}_high`]);
  return { name: "scores-by-length", columns, fractions };
}

function paperNames(data: PackedScores, { paper }: State): string[] {
  return paper === "off" ? [] : [paperName(data, paper)];
}

function paperRows({ paper: values, groups }: PackedScores, { paper }: State) {
  const printed = paper === "off" ? undefined : values?.[paper];
  return groups.flatMap((group) => {
    const score = printed?.[group as keyof typeof printed];
    return score ? [{ group, score }] : [];
  });
}

function decimals(value: number | null): string {
  return value === null ? "-" : value.toFixed(2);
}

function scoreOf(score: Score, measure: Measure): number | null {
  return defined(score, measure) ? score[measure] : null;
}
