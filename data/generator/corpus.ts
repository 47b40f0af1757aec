import { corpusOf } from "../../src/corpus/load";
import type { Corpus, Entity, Sentence } from "../../src/corpus/types";
import { Random } from "../../src/engine/random";
import { inventDocuments } from "./documents";
import type { AnnotatedText } from "./grammar";
import { inventPool, type NameCounts, withFamiliarCells } from "./lexicon";
import { withErrors } from "./noise";

/** Names that every split uses. */
const commonNames: NameCounts = {
  gene: 260,
  line: 40,
  chemical: 60,
  disease: 20,
  virus: 8,
  motif: 30,
  marker: 12,
  cell: 16,
};

/** Number of names that only dev or only test uses. Train is six times as long and has six times as many. */
const ownNames: NameCounts = {
  gene: 60,
  line: 14,
  chemical: 16,
  disease: 5,
  virus: 2,
  motif: 8,
  marker: 3,
  cell: 4,
};

/** The seed of the committed files. */
export const sampleSeed = 9;

/**
 * The sample corpus, and a copy without annotation errors, which is what a perfect model would predict. The same seed gives the
 * same sentences.
 */
export function generateCorpus(seed: number): { corpus: Corpus; clean: Corpus } {
  const random = new Random(seed);
  const taken = new Set<string>();
  const common = withFamiliarCells(inventPool(random, commonNames, 1, taken));
  const split = (name: string, size: number) => {
    const own = inventPool(random, ownNames, size, taken);
    const documents = inventDocuments(250 * size, common, own, random);
    return {
      clean: sentencesOf(name, documents, (text) => text.mentions),
      real: sentencesOf(name, documents, (text) => withErrors(text, random)),
    };
  };
  const [train, dev, test] = [split("train", 6), split("dev", 1), split("test", 1)];
  return {
    corpus: corpusOf("sample", { train: train.real, dev: dev.real, test: test.real }),
    clean: corpusOf("sample", { train: train.clean, dev: dev.clean, test: test.clean }),
  };
}

function sentencesOf(
  split: string,
  documents: readonly (readonly AnnotatedText[])[],
  entitiesOf: (text: AnnotatedText) => readonly Entity[],
): Sentence[] {
  const words = (text: AnnotatedText | undefined) => text?.tokens.map((token) => token.text) ?? [];
  return documents.flatMap((document, documentIndex) =>
    document.map((text, index) => ({
      tokens: words(text),
      pos: text.tokens.map((token) => token.pos),
      entities: entitiesOf(text),
      previous: words(document[index - 1]),
      next: words(document[index + 1]),
      id: `${split} ${documentIndex + 1}.${index + 1}`,
    })),
  );
}
