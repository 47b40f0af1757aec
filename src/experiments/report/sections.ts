import type { Corpus } from "../../corpus";
import { fewestGold } from "../../evaluation";
import { type Analysis, isConclusive } from "../analysis/analyze";
import {
  type AuthorsComparison,
  authorsMeans,
  compareWithAuthors,
  equivalenceText,
} from "../analysis/authors-comparison";
import type { ResultCell } from "../analysis/cells";
import { fewestSeeds } from "../analysis/contrast";
import type { Judgement } from "../analysis/findings";
import { pText, signed } from "../analysis/format";
import { intervalAround } from "../analysis/statistics";
import {
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  errorGainRows,
  lengthRows,
  measureRows,
  singleRunRows,
  type TextRow,
  varianceRows,
} from "../analysis/table-rows";
import {
  cellsIn,
  differenceResults,
  lengthScores,
  meanEpochs,
  planIn,
  runCells,
  sweepResults,
  trainingSeries,
} from "../analysis/views";
import { authorsRuns } from "../authors-training";
import { type PlanName, planNamed, plans } from "../plans";
import { smallestEffect } from "../smallest-effect";
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
    ...scores(analysis, "table6", [
      ...comparisons(analysis, "table6"),
      ...variances(analysis),
      ...singleRuns(analysis, "table6"),
    ]),
    ...gateReadings(analysis),
    ...scores(analysis, "table7", [
      ...forests(analysis, "table7"),
      ...singleRuns(analysis, "table7"),
      ...trainingCharts(analysis, "table7"),
    ]),
    ...scores(analysis, "figure5", [...forests(analysis, "figure5"), ...sweepChart(analysis, "figure5")]),
    ...scores(analysis, "figure6", [...forests(analysis, "figure6"), ...sweepChart(analysis, "figure6")]),
    ...caseStudy(analysis, corpora),
    ...measures(analysis),
    ...errorKinds(analysis),
    ...baselines(analysis),
    ...learningCurves(analysis),
    ...selection(analysis),
    ...ablation(analysis),
    ...scores(analysis, "batching", comparisons(analysis, "batching")),
    ...authors(analysis),
    ...differences(analysis),
    ...missing(analysis),
  ];
}

/** Whether a plan has runs on some corpus. Runs of the main model do not count, because all tables share them. */
function wasRun(analysis: Analysis, plan: PlanName): boolean {
  const cells = runCells(analysis, plan);
  const least = Math.min(2, planIn(analysis, plan).settings.length);
  return cells.some(({ corpus }) => cells.filter((cell) => cell.corpus === corpus).length >= least);
}

/** Lists the paper's plans and the settings without runs, and the statements that need them. */
function missing(analysis: Analysis): Section[] {
  const expected = plans.filter(({ name, settings }) => settings.length && cellsIn(analysis, name).length);
  const titles = expected.filter(({ name }) => !wasRun(analysis, name)).map(({ title }) => title);
  const settings = expected
    .filter(({ name }) => wasRun(analysis, name))
    .flatMap(({ name, title }) => {
      const absent = cellsIn(analysis, name).filter(({ runs }) => !runs.length);
      const names = absent.map(({ setting, corpus }) => `${setting.label} on ${corpus.name}`);
      return names.length ? [`${title} without ${names.join(", ")}`] : [];
    });
  const statements = analysis.conclusions
    .filter(({ judgement }) => judgement === "not run")
    .map(({ text, corpus }) => `${text} (${corpus.name})`);
  const lines = [
    titles.length ? `There are no runs for: ${titles.join("; ")}.` : "",
    settings.length ? `Tables with missing rows: ${settings.join("; ")}.` : "",
    statements.length
      ? `Statements without runs or measures that could decide them: ${statements.join("; ")}.`
      : "",
  ].filter((line) => line);
  return lines.length ? [{ title: "Not run", blocks: lines.map(paragraph) }] : [];
}

const conclusionsTitle = "The paper's conclusions, tested on our runs";

function conclusions(analysis: Analysis): Section[] {
  const { scale } = analysis;
  const all = conclusionRows(analysis);
  const rows = all.filter((row) => row["our runs"] !== "not run");
  if (!rows.length) return [];
  const count = (judgement: Judgement): number => rows.filter((row) => row["our runs"] === judgement).length;
  const absent = all.length - rows.length;
  const notJudged = `Runs at the scale “${scale.name}” do not judge the paper's statements: their training sets are so small that differences between settings do not carry over to larger ones. The numbers are for orientation.`;
  const summary = `Of ${rows.length} statements our runs support ${count("supported")} and contradict ${count("contradicted")}. For ${count("equivalent")} they show that the effect is smaller than ${smallestEffect} F1, the smallest effect of interest, which we declared before the runs. They leave ${count("undecided")} undecided${absent ? `, and for ${absent} others the runs are missing` : ""}. A statement is decided only with at least 3 seeds and by p below 0.05: corrected by Holm's method where several settings are compared, after Friedman's test of all of them, and by an intersection-union test where all of several comparisons must hold. The statements are not corrected for each other, so chance alone would decide about one of twenty. A group of fewer than ${fewestGold} gold entities decides nothing.`;
  return [
    {
      title: conclusionsTitle,
      blocks: [
        paragraph(isConclusive(scale) ? summary : notJudged),
        table("conclusions", "Statements of §4.4 and §4.5, in our words.", rows),
      ],
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
  const { title } = planIn(analysis, plan);
  const reading = plan === "table6" ? ` ${readings}` : "";
  const caption = `${title}. F1: mean ± standard deviation over the seeds (their number), the same seeds for all settings. Interval: of that mean, over seeds and test sentences.${hasPaper ? " A further seed: where the F1 of one more run would lie. It is compared with the paper's value, which comes from one run." : " The paper prints no values for this."}${reading}`;
  return [{ title, blocks: [table(plan, caption, hasPaper ? rows : rows.map(withoutPaper)), ...more] }];
}

/** The paper does not say what replaces the gate. */
const readings =
  "The paper does not say what replaces the gate in “-Gated Update”: our reading is LayerNorm(h' + q'). The plan “readings” has the other one, a feed-forward block.";

function withoutPaper({
  "paper F1": _,
  "a further seed": __,
  difference,
  verdict,
  ...row
}: TextRow): TextRow {
  return row;
}

function lengths(analysis: Analysis): Section[] {
  const { title } = planNamed("table5");
  const runs = lengthScores(analysis);
  const rows = lengthRows(analysis);
  if (!runs.length) return [];
  const caption =
    "Precision, recall and F1 by entity length: mean over the seeds, with its interval over seeds and sentences.";
  return [
    {
      title,
      blocks: [
        table(
          "table5",
          `${title}. Gold: scored gold entities. A length with fewer than ${fewestGold} of them has no interval and no verdict.`,
          rows,
        ),
        { kind: "chart", chart: { kind: "lengths", name: "table5", caption, runs } },
      ],
    },
  ];
}

/** Table 6 has all but the reading as a feed-forward block. */
function gateReadings(analysis: Analysis): Section[] {
  const other = runCells(analysis, "readings").filter(({ setting }) => setting.key === "feedForward");
  return other.length ? scores(analysis, "readings", comparisons(analysis, "readings")) : [];
}

function comparisons(analysis: Analysis, plan: PlanName): Block[] {
  const rows = comparisonRows(analysis, plan);
  const [first] = planIn(analysis, plan).settings;
  const omnibus = analysis.summaries
    .filter((summary) => summary.plan === plan)
    .map(({ corpus, omnibus: { p } }) => `${corpus.name} p ${pText(p)}`);
  const friedman = omnibus.length
    ? ` Friedman's test, whether the settings differ at all: ${omnibus.join(", ")}; if they do not, no single difference counts.`
    : "";
  const caption = `Each compared with “${first.label}” on the same seeds and sentences.${friedman} Both p are corrected by Holm's method for all settings on a corpus; the second is that of two one-sided tests against ${smallestEffect} F1. Detects: the difference that these runs find with a power of 80 %.`;
  return rows.length ? [forest(analysis, plan), table(`${plan}-comparisons`, caption, rows)] : [];
}

/** Differences from the first setting of a plan, as a picture. */
function forest(analysis: Analysis, plan: PlanName): Block {
  const results = differenceResults(analysis, plan);
  const caption = `${results.title}: differences in F1 from “${results.reference}” with ${100 * results.level} % intervals, p by Holm's method, and the smallest effect of interest (±${smallestEffect} F1) as a band.`;
  return { kind: "chart", chart: { kind: "differences", name: `${plan}-differences`, caption, results } };
}

function forests(analysis: Analysis, plan: PlanName): Block[] {
  return analysis.comparisons.some((one) => one.plan === plan) ? [forest(analysis, plan)] : [];
}

function variances(analysis: Analysis): Block[] {
  const rows = varianceRows(analysis);
  const caption = `Sources of variance in these differences, as standard deviations in F1: for one run by training seeds, test sentences and both together, then for the mean over the seeds. A seed also draws its training subset, where there is one. Seeds for ${smallestEffect} F1: how many detect it with a power of 80 % in a single test. False findings: how often the test finds a difference between equal settings, in ${analysis.draws.draws.toLocaleString("en")} simulations with these variances; it should not be more than 5 %.`;
  return rows.length ? [table("table6-variances", caption, rows)] : [];
}

function singleRuns(analysis: Analysis, plan: PlanName): Block[] {
  const rows = singleRunRows(analysis, plan);
  const [first] = planIn(analysis, plan).settings;
  const caption = `The paper trained each setting once. In how many of ${analysis.draws.draws.toLocaleString("en")} tables with one of our runs per setting do all settings lie on the paper's side of “${first.label}”, how many of them do on average, and do all have the paper's order? By chance: if all settings were equal.`;
  return rows.length ? [table(`${plan}-single-runs`, caption, rows)] : [];
}

function baselines(analysis: Analysis): Section[] {
  const what =
    "Other models with the same sentence encoder, data, epochs and optimizer; docs/model.md describes them. Entities that a model cannot predict count as missed.";
  return scores(analysis, "baselines", [paragraph(what), ...comparisons(analysis, "baselines")]);
}

function learningCurves(analysis: Analysis): Section[] {
  const plan = "training-size";
  const caption =
    "Learning curves: F1 by the number of training sentences, which each seed draws at random. Mean over the seeds, with its 95 % interval over seeds and test sentences.";
  const results = sweepResults(analysis, plan);
  return scores(analysis, plan, [
    { kind: "chart", chart: { kind: "sweep curves", name: plan, caption, results } },
  ]);
}

/** Your own settings, if the analysis is of them, too. */
function ablation(analysis: Analysis): Section[] {
  const isPlanned = analysis.plans.some(({ name }) => name === "ablation");
  return isPlanned ? scores(analysis, "ablation", comparisons(analysis, "ablation")) : [];
}

/** Has its own section, because no other table has scores of epochs that test chose. */
function selection(analysis: Analysis): Section[] {
  const comparison = analysis.comparisons.filter(({ plan }) => plan === "selection");
  const text = comparison.map(({ corpus, contrast }) => {
    const { estimate, seedNumbers } = contrast;
    const [onDev, onTest] = cellsIn(analysis, "selection").filter((cell) => cell.corpus === corpus);
    const epoch = ({ runs }: ResultCell, seed: number) => runs.find((run) => run.seed === seed)?.bestEpoch;
    const equal = seedNumbers.filter((seed) => epoch(onDev, seed) === epoch(onTest, seed)).length;
    const { low, high } = intervalAround(contrast);
    const interval = contrast.seeds < fewestSeeds ? "" : ` (95 %: ${signed(low)} to ${signed(high)})`;
    return `On ${corpus.name} this changes F1 by ${signed(estimate)}${interval}; for ${equal} of ${seedNumbers.length} seeds test chose the same epoch as dev.`;
  });
  const what =
    "The released code chooses the epoch on the split that it then reports. How much does that inflate the scores?";
  const blocks = comparisons(analysis, "selection");
  return scores(analysis, "selection", [paragraph([what, ...text].join(" ")), ...blocks]);
}

function differences(analysis: Analysis): Section[] {
  const what =
    "Each difference between the released code and the paper alone, then all of them; docs/paper-and-code.md explains them.";
  return scores(analysis, "differences", [paragraph(what), ...comparisons(analysis, "differences")]);
}

/** Our training with the released code's settings next to that code's. */
function authors(analysis: Analysis): Section[] {
  if (analysis.scale.name !== "curves") return [];
  const cells = runCells(analysis, "batching").filter(({ corpus }) => corpus.name === "genia-curves");
  const shuffled = cells.find(({ setting }) => setting.key === "shuffled")?.runs ?? [];
  if (shuffled.length < fewestSeeds) return [];
  const [f1, loss] = compareWithAuthors(shuffled);
  const caption =
    "F1 and loss after the last epoch: mean over the seeds, and two one-sided Welch tests (their 90 % interval).";
  const series = [
    ...cells.map(({ setting, runs }) => ({ name: `ours, ${setting.label}`, epochs: meanEpochs(runs) })),
    { name: "the authors' code", epochs: authorsMeans() },
  ];
  const chartCaption = "Loss and F1 after each epoch: ours and the authors' code, means over the seeds.";
  return [
    {
      title: "Training like the authors' code",
      blocks: [
        paragraph(
          `The authors' code, unchanged but for a word lookup in place of BERT, and ours with variant=released, on the same sentences with the same settings. ${equivalenceText(f1.p, loss.p)}`,
        ),
        table("authors", caption, authorsRows([f1, loss], shuffled.length)),
        {
          kind: "chart",
          chart: { kind: "training", name: "authors-training", caption: chartCaption, runs: series },
        },
      ],
    },
  ];
}

function authorsRows(comparisons: readonly AuthorsComparison[], seeds: number): TextRow[] {
  return comparisons.map(({ measure, ours, theirs, difference, interval90, margin, p }) => {
    const digits = measure === "f1" ? 2 : 4;
    const signedText = (value: number): string =>
      `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
    return {
      measure: measure === "f1" ? "F1" : "loss",
      "ours (seeds)": `${ours.toFixed(digits)} (${seeds})`,
      "theirs (seeds)": `${theirs.toFixed(digits)} (${authorsRuns.length})`,
      difference: signedText(difference.estimate),
      "90 % interval": `${signedText(interval90.low)} to ${signedText(interval90.high)}`,
      margin: `±${margin}`,
      "p of equivalence": pText(p),
    };
  });
}

function trainingCharts(analysis: Analysis, plan: PlanName): Block[] {
  const { title } = planIn(analysis, plan);
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
  const caption = `${planIn(analysis, plan).title}: F1 by entity length, the highest point of each line marked.`;
  return [{ kind: "chart", chart: { kind: "sweep curves", name: plan, caption, results } }];
}

function measures(analysis: Analysis): Section[] {
  const plansWithRuns = (["table6", "table7"] as const).filter((plan) => wasRun(analysis, plan));
  const blocks = plansWithRuns.flatMap((plan): Block[] => {
    const rows = measureRows(analysis, plan);
    const caption = `${planIn(analysis, plan).title}: attention and proposals of the trained models. Mean over the seeds ± half its 95 % interval by Student's t.`;
    return rows.length ? [table(`${plan}-measures`, caption, rows)] : [];
  });
  const text =
    "Entropy of the attention weights: mean over layers, heads and proposals, as a share of log L; 1 is uniform attention. Without its prior: Softmax(content) of the same model. The length of a proposal is end − start + 1 (Eq. 9); layers move it (Eq. 16).";
  return blocks.length ? [{ title: "Attention and proposals", blocks: [paragraph(text), ...blocks] }] : [];
}

/** The main model is in Table 6, too. */
function errorKinds(analysis: Analysis): Section[] {
  const main = wasRun(analysis, "table6") ? "table6" : "table5";
  const tablePlans = ([main, "table7", "baselines", "ablation"] as const).filter(
    (plan) => analysis.plans.some(({ name }) => name === plan) && wasRun(analysis, plan),
  );
  const blocks = tablePlans.flatMap((plan): Block[] => {
    const rows = errorGainRows(analysis, plan);
    const caption = `${planIn(analysis, plan).title}: F1 gained without the errors of each kind, in points. Mean over the seeds ± half its 95 % interval over seeds and sentences (mean number of errors).`;
    return rows.length ? [table(`${plan}-errors`, caption, rows)] : [];
  });
  const text =
    "Each false prediction is paired with at most one missed gold entity that it overlaps: its type, its boundary or both are wrong. A duplicate overlaps only gold entities that have another prediction; a spurious prediction overlaps none. A missed inner entity lies in a correctly predicted one, a missed outer entity contains one. Gains do not add up to 100 − F1, because each is computed as if the other errors stayed.";
  return blocks.length ? [{ title: "Kinds of error", blocks: [paragraph(text), ...blocks] }] : [];
}
