import type { Corpus } from "../../corpus";
import type { Analysis } from "../analysis/analyze";
import { isComparable } from "../analysis/cells";
import { countText } from "../analysis/format";
import { runsIn } from "../analysis/views";
import { methods } from "./methods";
import { type Block, paragraph, type Report, type Section } from "./report-types";
import { sectionsOf } from "./sections";

/**
 * Reports the results of runs alongside those of the paper. Each scale has its tables: the first scale under the paper's headings,
 * the others under headings with the scale's name.
 * @param analyses one per scale
 * @param corpora loaded corpora for Table 1, from `corporaAtHand`
 */
export function reportOf(analyses: Analysis | readonly Analysis[], corpora: readonly Corpus[] = []): Report {
  const [first, ...others] = "scale" in analyses ? [analyses] : analyses;
  return {
    title: others.length ? "Results" : `Results at the scale “${first.scale.name}”`,
    about: [scaleText(first, others.length > 0), ...others.map(pointer)].join(" "),
    sections: [
      ...sectionsOf(first, corpora),
      ...others.flatMap((analysis) => [
        { title: `The scale “${analysis.scale.name}”`, blocks: [paragraph(scaleText(analysis, false))] },
        ...sectionsOf(analysis, corpora).map((section) => marked(section, analysis.scale.name)),
      ]),
      methods([first, ...others]),
    ].filter(({ blocks }) => blocks.length),
  };
}

function pointer({ scale }: Analysis): string {
  return `Separate tables further down have the runs at the scale “${scale.name}”, ${scale.about.replace(/:.*/, "")}.`;
}

/** Adds the scale to a section's title and to the names of its tables and charts. */
function marked({ title, blocks }: Section, scale: string): Section {
  const mark = (block: Block): Block => {
    if (block.kind === "text") return block;
    if (block.kind === "table")
      return { ...block, table: { ...block.table, name: `${block.table.name}-${scale}` } };
    return { ...block, chart: { ...block.chart, name: `${block.chart.name}-${scale}` } };
  };
  return { title: `${title} (${scale})`, blocks: blocks.map(mark) };
}

/** @param withName whether to name the scale, because there are several */
function scaleText(analysis: Analysis, withName: boolean): string {
  const { scale, changes, corpora, cells } = analysis;
  const runs = runsIn(analysis);
  const seeds = cells
    .filter((cell) => cell.runs.length)
    .map((cell) => new Set(cell.runs.map(({ seed }) => seed)).size);
  const [fewest, most] = [Math.min(...seeds), Math.max(...seeds)];
  const seedsText = fewest === most ? countText(most, "seed") : `${fewest} to ${most} seeds per setting`;
  const withRuns = corpora.filter((corpus) =>
    cells.some((cell) => cell.corpus === corpus && cell.runs.length),
  );
  const names = withRuns.map(({ name, genuine, standsFor }) =>
    genuine ? name : `${name}, which stands in for ${standsFor}`,
  );
  const what = scale.about.replace(/:.*/, "");
  const exceptions = changes.map(({ key, value }) => `${key} is ${value}`);
  const except = exceptions.length ? `, except that ${listed(exceptions)}` : "";
  return [
    `${runs.length} runs ${withName ? `at the scale “${scale.name}” ` : ""}with ${seedsText} on ${listed(names)}: ${what}${except}.`,
    groundText(analysis),
  ].join(" ");
}

function groundText(analysis: Analysis): string {
  const withRuns = analysis.cells.filter(({ runs }) => runs.length);
  if (withRuns.every(({ corpus, runs }) => isComparable(runs[0], corpus)))
    return "A verdict states whether a further seed of ours could reach the paper's F1.";
  const reasons = [
    withRuns.some(({ corpus }) => !corpus.genuine) ? "another corpus" : undefined,
    withRuns.some(({ runs }) => !runs[0].config.model.bert?.from) ? "no pre-trained encoder" : undefined,
    withRuns.some(({ runs }) => runs[0].split !== "test") ? "scores on dev" : undefined,
  ].filter((reason) => reason !== undefined);
  const why = listed(reasons);
  return withRuns.some(({ corpus, runs }) => isComparable(runs[0], corpus))
    ? `Where a row says “not comparable” (${why}) the paper's values are for orientation only; elsewhere a verdict states whether a further seed of ours could reach its F1.`
    : `The paper's values are for orientation only, because ours are not comparable with them: ${why}. Our settings can be compared with each other.`;
}

function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join("; "), words.at(-1)]
    .filter(Boolean)
    .join(words.length > 2 ? "; and " : " and ");
}
