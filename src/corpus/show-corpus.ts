import { selfShowing } from "../base/self-showing";
import { corpusProfile } from "./profile";
import { sentenceText } from "./sentence-text";
import { corpusStatistics } from "./statistics";
import { statisticsTable } from "./statistics-table";
import { type Corpus, type Sentence, splitNames } from "./types";

const showCorpus = selfShowing<Corpus>((corpus) => ({
  kind: "corpus",
  content: () => corpusProfile(corpus),
  text: () => `corpus ${corpus.name}\n${statisticsTable(corpus.types, corpusStatistics(corpus))}`,
}));

/** Makes a corpus show its statistics, and its sentences their entities. */
export function showingCorpus(corpus: Corpus): Corpus {
  const { types, splits } = corpus;
  const showSentence = selfShowing<Sentence>((sentence) => ({
    kind: "sentences",
    content: () => [{ ...sentence, types }],
    text: () => sentenceText(sentence.tokens, sentence.entities),
  }));
  for (const split of splitNames) splits[split].forEach(showSentence);
  return showCorpus(corpus);
}
