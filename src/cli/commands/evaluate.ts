import { type Command, Option } from "commander";
import { InputError } from "../../base/errors";
import type { Sentence, SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EntityDetector } from "../../detector/entity-detector";
import type { Threshold } from "../../detector/threshold";
import type { EngineName } from "../../engine";
import type { Evaluation, SameTypeInner, SpuriousLength } from "../../evaluation";
import { scoresTable } from "../../evaluation/scores-text";
import { type ChosenSentences, chosenSentences, trainingSentences } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { evaluateDetector } from "../shared/evaluate-detector";
import {
  addExamples,
  calibratedOption,
  corpusOption,
  engineOption,
  jsonOption,
  requireOptions,
  splitOption,
  splitOrders,
  thresholdOption,
} from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { sameTypeInnerOption, spuriousLengthOption } from "../shared/results-options";
import { slicesOf, slicesOption } from "../shared/slice-options";
import { startDetector } from "../shared/start-engine";
import { addWidgetOutput, type WidgetOutput, writeWidget } from "../shared/widget-output";

interface EvaluateOptions extends ReadOptions, WidgetOutput {
  readonly run: string;
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
        "nested and flat entities.",
    )
    .option("--run <folder>", "the run's folder (required)")
    .addOption(corpusOption("the corpus: a folder with splits, or one file (required)"))
    .addOption(splitOption(splitOrders.dev))
    .addOption(spuriousLengthOption("own"))
    .addOption(sameTypeInnerOption())
    .option("--unseen", "score only sentences whose words do not occur in the corpus's train split")
    .option(
      "--errors",
      "also print the kinds of error and what each costs, and errors by type, length, nesting depth and frequency in training",
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
      "which errors cost how much, as a page to click through and as a list with one row per error",
      "pnr evaluate --run runs/quickstart --corpus data/sample --errors --out out/errors.html --out out/errors.csv",
    ],
    [
      'parts of the split, from a file such as {"long genes": {"type": "DNA", "length": [3, null]}}',
      "pnr evaluate --run runs/quickstart --corpus data/sample --slices slices.json",
    ],
    ["only its F1", "pnr evaluate --run runs/quickstart --corpus data/sample --json | jq .scores.overall.f1"],
  );
}

async function run(options: EvaluateOptions, command: Command): Promise<void> {
  const { run, corpus, spuriousLength = "own", sameTypeInner, unseen = false, engine, json, out } = options;
  if (out && !options.errors && !options.curve && options.slices === undefined)
    command.error("error: --out writes errors, slices or curves; add --errors, --slices or --curve");
  if (options.storeTemperature && (!options.curve || options.calibrated))
    command.error("error: --store-temperature needs --curve, without --calibrated");
  const chosen = await chosenSentences(corpus, options.split, splitOrders.dev, readOptions(options));
  const { file, split, title } = chosen;
  const sentences = unseen ? await unseenSentences(chosen, options) : chosen.sentences;
  const { detector, engine: started } = await startDetector(run, engine);
  const rules = {
    spuriousLength,
    sameTypeInner,
    threshold: options.threshold,
    calibrated: options.calibrated,
  };
  const evaluation = await evaluateDetector(detector, sentences, rules, file);
  const { scores } = evaluation;
  const { cutOffOf } = await import("../../detector/bert-cut-off.js");
  const cutOff = cutOffOf(detector.description, sentences, file, note);
  const detail = await detailOf({ detector, evaluation, sentences, chosen }, options);
  detector.dispose();
  if (json) {
    const report = { run, corpus, split, engine: started.identity, ...rules, unseen, scores, cutOff };
    printJson({ ...report, ...detail?.json });
  } else {
    const which = unseen ? ` of ${chosen.sentences.length}, without those that train has` : "";
    printText(`${title}, ${scores.sentences} sentences${which}\n\n${scoresTable(scores)}`);
  }
  if (!detail || (json && !out)) return;
  if (!out) printText("");
  await detail.write(options);
}

/** What the command reports in addition to the scores. */
interface Detail {
  readonly json: object;
  /** Writes the files of `--out`, or prints. */
  write(output: WidgetOutput): Promise<void>;
}

interface Scored {
  readonly detector: EntityDetector;
  readonly evaluation: Evaluation;
  readonly sentences: readonly Sentence[];
  readonly chosen: ChosenSentences;
}

async function detailOf(scored: Scored, options: EvaluateOptions): Promise<Detail | undefined> {
  if (options.errors) return errorsDetail(scored, options);
  if (options.curve) return curveDetail(scored, options);
  return options.slices === undefined ? undefined : slicesDetail(options.slices, scored, options);
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
      const widget = errors(atlas, { name: options.run });
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
  { run, corpus, ...options }: EvaluateOptions,
): Promise<Detail> {
  const runs = [{ name: run, sentences: evaluation.sentences }];
  const scores = await slicesOf(file, runs, corpus, chosen, readOptions(options));
  const { slices } = await import("../../../widgets/index.js");
  return { json: { slices: scores }, write: (output) => writeWidget(slices(scores), output) };
}

async function curveDetail(
  { detector, sentences, chosen }: Scored,
  { run, calibrated, storeTemperature }: EvaluateOptions,
): Promise<Detail> {
  const { detectorCurves } = await import("../../evaluation/index.js");
  const curves = await detectorCurves(detector, sentences, { calibrated });
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
  const seen = seenFlags(sentences, train.sentences);
  const unseen = sentences.filter((_, index) => !seen[index]);
  if (unseen.length) return unseen;
  throw new InputError(`${file}: train has all its sentences; score another split, or omit --unseen`);
}
