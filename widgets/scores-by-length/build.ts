import type { Score, Scores } from "../../src/evaluation/types";
import { axis, type Figure, type FigurePart, layout, panelTitle, plain } from "../shared/figure";
import { pad } from "../shared/text";
import { light, seriesColor, type Theme } from "../shared/theme";

/** Scores of one model, under the name that it is shown by. */
export interface NamedScores {
  readonly name: string;
  readonly scores: Pick<Scores, "byLength" | "overall">;
}

const measures = ["precision", "recall", "f1"] as const;
const titles = { precision: "precision", recall: "recall", f1: "F1" };
const panels = [
  [0, 0.31],
  [0.345, 0.655],
  [0.69, 1],
] as const;

/** Precision, recall and F1 for each entity length in tokens, runs side by side; n is the number of gold entities. */
export function buildScoresByLength(runs: readonly NamedScores[], theme: Theme = light): Figure {
  const lengths = lengthsOf(runs);
  const gold = runs[0]?.scores.byLength ?? {};
  const ticks = lengths.map((length) => `${length}<br>n=${gold[length]?.gold ?? 0}`);
  const data = measures.flatMap((measure, panel) =>
    runs.map(({ name, scores }, run) => {
      const groups = lengths.map((length) => scores.byLength[length]);
      return {
        type: "bar",
        name,
        legendgroup: name,
        showlegend: panel === 0 && runs.length > 1,
        x: lengths.map((_, index) => index),
        y: groups.map((score) => score?.[measure] ?? 0),
        customdata: groups.map((score) => (score ? counts(score) : "")),
        xaxis: axisName("x", panel),
        yaxis: axisName("y", panel),
        marker: { color: seriesColor(theme, run) },
        hovertemplate: `${titles[measure]} %{y:.2f} %<br>%{customdata}<extra>${plain(name)}</extra>`,
      };
    }),
  );
  return { data, layout: layout(theme, 340, axes(ticks, theme)) };
}

function axes(ticks: readonly string[], theme: Theme): FigurePart {
  const parts: Record<string, unknown> = {
    barmode: "group",
    bargap: 0.25,
    annotations: measures.map((measure, panel) => panelTitle(titles[measure], mean(panels[panel]))),
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.28, yanchor: "top" },
    margin: { l: 50, r: 15, t: 40, b: 90 },
  };
  measures.forEach((_, panel) => {
    const suffix = panel ? String(panel + 1) : "";
    parts[`xaxis${suffix}`] = axis(theme, {
      domain: panels[panel],
      anchor: axisName("y", panel),
      tickvals: ticks.map((_, index) => index),
      ticktext: ticks,
      title: { text: "entity length in tokens" },
    });
    parts[`yaxis${suffix}`] = axis(theme, {
      anchor: axisName("x", panel),
      range: [0, 100],
      ticksuffix: panel ? "" : " %",
      showticklabels: panel === 0,
    });
  });
  return parts;
}

/** One line a run and length. */
export function scoresByLengthText(runs: readonly NamedScores[]): string {
  const rows = runs.flatMap(({ name, scores }) =>
    [
      ...lengthsOf(runs).map((length) => [length, scores.byLength[length]] as const),
      ["all", scores.overall] as const,
    ].map(
      ([length, score]) =>
        `${pad(name, Math.max(...runs.map((run) => run.name.length)))}  length ${pad(length, 3)}  ${score ? line(score) : "-"}`,
    ),
  );
  return rows.join("\n");
}

function line(score: Score): string {
  const numbers = measures.map(
    (measure) => `${titles[measure]} ${pad(score[measure].toFixed(2), 6, "right")}`,
  );
  return `${numbers.join("  ")}  ${counts(score)}`;
}

function counts({ gold, predicted, correct }: Score): string {
  return `${correct} right of ${predicted} predicted, ${gold} gold`;
}

function lengthsOf(runs: readonly NamedScores[]): string[] {
  return [...new Set(runs.flatMap(({ scores }) => Object.keys(scores.byLength)))];
}

function axisName(letter: "x" | "y", panel: number): string {
  return panel ? `${letter}${panel + 1}` : letter;
}

function mean([from, to]: readonly [number, number]): number {
  return (from + to) / 2;
}
