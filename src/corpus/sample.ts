import { join } from "node:path";

/** The folder of the bundled sample corpus: generated sentences with nested entities of five types. */
export const sampleCorpus: string = join(__dirname, "../../../data/sample");
