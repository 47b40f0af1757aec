import { join } from "node:path";
import { writeAtomic } from "../src/base/files";
import { sentencesToArrow } from "../src/corpus/arrow";
import { splitNames } from "../src/corpus/types";
import { generateCorpus, sampleSeed } from "./generator/corpus";

// Rewrites the sample corpus from its seed: node dist/data/generate.js

const folder = join(__dirname, "..", "..", "data", "sample");

const { corpus } = generateCorpus(sampleSeed);
for (const split of splitNames) {
  writeAtomic(join(folder, `${split}.arrow`), sentencesToArrow(corpus.splits[split]));
}
