import { existsSync } from "node:fs";
import { relative } from "node:path";
import { Option } from "commander";
import { sampleCorpus } from "../corpus/sample";

/** `--corpus <folder>`; the word `sample` is the bundled corpus, unless a folder of that name is here. */
export function corpusOption(description: string): Option {
  return new Option("--corpus <folder>", description).argParser((folder) =>
    folder === "sample" && !existsSync(folder) ? bundledCorpus() : folder,
  );
}

/** The bundled corpus's folder as one would name it from here. */
export function bundledCorpus(): string {
  return relative(process.cwd(), sampleCorpus);
}
