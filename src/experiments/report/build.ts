import type { Corpus } from "../../corpus";
import { isComparable } from "../analysis/cells";
import type { Analysis } from "../analysis/types";
import { runsIn } from "../analysis/views";
import { paragraph } from "./blocks";
import { methods } from "./methods";
import { sectionsOf } from "./sections";
import type { Block, Report, Section } from "./types";

/**
 * Everything that runs say, beside what the paper says. Where there are several scales each has tables of its own, so that
 * no cell mixes them: the first the paper's headings, the others those with the scale's name.
 * @param analyses one a scale
 * @param corpora those whose statistics are to stand beside the paper's Table 1, as `corporaAtHand` gives them
 */
export function reportOf(analyses: Analysis | readonly Analysis[], corpora: readonly Corpus[] = []): Report {
  const all = "scale" in analyses ? [analyses] : analyses;
  const [first, ...others] = all;
  return {
    title: others.length ? "Results" : `Results at the scale “${first.scale.name}”`,
    about: [scaleText(first, others.length > 0), ...others.map(pointer)].join(" "),
    sections: [
      ...sectionsOf(first, corpora),
      ...others.flatMap((analysis) => [
        { title: `The scale “${analysis.scale.name}”`, blocks: [paragraph(scaleText(analysis, false))] },
        ...sectionsOf(analysis, corpora).map((section) => marked(section, analysis.scale.name)),
      ]),
      methods(all),
    ].filter(({ blocks }) => blocks.length),
  };
}

function pointer({ scale }: Analysis): string {
  return `Further down stand the runs at the scale “${scale.name}”, ${scale.about.replace(/:.*/, "")}, in tables of their own.`;
}

/** A section whose tables and charts have names that no other scale's have. */
function marked({ title, blocks }: Section, scale: string): Section {
  const mark = (block: Block): Block => {
    if (block.kind === "text") return block;
    if (block.kind === "table")
      return { ...block, table: { ...block.table, name: `${block.table.name}-${scale}` } };
    return { ...block, chart: { ...block.chart, name: `${block.chart.name}-${scale}` } };
  };
  return { title: `${title} (${scale})`, blocks: blocks.map(mark) };
}

/** @param named whether the scale must be named, because there are others */
function scaleText(analysis: Analysis, named: boolean): string {
  const { scale, corpora, cells } = analysis;
  const runs = runsIn(analysis);
  const seeds = cells
    .filter((cell) => cell.runs.length)
    .map((cell) => new Set(cell.runs.map(({ seed }) => seed)).size);
  const [fewest, most] = [Math.min(...seeds), Math.max(...seeds)];
  const counted =
    fewest === most ? `${most} seed${most === 1 ? "" : "s"}` : `${fewest} to ${most} seeds a setting`;
  const found = corpora.filter((corpus) => cells.some((cell) => cell.corpus === corpus && cell.runs.length));
  const names = found.map(({ name, genuine, standsFor }) =>
    genuine ? name : `${name}, which stands in for ${standsFor}`,
  );
  const what = scale.about.replace(/:.*/, "");
  return [
    `${runs.length} runs ${named ? `at the scale “${scale.name}” ` : ""}with ${counted} on ${listed(names)}: ${what}.`,
    groundText(analysis),
  ].join(" ");
}

function groundText(analysis: Analysis): string {
  const ran = analysis.cells.filter(({ runs }) => runs.length);
  if (ran.every(({ corpus, runs }) => isComparable(runs[0], corpus)))
    return "A verdict says whether the paper's F1 lies in our interval.";
  const reasons = [
    ran.some(({ corpus }) => !corpus.genuine) ? "another corpus" : undefined,
    ran.some(({ runs }) => !runs[0].config.model.bert?.from) ? "no pre-trained encoder" : undefined,
    ran.some(({ runs }) => runs[0].split !== "test") ? "scores on dev" : undefined,
  ].filter((reason) => reason !== undefined);
  const why = listed(reasons);
  return ran.some(({ corpus, runs }) => isComparable(runs[0], corpus))
    ? `Where a row says “not comparable” (${why}) the paper's values stand beside for orientation; elsewhere a verdict says whether its F1 lies in our interval.`
    : `The paper's values stand beside for orientation and are not comparable: ${why}. What can be compared is our settings with each other.`;
}

function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join("; "), words.at(-1)]
    .filter(Boolean)
    .join(words.length > 2 ? "; and " : " and ");
}
