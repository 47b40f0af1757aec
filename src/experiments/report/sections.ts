import type { Corpus } from "../../corpus";
import { signed } from "../analysis/findings";
import {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  lengthRows,
  measureRows,
  type TextRow,
} from "../analysis/rows";
import type { Analysis } from "../analysis/types";
import { cellsIn, lengthScores, sweepResults, trainingSeries } from "../analysis/views";
import { type PlanName, plans, plansNamed } from "../plans";
import { chart, paragraph, table } from "./blocks";
import { cases } from "./cases";
import { corpusRows } from "./corpora";
import type { Block, Section } from "./types";

/** What the runs of one scale say, in the paper's order; nothing of plans that were not run. */
export function sectionsOf(analysis: Analysis, corpora: readonly Corpus[]): Section[] {
  return [
    ...conclusions(analysis),
    statistics(analysis, corpora),
    ...(["table2", "table3", "table4"] as const).flatMap((plan) => scores(analysis, plan)),
    ...lengths(analysis),
    ...scores(analysis, "table6", comparisons(analysis, "table6")),
    ...scores(analysis, "table7", charts("training", analysis, "table7")),
    ...scores(analysis, "figure5", charts("sweep curves", analysis, "figure5")),
    ...scores(analysis, "figure6", charts("sweep curves", analysis, "figure6")),
    ...cases(analysis, corpora),
    ...measures(analysis),
    ...selection(analysis),
    ...differences(analysis),
    ...missing(analysis),
  ];
}

/** Whether on some corpus more of a plan was run than the main model, which is every table's. */
function wasRun(analysis: Analysis, plan: PlanName): boolean {
  const cells = cellsIn(analysis, plan).filter(({ runs }) => runs.length);
  const least = Math.min(2, plansNamed([plan])[0].settings.length);
  return cells.some(({ corpus }) => cells.filter((cell) => cell.corpus === corpus).length >= least);
}

/** What there are no runs of, so that nobody looks for it. */
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
  const lacking = all.length - rows.length;
  const text = `Of ${rows.length} statements our runs support ${count("supported")}, contradict ${count("contradicted")} and leave ${count("undecided")} undecided${lacking ? `; for ${lacking} more the runs are missing` : ""}. A statement is supported or contradicted only where the 95 % interval, or p below 0.05 after correction, says so, and with at least 3 seeds. Each is tested for itself: of twenty that say nothing true, about one would still be decided by chance.`;
  return [
    {
      title: "What the paper concludes, and what our runs say",
      blocks: [paragraph(text), table("conclusions", "Statements of §4.4 and §4.5, in our words.", rows)],
    },
  ];
}

function statistics(analysis: Analysis, corpora: readonly Corpus[]): Section {
  const [{ title }] = plansNamed(["table1"]);
  const rows = corpusRows(analysis, corpora);
  return { title, blocks: rows.length ? [table("table1", `${title}, ours beside the paper's.`, rows)] : [] };
}

function scores(analysis: Analysis, plan: PlanName, more: readonly Block[] = []): Section[] {
  if (!wasRun(analysis, plan)) return [];
  const cells = cellRows(analysis, plan);
  const printed = cellsIn(analysis, plan).some(({ paper }) => paper);
  const rows = printed ? cells : cells.map(withoutPaper);
  const [{ title }] = plansNamed([plan]);
  const caption = `${title}. F1: mean ± standard deviation over the seeds (their number). Interval: of that mean, bootstrap over the sentences.${printed ? "" : " The paper prints no values for this."}`;
  return [{ title, blocks: [table(plan, caption, rows), ...more] }];
}

function withoutPaper({ "paper F1": _, difference, verdict, ...row }: TextRow): TextRow {
  return row;
}

function lengths(analysis: Analysis): Section[] {
  const [{ title }] = plansNamed(["table5"]);
  const runs = lengthScores(analysis);
  const rows = lengthRows(analysis);
  if (!runs.length) return [];
  const caption =
    "Precision, recall and F1 by entity length: mean over the seeds, with its bootstrap interval.";
  return [
    {
      title,
      blocks: [
        table("table5", `${title}. Gold: entities scored.`, rows),
        chart({ kind: "lengths", name: "table5", caption, runs }),
      ],
    },
  ];
}

function comparisons(analysis: Analysis, plan: PlanName): Block[] {
  const rows = comparisonRows(analysis, plan);
  const [{ settings }] = plansNamed([plan]);
  const caption = `Each against “${settings[0].label}”: paired bootstrap over sentences and seeds; p by Holm is corrected for all of them on a corpus.`;
  return rows.length ? [table(`${plan}-comparisons`, caption, rows)] : [];
}

/** Apart from all other tables: no score of an epoch that test chose stands in them. */
function selection(analysis: Analysis): Section[] {
  const found = analysis.comparisons.filter(({ plan }) => plan === "selection");
  const text = found.map(({ corpus, contrast: { estimate, low, high, seeds } }) => {
    const chosen = cellsIn(analysis, "selection").filter((cell) => cell.corpus === corpus);
    const epoch = (at: number, seed: number) => chosen[at].runs.find((run) => run.seed === seed)?.bestEpoch;
    const alike = seeds.filter((seed) => epoch(0, seed) === epoch(1, seed)).length;
    return `On ${corpus.name} that brings ${signed(estimate)} F1 (95 %: ${signed(low)} to ${signed(high)}); with ${alike} of ${seeds.length} seeds test chose the epoch that dev chose.`;
  });
  const what =
    "The released code chooses its epoch by the split that it then reports. How much does that inflate the scores?";
  const blocks = comparisons(analysis, "selection");
  return scores(analysis, "selection", [paragraph([what, ...text].join(" ")), ...blocks]);
}

function differences(analysis: Analysis): Section[] {
  const what =
    "Each point on which the released code computes something else than the paper says, alone, then all of them; docs/paper-and-code.md says what they are.";
  return scores(analysis, "differences", [paragraph(what), ...comparisons(analysis, "differences")]);
}

function charts(kind: "sweep curves" | "training", analysis: Analysis, plan: PlanName): Block[] {
  if (!wasRun(analysis, plan)) return [];
  const [{ title }] = plansNamed([plan]);
  if (kind === "training") {
    const runs = trainingSeries(analysis, plan);
    const rows = convergenceRows(analysis, plan);
    const caption = `${title}: loss and scores on dev, each epoch the mean over the seeds.`;
    return [
      chart({ kind, name: `${plan}-training`, caption, runs }),
      table(`${plan}-epochs`, `${title}: F1 on dev after each epoch, the mean over the seeds.`, rows),
    ];
  }
  const results = sweepResults(analysis, plan);
  const caption = `${title}: F1 by entity length, the highest point of each line marked.`;
  return [chart({ kind, name: plan, caption, results })];
}

function measures(analysis: Analysis): Section[] {
  const run = (["table6", "table7"] as const).filter((plan) => wasRun(analysis, plan));
  const blocks = run.flatMap((plan): Block[] => {
    const rows = measureRows(analysis, plan);
    const [{ title }] = plansNamed([plan]);
    const caption = `${title}: what the trained models do. Mean over the seeds ± half its 95 % interval by Student's t.`;
    return rows.length ? [table(`${plan}-measures`, caption, rows)] : [];
  });
  const text =
    "Entropy is that of the attention weights, mean over layers, heads and proposals, as a share of log L: 1 attends to all tokens alike. Without its prior: Softmax(content) of the same model. A proposal's length is end − start + 1 (Eq. 9), a layer moves it (Eq. 16).";
  return blocks.length ? [{ title: "Attention and proposals", blocks: [paragraph(text), ...blocks] }] : [];
}
