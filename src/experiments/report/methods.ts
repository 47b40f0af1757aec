import { encoderText, fixed, nothing } from "../analysis/format";
import type { TextRow } from "../analysis/rows";
import type { Analysis } from "../analysis/types";
import { runsIn } from "../analysis/views";
import { scoringText, scoringWords } from "../results";
import type { RunRecord } from "../results/types";
import { paragraph, table } from "./blocks";
import type { Section } from "./types";

/** Where the numbers come from: corpora, machines, rules, and what was noted beside the results. */
export function methods(analyses: readonly Analysis[]): Section {
  const [{ scoring, bootstrap, notes }] = analyses;
  const scales = analyses.length > 1;
  return {
    title: "How these numbers were made",
    blocks: [
      table(
        "corpora",
        "Corpora as the first setting sees them.",
        analyses.flatMap((analysis) => corpusRows(analysis, scales)),
      ),
      table("machines", "What computed them.", machineRows(analyses.flatMap(runsIn))),
      ...analyses.flatMap(({ leftOut }) => leftOut).map((line) => paragraph(`${capitalized(line)}.`)),
      ...notes.map(paragraph),
      paragraph(
        `Scores are micro averages: ${scoringWords(scoring)} (${scoringText(scoring)}; pnr report and pnr results switch this).${releasedLengths(analyses)} The best epoch is chosen on dev, unless the corpus's setting says otherwise; test is scored once. A corpus without a test split is scored on dev, which then also chose the epoch.`,
      ),
      paragraph(
        `Intervals of a setting draw the scored sentences anew ${bootstrap.cells} times and know nothing of other seeds; comparisons draw sentences and seeds (of n seeds n − 1), ${bootstrap.comparisons} times, the same for all settings. Simulated, settings that do not differ are so taken for different in 8 % of cases with three seeds and in 5 % with five. Everything is drawn from the seed ${bootstrap.seed}. The whole is made by pnr report; docs/experiments.md says what its words mean.`,
      ),
    ],
  };
}

function capitalized(line: string): string {
  return line[0].toUpperCase() + line.slice(1);
}

/** Says how the scores by length differ from the paper's, which follow the released code's rule. */
function releasedLengths(analyses: readonly Analysis[]): string {
  const areKnown = analyses.flatMap(runsIn).every(({ countsUnder }) => countsUnder.released);
  return areKnown
    ? ""
    : " The paper's scores by length are counted by another rule for false predictions (spuriousLength released), of which these tables hold nothing, because an earlier version wrote them; the store of runs does.";
}

function corpusRows({ scale, corpora, cells }: Analysis, named: boolean): TextRow[] {
  return corpora.flatMap((corpus) => {
    const [run] = cells.filter((cell) => cell.corpus === corpus).flatMap((cell) => cell.runs);
    if (!run) return [];
    return [
      {
        corpus: corpus.name,
        "stands for": corpus.standsFor,
        ...(named ? { scale: scale.name } : {}),
        source: corpus.source,
        "trained on": `${run.sentences} sentences`,
        "scored on": `${run.counts.sentences} of ${run.split}`,
        encoder: encoderText(run),
        parameters: String(run.parameters),
        content: run.corpus.hash.slice(0, 12),
      },
    ];
  });
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
