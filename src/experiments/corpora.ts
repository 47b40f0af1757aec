import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { nearest } from "../base/schema";
import { sampleCorpus } from "../corpus";
import type { PaperPresetName } from "../training";
import type { PaperCorpus } from "./paper";
import type { ConfigChange } from "./settings";

/** A corpus that experiments can run on. */
export interface ExperimentCorpus {
  /** Name of its folder below the folder of corpora, unless it is bundled. */
  readonly name: string;
  /** The paper's corpus that it represents. */
  readonly standsFor: PaperCorpus;
  /** Whether it is that corpus, rather than a stand-in. */
  readonly genuine: boolean;
  /** The paper's settings for this corpus. */
  readonly change: ConfigChange;
  /** The preset of its runs at the scale `paper`. */
  readonly preset: PaperPresetName;
  /** Where to get it. */
  readonly source: string;
}

/** §4.1: trained on train and dev together, so that no split can choose the epoch. */
const both: ConfigChange = { training: { trainOn: "train+dev", selectOn: "last" } };

/** On WeiboNER, Table 6's "Origin" is Table 7's row [2,2,2]; on the others, [2,2]. */
const threeLevels: ConfigChange = { model: { kernels: [2, 2, 2] } };

const presetOf: Readonly<Record<PaperCorpus, PaperPresetName>> = {
  GENIA: "genia",
  CoNLL03: "conll03",
  WeiboNER: "weibo",
};

const corpora: readonly ExperimentCorpus[] = [
  entry("sample", "GENIA", false, {}, "bundled: data/sample"),
  entry("genia", "GENIA", true, {}, "GENIA 3.02, the split of Yu et al. 2020"),
  entry("conll03", "CoNLL03", true, both, "CoNLL 2003, under Reuters' license"),
  entry("weiboner", "WeiboNER", true, threeLevels, "WeiboNER's second annotation, in words"),
  entry("weiboner-characters", "WeiboNER", false, threeLevels, "WeiboNER's second annotation, in characters"),
  entry("wikigold", "CoNLL03", false, {}, "Wikigold (Balasuriya et al. 2009)"),
  entry("sec", "CoNLL03", false, {}, "SEC filings (Salinas Alvarado et al. 2015)"),
  entry("news", "CoNLL03", false, {}, "Wikigold and SEC filings together, split by split"),
  entry("wnut17", "CoNLL03", false, {}, "WNUT 2017 (Derczynski et al. 2017)"),
  entry(
    "genia-full",
    "GENIA",
    false,
    {},
    "GENIA's training sentences whose annotation is complete (`annotation` is `full`), and its dev split",
  ),
  entry(
    "genia-rates",
    "GENIA",
    false,
    {},
    "the first 12,000 training sentences of GENIA; dev: its last 1,000 training sentences",
  ),
  entry(
    "genia-curves",
    "GENIA",
    false,
    {},
    "train: GENIA's dev split; dev: the first 1,000 completely annotated training sentences",
  ),
];

/** A line of the list. @param genuine whether it is the paper's corpus, rather than a stand-in */
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
  const corpus = corpora.find((one) => one.name === name);
  if (corpus) return corpus;
  const names = corpora.map((one) => one.name);
  throw new InputError(`There is no corpus "${name}" for experiments${nearest(name, names)}`);
}

/** Whether a corpus is part of this project, so that its sentences may be published. */
export function isBundled({ name }: ExperimentCorpus): boolean {
  return name === "sample";
}

/** @param root folder of corpora. Default: PNR_CORPORA, else `corpora` in the current folder */
export function corpusFolder(
  corpus: ExperimentCorpus,
  root: string = process.env.PNR_CORPORA || "corpora",
): string {
  return isBundled(corpus) ? sampleCorpus : join(root, corpus.name);
}

/** A line about a missing corpus; `undefined` if it exists. */
export function missingCorpus(corpus: ExperimentCorpus): string | undefined {
  const folder = corpusFolder(corpus);
  if (existsSync(folder)) return undefined;
  return `${corpus.name} is not in ${folder}; put train.json, dev.json and test.json there (${corpus.source}), or name the folder of all corpora in PNR_CORPORA`;
}
