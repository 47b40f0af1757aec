import type { Corpus } from "../../corpus";
import type { Analysis } from "../analysis/analyze";
import type { ResultCell } from "../analysis/cells";
import { signed } from "../analysis/format";
import {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  lengthRows,
  measureRows,
  type TextRow,
} from "../analysis/table-rows";
import { cellsIn, lengthScores, runCells, sweepResults, trainingSeries } from "../analysis/views";
import { type PlanName, planNamed, plans } from "../plans";
import { caseStudy } from "./case-study";
import { splitRows } from "./report-corpora";
import { type Block, paragraph, type Section, table } from "./report-types";

/** The sections of a scale, in the paper's order, without plans that were not run. */
export function sectionsOf(analysis: Analysis, corpora: readonly Corpus[]): Section[] {
  return [
    ...conclusions(analysis),
    statistics(analysis, corpora),
    ...(["table2", "table3", "table4"] as const).flatMap((plan) => scores(analysis, plan)),
    ...lengths(analysis),
    ...scores(analysis, "table6", comparisons(analysis, "table6")),
    ...scores(analysis, "table7", trainingCharts(analysis, "table7")),
    ...scores(analysis, "figure5", sweepChart(analysis, "figure5")),
    ...scores(analysis, "figure6", sweepChart(analysis, "figure6")),
    ...caseStudy(analysis, corpora),
    ...measures(analysis),
    ...selection(analysis),
    ...differences(analysis),
    ...missing(analysis),
  ];
}

/** Whether a plan has runs on some corpus, besides those of the main model, which all tables share. */
function wasRun(analysis: Analysis, plan: PlanName): boolean {
  const cells = runCells(analysis, plan);
  const least = Math.min(2, planNamed(plan).settings.length);
  return cells.some(({ corpus }) => cells.filter((cell) => cell.corpus === corpus).length >= least);
}

/** Lists the paper's plans without runs. */
function missing(analysis: Analysis): Section[] {
  const titles = plans
    .filter(({ name, settings }) => settings.length && cellsIn(analysis, name).length)
    .filter(({ name }) => !wasRun(analysis, name))
    .map(({ title }) => title);
  return titles.length
    ? [{ title: "Not run", blocks: [paragraph(`There are no runs for: ${titles.join("; ")}.`)] }]
    : [];
}

function conclusions(analysis: Analysis): Section[] {
  const all = conclusionRows(analysis);
  const rows = all.filter((row) => row["our runs"] !== "not run");
  if (!rows.length) return [];
  const count = (judgement: string): number => rows.filter((row) => row["our runs"] === judgement).length;
  const missing = all.length - rows.length;
  const text = `Of ${rows.length} statements our runs support ${count("supported")}, contradict ${count("contradicted")} and leave ${count("undecided")} undecided${missing ? `; for ${missing} others the runs are missing` : ""}. We decide a statement only with at least 3 seeds, if 0 is outside the 95 % interval or p is below 0.05 after correction. Each statement is tested separately, so chance alone would decide about one of twenty.`;
  return [
    {
      title: "What the paper concludes, and what our runs say",
      blocks: [paragraph(text), table("conclusions", "Statements of §4.4 and §4.5, in our words.", rows)],
    },
  ];
}

function statistics(analysis: Analysis, corpora: readonly Corpus[]): Section {
  const { title } = planNamed("table1");
  const rows = splitRows(analysis, corpora);
  return { title, blocks: rows.length ? [table("table1", `${title}, ours and the paper's.`, rows)] : [] };
}

function scores(analysis: Analysis, plan: PlanName, more: readonly Block[] = []): Section[] {
  if (!wasRun(analysis, plan)) return [];
  const rows = cellRows(analysis, plan);
  const hasPaper = cellsIn(analysis, plan).some(({ paper }) => paper);
  const { title } = planNamed(plan);
  const caption = `${title}. F1: mean ± standard deviation over the seeds (their number). Interval: of that mean, bootstrap over the sentences.${hasPaper ? "" : " The paper prints no values for this."}`;
  return [{ title, blocks: [table(plan, caption, hasPaper ? rows : rows.map(withoutPaper)), ...more] }];
}

function withoutPaper({ "paper F1": _, difference, verdict, ...row }: TextRow): TextRow {
  return row;
}

function lengths(analysis: Analysis): Section[] {
  const { title } = planNamed("table5");
  const runs = lengthScores(analysis);
  const rows = lengthRows(analysis);
  if (!runs.length) return [];
  const caption =
    "Precision, recall and F1 by entity length: mean over the seeds, with its bootstrap interval.";
  return [
    {
      title,
      blocks: [
        table("table5", `${title}. Gold: scored gold entities.`, rows),
        { kind: "chart", chart: { kind: "lengths", name: "table5", caption, runs } },
      ],
    },
  ];
}

function comparisons(analysis: Analysis, plan: PlanName): Block[] {
  const rows = comparisonRows(analysis, plan);
  const [first] = planNamed(plan).settings;
  const caption = `Each compared with “${first.label}”: paired bootstrap over sentences and seeds; p by Holm is corrected for all settings on a corpus.`;
  return rows.length ? [table(`${plan}-comparisons`, caption, rows)] : [];
}

/** Has its own section, because no other table has scores of epochs that test chose. */
function selection(analysis: Analysis): Section[] {
  const comparison = analysis.comparisons.filter(({ plan }) => plan === "selection");
  const text = comparison.map(({ corpus, contrast: { estimate, low, high, seeds } }) => {
    const [onDev, onTest] = cellsIn(analysis, "selection").filter((cell) => cell.corpus === corpus);
    const epoch = ({ runs }: ResultCell, seed: number) => runs.find((run) => run.seed === seed)?.bestEpoch;
    const equal = seeds.filter((seed) => epoch(onDev, seed) === epoch(onTest, seed)).length;
    return `On ${corpus.name} this changes F1 by ${signed(estimate)} (95 %: ${signed(low)} to ${signed(high)}); for ${equal} of ${seeds.length} seeds test chose the same epoch as dev.`;
  });
  const what =
    "The released code chooses the epoch by the split that it then reports. How much does that inflate the scores?";
  const blocks = comparisons(analysis, "selection");
  return scores(analysis, "selection", [paragraph([what, ...text].join(" ")), ...blocks]);
}

function differences(analysis: Analysis): Section[] {
  const what =
    "Each difference between the released code and the paper alone, then all of them; docs/paper-and-code.md explains them.";
  return scores(analysis, "differences", [paragraph(what), ...comparisons(analysis, "differences")]);
}

function trainingCharts(analysis: Analysis, plan: PlanName): Block[] {
  const { title } = planNamed(plan);
  const caption = `${title}: loss and scores on dev, each epoch the mean over the seeds.`;
  const runs = trainingSeries(analysis, plan);
  return [
    { kind: "chart", chart: { kind: "training", name: `${plan}-training`, caption, runs } },
    table(
      `${plan}-epochs`,
      `${title}: F1 on dev after each epoch, the mean over the seeds.`,
      convergenceRows(analysis, plan),
    ),
  ];
}

function sweepChart(analysis: Analysis, plan: PlanName): Block[] {
  const results = sweepResults(analysis, plan);
  const caption = `${planNamed(plan).title}: F1 by entity length, the highest point of each line marked.`;
  return [{ kind: "chart", chart: { kind: "sweep curves", name: plan, caption, results } }];
}

function measures(analysis: Analysis): Section[] {
  const plansWithRuns = (["table6", "table7"] as const).filter((plan) => wasRun(analysis, plan));
  const blocks = plansWithRuns.flatMap((plan): Block[] => {
    const rows = measureRows(analysis, plan);
    const caption = `${planNamed(plan).title}: attention and proposals of the trained models. Mean over the seeds ± half its 95 % interval by Student's t.`;
    return rows.length ? [table(`${plan}-measures`, caption, rows)] : [];
  });
  const text =
    "Entropy of the attention weights: mean over layers, heads and proposals, as a share of log L; 1 is uniform attention. Without its prior: Softmax(content) of the same model. The length of a proposal is end − start + 1 (Eq. 9); layers move it (Eq. 16).";
  return blocks.length ? [{ title: "Attention and proposals", blocks: [paragraph(text), ...blocks] }] : [];
}
