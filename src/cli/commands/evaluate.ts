import type { Command } from "commander";
import { InputError } from "../../base/errors";
import type { Sentence, SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EntityDetector } from "../../detector/entity-detector";
import type { EngineName } from "../../engine";
import type { Scores, SpuriousLength } from "../../evaluation";
import { chosenSentences } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import {
  addExamples,
  corpusOption,
  engineOption,
  jsonOption,
  requireOptions,
  splitOption,
  splitOrders,
} from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { spuriousLengthOption } from "../shared/results-options";
import { startDetector } from "../shared/start-engine";
import { scoresTable } from "../shared/tables";

interface EvaluateOptions extends ReadOptions {
  readonly run: string;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly spuriousLength?: SpuriousLength;
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
    .addOption(engineOption())
    .addOption(jsonOption())
    .action(run);
  addReadOptions(evaluate);
  requireOptions(evaluate, "run", "corpus");
  addExamples(
    evaluate,
    [
      "the quickstart model on unseen sentences",
      "pnr evaluate --run runs/quickstart --corpus data/sample --split test",
    ],
    ["only its F1", "pnr evaluate --run runs/quickstart --corpus data/sample --json | jq .scores.overall.f1"],
  );
}

async function run(options: EvaluateOptions): Promise<void> {
  const { run, corpus, spuriousLength = "own", engine, json } = options;
  const { sentences, file, split, title } = await chosenSentences(
    corpus,
    options.split,
    splitOrders.dev,
    readOptions(options),
  );
  const started = await startDetector(run, engine);
  const scores = await score(started.detector, sentences, spuriousLength, file);
  const { cutOffOf } = await import("../../detector/bert-cut-off.js");
  const cutOff = cutOffOf(started.detector.description, sentences, file, note);
  started.detector.dispose();
  const engineDetail = started.engine.identity;
  if (json) printJson({ run, corpus, split, engine: engineDetail, spuriousLength, scores, cutOff });
  else printText(`${title}, ${scores.sentences} sentences\n\n${scoresTable(scores)}`);
}

/** @param source of the sentences, for messages */
async function score(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  spuriousLength: SpuriousLength,
  source: string,
): Promise<Scores> {
  const { evaluate } = await import("../../evaluation/index.js");
  try {
    return await evaluate(detector, sentences, { spuriousLength });
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${source}: ${error.message}`, { cause: error })
      : error;
  }
}
