import { existsSync } from "node:fs";
import { type Corpus, corpusStatistics, loadCorpus, splitNames } from "../../corpus";
import type { Analysis } from "../analysis/analyze";
import { fixed } from "../analysis/format";
import type { TextRow } from "../analysis/table-rows";
import { corpusFolder } from "../corpora";
import { table1 } from "../paper";

/** Loads those of the analyses' corpora that are available and unchanged since the runs. */
export async function corporaAtHand(analyses: Analysis | readonly Analysis[]): Promise<Corpus[]> {
  const available = new Map<string, Corpus>();
  for (const { corpora, cells } of "scale" in analyses ? [analyses] : analyses) {
    for (const corpus of corpora) {
      const folder = corpusFolder(corpus);
      const runs = cells.filter((cell) => cell.corpus === corpus).flatMap((cell) => cell.runs);
      if (!runs.length || !existsSync(folder) || available.has(corpus.name)) continue;
      const loaded = await loadCorpus(folder);
      if (runs.some((run) => run.corpus.hash === loaded.hash))
        available.set(corpus.name, { ...loaded, name: corpus.name });
    }
  }
  return [...available.values()];
}

/** A row per corpus and split: the numbers of Table 1, ours and the paper's. */
export function splitRows({ corpora }: Analysis, loaded: readonly Corpus[]): TextRow[] {
  return corpora.flatMap(({ name, standsFor, genuine }) => {
    const corpus = loaded.find((one) => one.name === name);
    if (!corpus) return [];
    const statistics = corpusStatistics(corpus);
    const available = splitNames.filter((split) => statistics[split].sentences > 0);
    return available.map((split) => {
      const [ours, paper] = [statistics[split], table1[standsFor][split]];
      return {
        corpus: genuine ? name : `${name} for ${standsFor}`,
        split,
        sentences: String(ours.sentences),
        "paper's": String(paper.sentences),
        "tokens per sentence": fixed(ours.averageTokens, 1),
        "paper's ": fixed(paper.averageTokens, 1),
        entities: String(ours.entities),
        "paper's  ": String(paper.entities),
        "tokens per entity": fixed(ours.averageEntityLength),
        "paper's   ": fixed(paper.averageEntityLength),
        "most entities": String(ours.maxEntities),
        "paper's    ": String(paper.maxEntities),
      };
    });
  });
}
