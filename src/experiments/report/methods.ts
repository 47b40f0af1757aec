import type { Analysis } from "../analysis/analyze";
import { encoderText, fixed, nothing } from "../analysis/format";
import type { TextRow } from "../analysis/table-rows";
import { runsIn } from "../analysis/views";
import { scoringDescription, scoringText } from "../results";
import type { RunRecord } from "../results/run-record";
import { smallestEffect } from "../smallest-effect";
import { paragraph, type Section, table } from "./report-types";

/** The origin of the numbers: corpora, machines, rules and notes. */
export function methods(analyses: readonly Analysis[]): Section {
  const [{ scoring, draws, notes }] = analyses;
  const hasScales = analyses.length > 1;
  return {
    title: "How we computed these numbers",
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
        `Scores are micro averages: ${scoringDescription(scoring)} (${scoringText(scoring)}; options of pnr report and pnr results change this).${releasedLengths(analyses)} ${keptEpochs(analyses.flatMap(runsIn))}`,
      ),
      paragraph(
        `Intervals and p values come from the variances of training seeds, test sentences (documents, where the corpus has at least 20) and their interaction, by Student's t with Satterthwaite's degrees of freedom. With one or two seeds there is no p value, and with one seed an interval covers the sentences only. Permutation tests, simulations and the bootstrap of the rank correlation draw ${draws.draws.toLocaleString("en")} times, from the seed ${draws.seed}. A setting is equivalent to another if two one-sided tests show that they are less than ${smallestEffect} F1 apart. pnr report writes this report; docs/experiments.md explains its terms.`,
      ),
    ],
  };
}

function capitalized(line: string): string {
  return line[0].toUpperCase() + line.slice(1);
}

/** Which epochs the runs keep, and on which split they were chosen. */
function keptEpochs(runs: readonly RunRecord[]): string {
  const choices = runs.map(({ config: { training }, epochs, split }) => {
    const { selectOn } = training;
    if (selectOn === "last" || (selectOn === "dev" && !epochs.some(({ dev }) => dev)))
      return "keep their last epoch";
    return selectOn === split
      ? `keep the epoch that is best on ${split}, the split that they are scored on`
      : `keep the epoch that is best on ${selectOn}, and score ${split} once`;
  });
  return `Runs ${[...new Set(choices)].join("; others ")}.`;
}

/** Explains scores by length that do not follow the released code's rule, as the paper's do. */
function releasedLengths(analyses: readonly Analysis[]): string {
  if (analyses.flatMap(runsIn).every(({ predictions, countsUnder }) => predictions ?? countsUnder.released))
    return "";
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
