import { type Command, Option } from "commander";
import { InputError, namingAsync } from "../../base/errors";
import type { Sentence, SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { Combination } from "../../detector/combination";
import type { EntityDetector } from "../../detector/entity-detector";
import type { Threshold } from "../../detector/threshold";
import type { EngineName } from "../../engine";
import type { Evaluation, SameTypeInner, SpuriousLength } from "../../evaluation";
import { ensembleTable } from "../../evaluation/ensemble-text";
import { scoresTable } from "../../evaluation/scores-text";
import { type ChosenSentences, chosenSentences, trainingSentences } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { evaluateDetector } from "../shared/evaluate-detector";
import {
  addExamples,
  calibratedOption,
  checkCombine,
  combineOption,
  corpusOption,
  engineOption,
  jsonOption,
  requireOptions,
  runsOption,
  splitOption,
  splitOrders,
  thresholdOption,
} from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { sameTypeInnerOption, spuriousLengthOption } from "../shared/results-options";
import { slicesOf, slicesOption } from "../shared/slice-options";
import { startDetector, startEnsemble } from "../shared/start-engine";
import { addWidgetOutput, type WidgetOutput, writeWidget } from "../shared/widget-output";

interface EvaluateOptions extends ReadOptions, WidgetOutput {
  readonly run: readonly string[];
  readonly combine?: Combination;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly spuriousLength?: SpuriousLength;
  readonly sameTypeInner: SameTypeInner;
  readonly unseen?: true;
  readonly errors?: true;
  readonly slices?: string;
  readonly curve?: true;
  readonly threshold?: Threshold;
  readonly calibrated?: true;
  readonly storeTemperature?: true;
  readonly engine?: EngineName | "auto";
  readonly json?: true;
}

export function addEvaluate(program: Command): void {
  const evaluate = program
    .command("evaluate")
    .summary("score a trained model on a split of a corpus")
    .description(
      "Loads the best checkpoint of a run, predicts the entities of a split and compares them with the gold entities. A prediction " +
        "is correct if start, end and type match. Prints precision, recall and F1 in percent, overall, by length, by type, and for " +
        "nested and flat entities. With several runs, prints the scores of each, and the gain of their ensemble over them.",
    )
    .addOption(runsOption())
    .addOption(combineOption())
    .addOption(corpusOption("the corpus: a folder with splits, or one file (required)"))
    .addOption(splitOption(splitOrders.dev))
    .addOption(spuriousLengthOption("own"))
    .addOption(sameTypeInnerOption())
    .option("--unseen", "score only sentences whose words do not occur in the corpus's train split")
    .option(
      "--errors",
      "also print the kinds of error with the F1 that each costs, and errors by type, length, nesting depth and frequency in training",
    )
    .addOption(slicesOption().conflicts("errors"))
    .addOption(
      new Option(
        "--curve",
        "precision and recall at all thresholds of the probability, per type and overall, and how well it is calibrated",
      ).conflicts(["errors", "slices"]),
    )
    .addOption(thresholdOption())
    .addOption(calibratedOption())
    .option(
      "--store-temperature",
      "with --curve, fit a temperature to the probabilities on this split and store it with the run, for --calibrated",
    )
    .addOption(engineOption())
    .addOption(jsonOption())
    .action(run);
  addWidgetOutput(evaluate);
  addReadOptions(evaluate);
  requireOptions(evaluate, "run", "corpus");
  addExamples(
    evaluate,
    [
      "the quickstart model on unseen sentences",
      "pnr evaluate --run runs/quickstart --corpus data/sample --split test",
    ],
    [
      "GENIA, whose train split marks few inner mentions of the same type",
      "pnr evaluate --run runs/genia --corpus corpora/genia --same-type-inner ignored",
    ],
    [
      "the F1 that each kind of error costs, as a page to click through and as a table with one row per error",
      "pnr evaluate --run runs/quickstart --corpus data/sample --errors --out out/errors.html --out out/errors.csv",
    ],
    [
      'parts of the split, from a file such as {"long genes": {"type": "DNA", "length": [3, null]}}',
      "pnr evaluate --run runs/quickstart --corpus data/sample --slices slices.json",
    ],
    [
      "the gain of an ensemble over its three members",
      "pnr evaluate --run runs/a --run runs/b --run runs/c --corpus data/sample --split test",
    ],
    ["only its F1", "pnr evaluate --run runs/quickstart --corpus data/sample --json | jq .scores.overall.f1"],
  );
}

async function run(options: EvaluateOptions, command: Command): Promise<void> {
  const { run: runs, combine, corpus, unseen = false, json, out } = options;
  checkCombine(runs, combine);
  if (out && !options.errors && !options.curve && options.slices === undefined)
    command.error("error: --out writes errors, slices or curves; add --errors, --slices or --curve");
  if (options.storeTemperature && (!options.curve || options.calibrated))
    command.error("error: --store-temperature needs --curve, without --calibrated");
  if (options.curve && runs.length > 1) command.error("error: --curve scores one run; give a single --run");
  const selection = await chosenSentences(corpus, options.split, splitOrders.dev, readOptions(options));
  const { split, title } = selection;
  const sentences = unseen ? await unseenSentences(selection, options) : selection.sentences;
  const result = await (runs.length > 1 ? scoreEnsemble : scoreModel)(sentences, selection, options);
  const { evaluation, engine, cutOff, summary } = result;
  const { scores } = evaluation;
  const detail = await detailOf({ ...result, sentences, chosen: selection }, options);
  result.dispose();
  if (json) {
    const rules = rulesOf(options);
    const report = {
      ...summary.names,
      corpus,
      split,
      engine,
      ...rules,
      unseen,
      scores,
      ...summary.json,
      cutOff,
    };
    printJson({ ...report, ...detail?.json });
  } else {
    const which = unseen ? ` of ${selection.sentences.length}, without those that occur in train` : "";
    const texts = [`${title}, ${scores.sentences} sentences${which}`, ...summary.texts, scoresTable(scores)];
    printText(texts.join("\n\n"));
  }
  if (!detail || (json && !out)) return;
  if (!out) printText("");
  await detail.write(options);
}

function rulesOf({ spuriousLength = "own", sameTypeInner, threshold, calibrated }: EvaluateOptions) {
  return { spuriousLength, sameTypeInner, threshold, calibrated };
}

/** The scores of a model, or of an ensemble with those of its members. */
interface ModelScores {
  /** Absent for an ensemble. */
  readonly detector?: EntityDetector;
  readonly evaluation: Evaluation;
  readonly engine: string;
  /** The tokens that BERT did not read, for each member of an ensemble. */
  readonly cutOff: unknown;
  readonly summary: { readonly names: object; readonly json: object; readonly texts: readonly string[] };
  dispose(): void;
}

async function scoreModel(
  sentences: readonly Sentence[],
  { file }: ChosenSentences,
  options: EvaluateOptions,
): Promise<ModelScores> {
  const [run] = options.run;
  const { detector, engine } = await startDetector(run, options.engine);
  const evaluation = await evaluateDetector(detector, sentences, rulesOf(options), file);
  const { cutOffOf } = await import("../../detector/bert-cut-off.js");
  return {
    ...{ detector, evaluation, engine: engine.identity },
    cutOff: cutOffOf(detector.description, sentences, file, note),
    summary: { names: { run }, json: {}, texts: [] },
    dispose: () => detector.dispose(),
  };
}

async function scoreEnsemble(
  sentences: readonly Sentence[],
  { file }: ChosenSentences,
  options: EvaluateOptions,
): Promise<ModelScores> {
  const { run: runs, combine = "vote" } = options;
  const { ensemble: models, engine } = await startEnsemble(runs, options.engine);
  const { evaluateEnsemble } = await import("../../evaluation/index.js");
  const ensembleResult = await namingAsync(file, () =>
    evaluateEnsemble(models, sentences, { ...rulesOf(options), combine }),
  );
  const { cutOffOf } = await import("../../detector/bert-cut-off.js");
  const { ensemble: evaluation, members, mean, gains, units } = ensembleResult;
  const memberScores = members.map(({ name, scores }) => ({ run: name, scores }));
  return {
    ...{ evaluation, engine: engine.identity },
    cutOff: models.members.map(({ detector }) => cutOffOf(detector.description, sentences, file, note)),
    summary: {
      names: { runs, combine },
      json: { members: memberScores, mean, gains, units },
      texts: [`${runs.length} runs, combined by ${combine}`, ensembleTable(ensembleResult)],
    },
    dispose: () => models.dispose(),
  };
}

/** Reports in addition to the scores. */
interface Detail {
  readonly json: object;
  /** Writes the files of `--out`, or prints. */
  write(output: WidgetOutput): Promise<void>;
}

interface Scored extends Pick<ModelScores, "detector" | "evaluation"> {
  readonly sentences: readonly Sentence[];
  readonly chosen: ChosenSentences;
}

async function detailOf(result: Scored, options: EvaluateOptions): Promise<Detail | undefined> {
  if (options.errors) return errorsDetail(result, options);
  if (options.curve) return curveDetail(result, options);
  return options.slices === undefined ? undefined : slicesDetail(options.slices, result, options);
}

function nameOf({ run: runs }: Pick<EvaluateOptions, "run">): string {
  return runs.length > 1 ? `ensemble of ${runs.join(", ")}` : runs[0];
}

async function errorsDetail({ evaluation, chosen }: Scored, options: EvaluateOptions): Promise<Detail> {
  const library = await import("../../evaluation/index.js");
  const training = await trainingSentences(options.corpus, chosen, readOptions(options));
  const atlas = library.errors(evaluation, { training });
  const { cases: _, sentences: __, ...json } = atlas;
  return {
    json: { errors: json },
    write: async ({ out, theme }) => {
      const { errors, table } = await import("../../../widgets/index.js");
      const widget = errors(atlas, { name: nameOf(options) });
      if (!out) return writeWidget(widget, {});
      for (const file of out) {
        const isTable = /\.(csv|arrow)$/i.test(file);
        if (isTable) await writeWidget(table(library.errorRows(atlas)), { out: [file] });
        else await writeWidget(widget, { out: [file], theme });
      }
    },
  };
}

async function slicesDetail(
  file: string,
  { evaluation, chosen }: Scored,
  { corpus, ...options }: EvaluateOptions,
): Promise<Detail> {
  const runs = [{ name: nameOf(options), sentences: evaluation.sentences }];
  const scores = await slicesOf(file, runs, corpus, chosen, readOptions(options));
  const { slices } = await import("../../../widgets/index.js");
  return { json: { slices: scores }, write: (output) => writeWidget(slices(scores), output) };
}

async function curveDetail(
  { detector, sentences, chosen }: Scored,
  { run: [run], calibrated, storeTemperature }: EvaluateOptions,
): Promise<Detail> {
  const { detectorCurves } = await import("../../evaluation/index.js");
  const curves = await detectorCurves(detector!, sentences, { calibrated });
  if (storeTemperature) {
    const { writeTemperature } = await import("../../detector/temperature-file.js");
    const { temperature, predictions } = curves.calibration;
    note(`wrote ${writeTemperature(run, { temperature, predictions, corpus: chosen.title })}`);
  }
  const { precisionRecall } = await import("../../../widgets/index.js");
  const widget = precisionRecall(curves, { name: run });
  return { json: { curves }, write: (output) => writeWidget(widget, output) };
}

/** @throws InputError if the corpus has no train split, or train has all sentences */
async function unseenSentences(
  { sentences, split, file }: ChosenSentences,
  { corpus, ...options }: EvaluateOptions,
): Promise<readonly Sentence[]> {
  if (split === undefined) {
    throw new InputError(`${file}: is one file, so --unseen has no train split; give the corpus's folder`);
  }
  const { seenFlags } = await import("../../corpus/index.js");
  const train = await chosenSentences(corpus, "train", splitOrders.dev, readOptions(options));
  const flags = seenFlags(sentences, train.sentences);
  const unseen = sentences.filter((_, index) => !flags[index]);
  if (unseen.length) return unseen;
  throw new InputError(`${file}: all its sentences occur in train; score another split, or omit --unseen`);
}
