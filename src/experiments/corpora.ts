import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { nearest } from "../base/schema";
import { sampleCorpus } from "../corpus";
import type { PaperPresetName } from "../training";
import type { PaperCorpus } from "./paper";
import type { ConfigChange } from "./plans";

/** A corpus that experiments can run on. */
export interface ExperimentCorpus {
  /** Name of its folder, below the folder of corpora unless it is bundled. */
  readonly name: string;
  /** The paper's corpus in whose place its results stand. */
  readonly standsFor: PaperCorpus;
  /** Whether it is that corpus; else it is a stand-in, and labelled so. */
  readonly genuine: boolean;
  /** What the paper does on this corpus alone. */
  readonly change: ConfigChange;
  /** At the scale `paper`, what its runs start from. */
  readonly preset: PaperPresetName;
  /** Where one gets it. */
  readonly source: string;
}

/** §4.1: trained on train and dev together, so that no epoch can be chosen. */
const both: ConfigChange = { training: { trainOn: "train+dev", selectOn: "last" } };

/** Table 6's "Origin" is Table 7's row [2,2,2] on WeiboNER, [2,2] on the others. */
const threeLevels: ConfigChange = { model: { kernels: [2, 2, 2] } };

const presetOf: Readonly<Record<PaperCorpus, PaperPresetName>> = {
  GENIA: "genia",
  CoNLL03: "conll03",
  WeiboNER: "weibo",
};

const corpora: readonly ExperimentCorpus[] = [
  entry("sample", "GENIA", false, {}, "bundled: data/sample"),
  entry("genia", "GENIA", true, {}, "GENIA 3.02, the split of Yu et al. 2020"),
  entry("conll03", "CoNLL03", true, both, "CoNLL 2003, under Reuters' licence"),
  entry("weiboner", "WeiboNER", true, threeLevels, "WeiboNER's second annotation, in words"),
  entry("wikigold", "CoNLL03", false, {}, "Wikigold (Balasuriya et al. 2009)"),
  entry("sec", "CoNLL03", false, {}, "SEC filings (Salinas Alvarado et al. 2015)"),
];

/** A line of the list. @param genuine whether it is the paper's corpus itself, no stand-in */
export function entry(
  name: string,
  standsFor: PaperCorpus,
  genuine: boolean,
  change: ConfigChange,
  source: string,
): ExperimentCorpus {
  return { name, standsFor, genuine, change, preset: presetOf[standsFor], source };
}

/** @throws InputError naming the nearest */
export function corpusNamed(name: string): ExperimentCorpus {
  const found = corpora.find((corpus) => corpus.name === name);
  const names = corpora.map((corpus) => corpus.name);
  if (!found) throw new InputError(`There is no corpus "${name}" for experiments${nearest(name, names)}`);
  return found;
}

/** Whether a corpus is this project's own, whose sentences may be shown to anyone. */
export function isBundled({ name }: ExperimentCorpus): boolean {
  return name === "sample";
}

/** @param root folder of corpora: PNR_CORPORA, else `corpora` below the current folder */
export function corpusFolder(corpus: ExperimentCorpus, root: string = corporaFolder()): string {
  return isBundled(corpus) ? sampleCorpus : join(root, corpus.name);
}

function corporaFolder(): string {
  return process.env.PNR_CORPORA || "corpora";
}

/** What to tell where a corpus is not there; undefined where it is. */
export function missingCorpus(corpus: ExperimentCorpus): string | undefined {
  const folder = corpusFolder(corpus);
  if (existsSync(folder)) return undefined;
  return `${corpus.name} is not in ${folder}; put train.json, dev.json and test.json there (${corpus.source}), or name the folder of all corpora in PNR_CORPORA`;
}
