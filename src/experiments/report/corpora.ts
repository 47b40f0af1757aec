import { existsSync } from "node:fs";
import { type Corpus, corpusStatistics, loadCorpus, splitNames } from "../../corpus";
import { fixed } from "../analysis/format";
import type { TextRow } from "../analysis/rows";
import type { Analysis } from "../analysis/types";
import { corpusFolder } from "../corpora";
import { table1 } from "../paper";

/** The corpora of analyses that lie where experiments look for them, with the content that their runs had. */
export async function corporaAtHand(analyses: Analysis | readonly Analysis[]): Promise<Corpus[]> {
  const found = new Map<string, Corpus>();
  for (const { corpora, cells } of "scale" in analyses ? [analyses] : analyses) {
    for (const corpus of corpora) {
      const folder = corpusFolder(corpus);
      const runs = cells.filter((cell) => cell.corpus === corpus).flatMap((cell) => cell.runs);
      if (!runs.length || !existsSync(folder) || found.has(corpus.name)) continue;
      const loaded = await loadCorpus(folder);
      if (runs.some((run) => run.corpus.hash === loaded.hash))
        found.set(corpus.name, { ...loaded, name: corpus.name });
    }
  }
  return [...found.values()];
}

/** A row a corpus and split: Table 1's numbers, ours and the paper's. */
export function corpusRows({ corpora }: Analysis, loaded: readonly Corpus[]): TextRow[] {
  return corpora.flatMap(({ name, standsFor, genuine }) => {
    const corpus = loaded.find((one) => one.name === name);
    if (!corpus) return [];
    const statistics = corpusStatistics(corpus);
    const present = splitNames.filter((split) => statistics[split].sentences > 0);
    return present.map((split) => {
      const [ours, paper] = [statistics[split], table1[standsFor][split]];
      return {
        corpus: genuine ? name : `${name} for ${standsFor}`,
        split,
        sentences: String(ours.sentences),
        "paper's": String(paper.sentences),
        "tokens a sentence": fixed(ours.averageTokens, 1),
        "paper's ": fixed(paper.averageTokens, 1),
        entities: String(ours.entities),
        "paper's  ": String(paper.entities),
        "tokens an entity": fixed(ours.averageEntityLength),
        "paper's   ": fixed(paper.averageEntityLength),
        "most entities": String(ours.maxEntities),
        "paper's    ": String(paper.maxEntities),
      };
    });
  });
}
