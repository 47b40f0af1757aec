import { join } from "node:path";

/** Folder of the sample corpus that comes with this package: generated sentences with nested entities of five types. */
export const sampleCorpus: string = join(__dirname, "../../../data/sample");
