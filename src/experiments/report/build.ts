import type { Corpus } from "../../corpus";
import { encoderText, fixed, nothing } from "../analysis/format";
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
import { type PlanName, plansNamed } from "../plans";
import { scoringText } from "../results";
import type { RunRecord } from "../results/types";
import { corpusRows } from "./corpora";
import type { Block, Chart, Report, ReportTable, Section } from "./types";

/**
 * Everything that the runs of a scale say, beside what the paper says.
 * @param corpora those whose statistics are to stand beside the paper's Table 1, as `corporaAtHand` gives them
 */
export function reportOf(analysis: Analysis, corpora: readonly Corpus[] = []): Report {
  const runs = [...new Set(analysis.cells.flatMap((cell) => cell.runs))];
  return {
    title: `Results at the scale “${analysis.scale.name}”`,
    about: aboutText(analysis, runs),
    sections: [
      conclusions(analysis),
      statistics(analysis, corpora),
      ...(["table2", "table3", "table4"] as const).flatMap((plan) => scores(analysis, plan)),
      lengths(analysis),
      ...scores(analysis, "table6", comparisons(analysis, "table6")),
      ...scores(analysis, "table7", charts("training", analysis, "table7")),
      ...scores(analysis, "figure5", charts("sweep curves", analysis, "figure5")),
      ...scores(analysis, "figure6", charts("sweep curves", analysis, "figure6")),
      ...measures(analysis),
      ...(["selection", "differences"] as const)
        .filter((plan) => comparisonRows(analysis, plan).length)
        .flatMap((plan) => scores(analysis, plan, comparisons(analysis, plan))),
      methods(analysis, runs),
    ].filter(({ blocks }) => blocks.length),
  };
}

function aboutText({ scale, corpora, cells }: Analysis, runs: readonly RunRecord[]): string {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const found = corpora.filter((corpus) => cells.some((cell) => cell.corpus === corpus && cell.runs.length));
  const names = found.map(({ name, genuine, standsFor }) =>
    genuine ? name : `${name}, which stands in for ${standsFor}`,
  );
  const comparable = cells.some(({ verdict }) => verdict === "within interval" || verdict === "differs");
  return [
    `${runs.length} runs with ${seeds} seed${seeds === 1 ? "" : "s"} on ${names.join(" and ")}: ${scale.about.replace(/:.*/, "")}.`,
    comparable
      ? "Where corpus and encoder are the paper's, a verdict says whether its F1 lies in our interval."
      : "Neither corpus nor encoder is the paper's: its values stand beside for orientation and are not comparable. What can be compared is the order of settings.",
  ].join(" ");
}

function conclusions(analysis: Analysis): Section {
  const rows = conclusionRows(analysis);
  const count = (judgement: string): number => rows.filter((row) => row["our runs"] === judgement).length;
  const text = `Of ${rows.length} statements our runs support ${count("supported")}, contradict ${count("contradicted")} and leave ${count("undecided")} undecided${count("not run") ? `; for ${count("not run")} runs are missing` : ""}. A statement is supported or contradicted only where the 95 % interval, or p below 0.05 after correction, says so, and with at least 3 seeds.`;
  return {
    title: "What the paper concludes, and what our runs say",
    blocks: [paragraph(text), table("conclusions", "Statements of §4.4 and §4.5, in our words.", rows)],
  };
}

function statistics(analysis: Analysis, corpora: readonly Corpus[]): Section {
  const [{ title }] = plansNamed(["table1"]);
  const rows = corpusRows(analysis, corpora);
  return { title, blocks: rows.length ? [table("table1", `${title}, ours beside the paper's.`, rows)] : [] };
}

/** Nothing for a plan without a corpus here. */
function scores(analysis: Analysis, plan: PlanName, more: readonly Block[] = []): Section[] {
  const cells = cellRows(analysis, plan);
  if (!cells.length) return [];
  const printed = cellsIn(analysis, plan).some(({ paper }) => paper);
  const rows = printed ? cells : cells.map(withoutPaper);
  const [{ title }] = plansNamed([plan]);
  const caption = `${title}. F1: mean ± standard deviation over the seeds (their number). Interval: of that mean, bootstrap over the sentences.${printed ? "" : " The paper prints no values for this."}`;
  return [{ title, blocks: [table(plan, caption, rows), ...more] }];
}

function withoutPaper({ "paper F1": _, difference, verdict, ...row }: TextRow): TextRow {
  return row;
}

function lengths(analysis: Analysis): Section {
  const [{ title }] = plansNamed(["table5"]);
  const runs = lengthScores(analysis);
  const rows = lengthRows(analysis);
  const blocks: Block[] = rows.length ? [table("table5", `${title}. Gold: entities scored.`, rows)] : [];
  const caption =
    "Precision, recall and F1 by entity length: mean over the seeds, with its bootstrap interval.";
  if (runs.length) blocks.push(chart({ kind: "lengths", name: "table5", caption, runs }));
  return { title, blocks };
}

function comparisons(analysis: Analysis, plan: PlanName): Block[] {
  const rows = comparisonRows(analysis, plan);
  const [{ settings }] = plansNamed([plan]);
  const caption = `Each against “${settings[0].label}”: paired bootstrap over sentences and seeds; p by Holm is corrected for all of them on a corpus.`;
  return rows.length ? [table(`${plan}-comparisons`, caption, rows)] : [];
}

function charts(kind: "sweep curves" | "training", analysis: Analysis, plan: PlanName): Block[] {
  // a line needs two points
  if (cellsIn(analysis, plan).filter(({ runs }) => runs.length).length < 2) return [];
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
  const blocks = (["table6", "table7"] as const).flatMap((plan): Block[] => {
    const rows = measureRows(analysis, plan);
    const [{ title }] = plansNamed([plan]);
    const caption = `${title}: what the trained models do. Mean over the seeds ± half its 95 % interval by Student's t.`;
    return rows.length ? [table(`${plan}-measures`, caption, rows)] : [];
  });
  const text =
    "Entropy is that of the attention weights, mean over layers, heads and proposals, as a share of log L: 1 attends to all tokens alike. Without its prior: Softmax(content) of the same model. A proposal's length is end − start + 1 (Eq. 9), a layer moves it (Eq. 16).";
  return blocks.length ? [{ title: "Attention and proposals", blocks: [paragraph(text), ...blocks] }] : [];
}

function methods({ corpora, scoring, cells }: Analysis, runs: readonly RunRecord[]): Section {
  const ground = corpora.flatMap((corpus): TextRow[] => {
    const own = cells.filter((cell) => cell.corpus === corpus).flatMap((cell) => cell.runs);
    const [run] = own;
    if (!run) return [];
    return [
      {
        corpus: corpus.name,
        "stands for": corpus.standsFor,
        source: corpus.source,
        "trained on": `${run.sentences} sentences`,
        "scored on": `${run.counts.sentences} of ${run.split}`,
        encoder: encoderText(run),
        parameters: String(run.parameters),
        content: run.corpus.hash.slice(0, 12),
      },
    ];
  });
  return {
    title: "How these numbers were made",
    blocks: [
      table("corpora", "Corpora as the first setting sees them.", ground),
      table("machines", "What computed them.", machineRows(runs)),
      paragraph(
        `Scores: micro average; ${scoringText(scoring)}. The best epoch is chosen on dev, unless the corpus's setting says otherwise; test is scored once.`,
      ),
      paragraph(
        "Intervals of a setting draw the scored sentences anew 1000 times and know nothing of other seeds; comparisons draw sentences and seeds, 2000 times, the same for all settings. With few seeds the latter are too narrow rather than too wide. Everything is drawn from fixed seeds. The whole is made by pnr report; docs/experiments.md says what its words mean.",
      ),
    ],
  };
}

function machineRows(runs: readonly RunRecord[]): TextRow[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const { engine, processor, node, version, commit } = run.provenance;
    const key = JSON.stringify([engine, processor, node, version, commit]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((own) => {
    const { engine, processor, node, version, commit } = own[0].provenance;
    const days = own.map(({ provenance }) => provenance.completed.slice(0, 10)).sort();
    const hours = own.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
    return {
      runs: String(own.length),
      engine,
      processor,
      node,
      "pnr, commit": `${version}, ${commit?.slice(0, 12) ?? nothing}`,
      days: days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`,
      "hours of training": fixed(hours),
    };
  });
}

function paragraph(text: string): Block {
  return { kind: "text", text };
}

function table(name: string, caption: string, rows: readonly TextRow[]): Block {
  const made: ReportTable = { name, caption, rows };
  return { kind: "table", table: made };
}

function chart(made: Chart): Block {
  return { kind: "chart", chart: made };
}
