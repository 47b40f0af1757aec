export { corpusOf, loadCorpus } from "./load";
export type { Corpus, Entity, Sentence, SplitName } from "./types";
export { splitNames } from "./types";
