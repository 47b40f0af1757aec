import { resolve } from "node:path";
import { InputError } from "../base/errors";
import { type Corpus, loadCorpus } from "../corpus";
import { type Config, parseConfig, presets, trainingSentences, withInit } from "../training";
import { corpusFolder, corpusNamed, type ExperimentCorpus, missingCorpus } from "./corpora";
import { isOwnAblation, type Plan } from "./plans";
import { PretrainedHashes } from "./pretrained-files";
import type { Scale } from "./scales";
import type { Setting } from "./settings";
import { type RunSpec, resultsVersion, runId } from "./spec";

/** A run's cell in a table or figure. Several cells may share a run. */
export interface Cell {
  readonly plan: Plan;
  readonly corpus: ExperimentCorpus;
  readonly setting: Setting;
  readonly seed: number;
  /** The run's {@link runId}. */
  readonly id: string;
}

/** The cells and runs of plans at a scale. */
export interface Grid {
  readonly cells: readonly Cell[];
  /** The distinct runs by id, in the order of the plans. */
  readonly runs: ReadonlyMap<string, RunSpec>;
  /** The available corpora by name. */
  readonly corpora: ReadonlyMap<string, Corpus>;
  /** A line for each missing or too small corpus, and for each of the paper's corpora that no corpus represents. */
  readonly leftOut: readonly string[];
  /** A line for each effect of a missing test or dev split on the runs. */
  readonly remarks: readonly string[];
}

export interface GridOptions {
  readonly plans: readonly Plan[];
  readonly scale: Scale;
  /** Identity of the engine that computes the runs: `EngineInfo.identity`. */
  readonly engine: string;
  readonly seeds: readonly number[];
  /** Corpora or their names. Default: the scale's. */
  readonly corpora?: readonly (string | ExperimentCorpus)[];
  /** Changes every config before the setting does, for example by `applyOverrides`. */
  readonly change?: (config: Config) => Config;
}

/**
 * Makes the grid of plans. The outer order is by seed, so that a stopped sweep has complete tables of the first seeds.
 * @throws InputError for an unknown or damaged corpus, or if all corpora are missing
 */
export async function gridOf(options: GridOptions): Promise<Grid> {
  const requested = (options.corpora ?? options.scale.corpora).map((corpus) =>
    typeof corpus === "string" ? corpusNamed(corpus) : corpus,
  );
  const missing = requested.map(missingCorpus).filter((line) => line !== undefined);
  const available = requested.filter((corpus) => missingCorpus(corpus) === undefined);
  if (!available.length) throw new InputError(missing.join("; "));
  const corpora = new Map<string, Corpus>();
  for (const corpus of available) corpora.set(corpus.name, await loadCorpus(corpusFolder(corpus)));
  const hashes = new PretrainedHashes();
  const cells: Cell[] = [];
  const runs = new Map<string, RunSpec>();
  for (const seed of options.seeds) {
    for (const plan of options.plans) {
      for (const corpus of available.filter(({ standsFor }) => plan.corpora.includes(standsFor))) {
        for (const setting of plan.settings) {
          if (exceeds(setting, corpora.get(corpus.name)!)) continue;
          const spec = await specOf(options, corpus, corpora.get(corpus.name)!, setting, seed, hashes);
          const id = runId(spec);
          runs.set(id, spec);
          cells.push({ plan, corpus, setting, seed, id });
        }
      }
    }
  }
  const leftOut = [
    ...missing,
    ...unrepresented(options.plans, requested),
    ...tooLarge(options.plans, corpora),
  ];
  return { cells, runs, corpora, leftOut, remarks: splitRemarks(runs.values(), corpora) };
}

/** Whether a setting trains on more sentences than there are. It would train on all, like a smaller setting. */
function exceeds({ change }: Setting, { splits }: Corpus): boolean {
  return (change.training?.limitTrain ?? 0) > splits.train.length;
}

/** A line for each corpus that is too small for settings. */
function tooLarge(plans: readonly Plan[], corpora: ReadonlyMap<string, Corpus>): string[] {
  return [...corpora].flatMap(([name, corpus]) => {
    const settings = plans.flatMap((plan) => plan.settings.filter((setting) => exceeds(setting, corpus)));
    const sizes = [...new Set(settings.map(({ change }) => change.training!.limitTrain!))].join(", ");
    const { length } = corpus.splits.train;
    return sizes ? [`${name} has ${length} training sentences, too few for settings with ${sizes}`] : [];
  });
}

function splitRemarks(runs: Iterable<RunSpec>, corpora: ReadonlyMap<string, Corpus>): string[] {
  const remarks = [...runs].flatMap(({ config: { training }, corpus: { name } }) => {
    const { splits } = corpora.get(name)!;
    const { selectOn } = training;
    const canChoose = selectOn === "last" || splits[selectOn].length > 0;
    return [
      ...(canChoose
        ? []
        : [`${name}: has no ${selectOn} split to choose an epoch by; the last epoch is kept`]),
      ...(splits.test.length ? [] : [`${name}: has no test split; runs are scored on dev`]),
    ];
  });
  return [...new Set(remarks)];
}

async function specOf(
  { scale, engine, change }: GridOptions,
  corpus: ExperimentCorpus,
  { hash, splits }: Corpus,
  setting: Setting,
  seed: number,
  hashes: PretrainedHashes,
): Promise<RunSpec> {
  const config = configOf({ scale, corpus, setting, seed, change });
  if (!splits.test.length && !splits.dev.length)
    throw new InputError(
      `${corpus.name} has neither a test nor a dev split, so there is nothing to score; pnr corpus split makes them`,
    );
  if (!splits.test.length && config.training.trainOn !== "train") {
    throw new InputError(
      `${corpus.name} has no test split, and dev is trained on, so there is nothing to score; --set training.trainOn=train training.selectOn=dev`,
    );
  }
  const folder = resolve(corpusFolder(corpus));
  const pretrained = await hashes.of(config);
  return {
    resultsVersion,
    config,
    corpus: { hash, name: corpus.name, folder },
    ...(pretrained !== undefined && { pretrained }),
    engine,
    scale: scale.name,
  };
}

export interface ConfigOptions {
  readonly scale: Scale;
  readonly corpus: ExperimentCorpus;
  readonly setting: Setting;
  readonly seed: number;
  readonly change?: (config: Config) => Config;
}

/** Stand-ins may lack a test split, so they are trained on train only. */
const standIn = { training: { trainOn: "train", selectOn: "dev" } } as const;

/**
 * The config of a run: the scale's config, changed by the corpus, `change` and the setting, in this order. At the scale `paper`
 * the corpus's preset replaces the first two. A trained model to start from replaces the model settings of scale and corpus.
 */
export function configOf({
  scale,
  corpus,
  setting,
  seed,
  change = (config) => config,
}: ConfigOptions): Config {
  const source = `${setting.label} on ${corpus.name} at scale ${scale.name}`;
  const start =
    scale.name === "paper"
      ? parseConfig(corpus.genuine ? {} : standIn, source, presets[corpus.preset])
      : parseConfig(corpus.change, source, scale.config);
  const config = withInit(start, [{ source, change: setting.change }], change);
  return parseConfig({ training: { seed } }, source, config);
}

/** A line for each of the plans' corpora that no corpus represents. Your own settings take any corpus. */
function unrepresented(plans: readonly Plan[], corpora: readonly ExperimentCorpus[]): string[] {
  const ofPlans = new Set(plans.flatMap((plan) => (isOwnAblation(plan) ? [] : plan.corpora)));
  const represented = new Set(corpora.map(({ standsFor }) => standsFor));
  return [...ofPlans]
    .filter((name) => !represented.has(name))
    .map((name) => `no corpus of this sweep stands for the paper's ${name}`);
}

/** A run of a sweep for people. */
export interface SweepRunLabel {
  readonly id: string;
  /** "table6 Origin on sample, seed 1" */
  readonly label: string;
  /** Sentences to train on, over all epochs. */
  readonly work: number;
}

/** The runs of a grid, in its order. A run that several tables share has its first label. */
export function runLabels(grid: Grid): SweepRunLabel[] {
  const cells = new Map([...grid.cells].reverse().map(({ id, ...cell }) => [id, cell]));
  return [...grid.runs].map(([id, { config, corpus }]) => {
    const { plan, setting, seed } = cells.get(id)!;
    const sentences = trainingSentences(grid.corpora.get(corpus.name)!, config.training).length;
    return {
      id,
      label: `${plan.name} ${setting.label} on ${corpus.name}, seed ${seed}`,
      work: sentences * config.training.epochs,
    };
  });
}
