import { resolve } from "node:path";
import { InputError } from "../base/errors";
import { PretrainedBert } from "../bert";
import { type Corpus, loadCorpus } from "../corpus";
import { type Config, parseConfig, presets } from "../training";
import { corpusFolder, corpusNamed, type ExperimentCorpus, missingCorpus } from "./corpora";
import type { PaperCorpus } from "./paper";
import type { Plan, Setting } from "./plans";
import type { Scale } from "./scales";
import { type RunSpec, resultsVersion, runId } from "./spec";

/** One run's place in a table or figure; several places may share a run. */
export interface Cell {
  readonly plan: Plan;
  readonly corpus: ExperimentCorpus;
  readonly setting: Setting;
  readonly seed: number;
  /** The run's {@link runId}. */
  readonly id: string;
}

/** All that some plans ask for at a scale. */
export interface Grid {
  readonly cells: readonly Cell[];
  /** The distinct runs, by id, in the order in which the plans ask for them. */
  readonly runs: ReadonlyMap<string, RunSpec>;
  /** The corpora that were found, by name. */
  readonly corpora: ReadonlyMap<string, Corpus>;
  /** What was left out, a line each: corpora that are not there, columns that no corpus stands for. */
  readonly leftOut: readonly string[];
  /** What corpora without a test or dev split change for their runs, a line each. */
  readonly remarks: readonly string[];
}

export interface GridOptions {
  readonly plans: readonly Plan[];
  readonly scale: Scale;
  /** Identity of the engine that computes the runs: `EngineInfo.identity`. */
  readonly engine: string;
  readonly seeds: readonly number[];
  /** Corpora, or names of known ones, instead of the scale's. */
  readonly corpora?: readonly (string | ExperimentCorpus)[];
  /** Changes of every config before the setting's own, for example `applyOverrides` of settings from the command line. */
  readonly change?: (config: Config) => Config;
}

/**
 * The cells and runs of plans. Seeds come first, so that a sweep that is stopped has whole tables of the first seeds.
 * @throws InputError for a name that is no corpus, a corpus that is damaged, or where none is there at all
 */
export async function gridOf(options: GridOptions): Promise<Grid> {
  const wanted = (options.corpora ?? options.scale.corpora).map((corpus) =>
    typeof corpus === "string" ? corpusNamed(corpus) : corpus,
  );
  const absent = wanted.map(missingCorpus).filter((line) => line !== undefined);
  const present = wanted.filter((corpus) => missingCorpus(corpus) === undefined);
  if (!present.length) throw new InputError(absent.join("; "));
  const corpora = new Map<string, Corpus>();
  for (const corpus of present) corpora.set(corpus.name, await loadCorpus(corpusFolder(corpus)));
  const cells: Cell[] = [];
  const runs = new Map<string, RunSpec>();
  for (const seed of options.seeds) {
    for (const plan of options.plans) {
      for (const corpus of present.filter(({ standsFor }) => plan.corpora.includes(standsFor))) {
        for (const setting of plan.settings) {
          const spec = specOf(options, corpus, corpora.get(corpus.name)!, setting, seed);
          const id = runId(spec);
          runs.set(id, spec);
          cells.push({ plan, corpus, setting, seed, id });
        }
      }
    }
  }
  const leftOut = [...absent, ...columnsWithout(options.plans, wanted)];
  return { cells, runs, corpora, leftOut, remarks: splitRemarks(runs.values(), corpora) };
}

function splitRemarks(runs: Iterable<RunSpec>, corpora: ReadonlyMap<string, Corpus>): string[] {
  const remarks = [...runs].flatMap(({ config: { training }, corpus: { name } }) => {
    const { splits } = corpora.get(name)!;
    const { selectOn } = training;
    const chooses = selectOn === "last" || splits[selectOn].length > 0;
    return [
      ...(chooses ? [] : [`${name}: has no ${selectOn} split to choose an epoch by; the last epoch is kept`]),
      ...(splits.test.length ? [] : [`${name}: has no test split; runs are scored on dev`]),
    ];
  });
  return [...new Set(remarks)];
}

function specOf(
  { scale, engine, change }: GridOptions,
  corpus: ExperimentCorpus,
  { hash, splits }: Corpus,
  setting: Setting,
  seed: number,
): RunSpec {
  const config = configOf({ scale, corpus, setting, seed, change });
  if (!splits.test.length && !splits.dev.length)
    throw new InputError(
      `${corpus.name} has neither a test nor a dev split, so nothing is left to score on; pnr corpus split makes them`,
    );
  if (!splits.test.length && config.training.trainOn !== "train") {
    throw new InputError(
      `${corpus.name} has no test split, and dev is learned from: nothing is left to score on; --set training.trainOn=train training.selectOn=dev`,
    );
  }
  const place = { hash, name: corpus.name, folder: resolve(corpusFolder(corpus)) };
  return { resultsVersion, config, corpus: place, engine, scale: scale.name };
}

export interface ConfigOptions {
  readonly scale: Scale;
  readonly corpus: ExperimentCorpus;
  readonly setting: Setting;
  readonly seed: number;
  readonly change?: (config: Config) => Config;
}

/** Of a stand-in the test split is not everyone's, so that it is learned from train alone. */
const standIn = { training: { trainOn: "train", selectOn: "dev" } } as const;

/**
 * What a run of a setting is configured as: the scale's config, changed by the corpus, by `change`, by the setting. At the
 * scale `paper` the corpus's preset takes the place of the first two.
 */
export function configOf({
  scale,
  corpus,
  setting,
  seed,
  change = (config) => config,
}: ConfigOptions): Config {
  const source = `${setting.label} on ${corpus.name} at scale ${scale.name}`;
  const own =
    scale.name === "paper"
      ? parseConfig(corpus.genuine ? {} : standIn, source, presets[corpus.preset])
      : parseConfig(corpus.change, source, scale.config);
  const base = change(own);
  return parseConfig({ training: { seed } }, source, parseConfig(setting.change, source, base));
}

/** The paper's corpora that plans report on and no corpus stands for. */
function columnsWithout(plans: readonly Plan[], corpora: readonly ExperimentCorpus[]): string[] {
  const asked = new Set<PaperCorpus>(plans.flatMap((plan) => plan.corpora));
  const stood = new Set(corpora.map(({ standsFor }) => standsFor));
  return [...asked]
    .filter((name) => !stood.has(name))
    .map((name) => `no corpus of this sweep stands for the paper's ${name}`);
}

/** What to tell of pre-trained encoders that runs want and that are not there, a line each. */
export function missingEncoders(runs: Iterable<RunSpec>): string[] {
  const wanted = new Set([...runs].flatMap(({ config }) => config.model.bert?.from ?? []));
  return [...wanted].flatMap((from) => {
    try {
      new PretrainedBert(from);
      return [];
    } catch (error) {
      if (error instanceof InputError) return [error.message];
      throw error;
    }
  });
}
