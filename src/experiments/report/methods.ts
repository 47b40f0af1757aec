import type { Analysis } from "../analysis/analyze";
import { encoderText, fixed, nothing } from "../analysis/format";
import type { TextRow } from "../analysis/table-rows";
import { runsIn } from "../analysis/views";
import { scoringDescription, scoringText } from "../results";
import type { RunRecord } from "../results/run-record";
import { paragraph, type Section, table } from "./report-types";

/** The origin of the numbers: corpora, machines, rules and notes. */
export function methods(analyses: readonly Analysis[]): Section {
  const [{ scoring, bootstrap, notes }] = analyses;
  const hasScales = analyses.length > 1;
  return {
    title: "How these numbers were made",
    blocks: [
      table(
        "corpora",
        "Corpora of the first setting.",
        analyses.flatMap((analysis) => corpusRows(analysis, hasScales)),
      ),
      table("machines", "Machines.", machineRows(analyses.flatMap(runsIn))),
      ...analyses.flatMap(({ leftOut }) => leftOut).map((line) => paragraph(`${capitalized(line)}.`)),
      ...notes.map(paragraph),
      paragraph(
        `Scores are micro averages: ${scoringDescription(scoring)} (${scoringText(scoring)}; options of pnr report and pnr results change this).${releasedLengths(analyses)} Dev chooses the best epoch, unless the corpus's setting says otherwise; test is scored once. A corpus without a test split is scored on dev, which then also chose the epoch.`,
      ),
      paragraph(
        `Intervals of a setting resample the scored sentences ${bootstrap.cells} times and do not cover other seeds; comparisons resample sentences and seeds (of n seeds n − 1), ${bootstrap.comparisons} times, the same for all settings. In simulations, this test finds a difference between equal settings in 8 % of cases with three seeds and in 5 % with five. All draws start from the seed ${bootstrap.seed}. pnr report writes this report; docs/experiments.md explains its terms.`,
      ),
    ],
  };
}

function capitalized(line: string): string {
  return line[0].toUpperCase() + line.slice(1);
}

/** Explains scores by length that do not follow the released code's rule, as the paper's do. */
function releasedLengths(analyses: readonly Analysis[]): string {
  if (analyses.flatMap(runsIn).every(({ countsUnder }) => countsUnder.released)) return "";
  return " The paper's scores by length follow another rule for false predictions (spuriousLength released). These tables lack it, because an earlier version wrote them; the store of runs has it.";
}

function corpusRows({ scale, corpora, cells }: Analysis, withScale: boolean): TextRow[] {
  return corpora.flatMap((corpus) => {
    const [run] = cells.filter((cell) => cell.corpus === corpus).flatMap((cell) => cell.runs);
    if (!run) return [];
    return [
      {
        corpus: corpus.name,
        "stands for": corpus.standsFor,
        ...(withScale ? { scale: scale.name } : {}),
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
  return [...groups.values()].map((group) => {
    const { engine, processor, node, version, commit } = group[0].provenance;
    const days = group.map(({ provenance }) => provenance.completed.slice(0, 10)).sort();
    const hours = group.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
    return {
      runs: String(group.length),
      engine,
      processor,
      node,
      "pnr, commit": `${version}, ${commit?.slice(0, 12) ?? nothing}`,
      days: days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`,
      "hours of training": fixed(hours),
    };
  });
}
