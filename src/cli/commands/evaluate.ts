import type { Command } from "commander";
import { InputError } from "../../base/errors";
import type { Sentence, SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EntityDetector } from "../../detector/entity-detector";
import type { EngineName } from "../../engine";
import type { EvaluateOptions as Rules, SameTypeInner, Scores, SpuriousLength } from "../../evaluation";
import { scoresTable } from "../../evaluation/scores-text";
import { type ChosenSentences, chosenSentences } from "../shared/corpus-input";
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
import { sameTypeInnerOption, spuriousLengthOption } from "../shared/results-options";
import { startDetector } from "../shared/start-engine";

interface EvaluateOptions extends ReadOptions {
  readonly run: string;
  readonly corpus: string;
  readonly split?: SplitName;
  readonly spuriousLength?: SpuriousLength;
  readonly sameTypeInner: SameTypeInner;
  readonly unseen?: true;
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
    [
      "GENIA, whose train split marks few inner mentions of the same type",
      "pnr evaluate --run runs/genia --corpus corpora/genia --same-type-inner ignored",
    ],
    ["only its F1", "pnr evaluate --run runs/quickstart --corpus data/sample --json | jq .scores.overall.f1"],
  );
}

async function run(options: EvaluateOptions): Promise<void> {
  const { run, corpus, spuriousLength = "own", sameTypeInner, unseen = false, engine, json } = options;
  const chosen = await chosenSentences(corpus, options.split, splitOrders.dev, readOptions(options));
  const { file, split, title } = chosen;
  const sentences = unseen ? await unseenSentences(chosen, options) : chosen.sentences;
  const started = await startDetector(run, engine);
  const rules = { spuriousLength, sameTypeInner };
  const scores = await score(started.detector, sentences, rules, file);
  const { cutOffOf } = await import("../../detector/bert-cut-off.js");
  const cutOff = cutOffOf(started.detector.description, sentences, file, note);
  started.detector.dispose();
  const engineDetail = started.engine.identity;
  if (json) printJson({ run, corpus, split, engine: engineDetail, ...rules, unseen, scores, cutOff });
  else {
    const which = unseen ? ` of ${chosen.sentences.length}, without those that train has` : "";
    printText(`${title}, ${scores.sentences} sentences${which}\n\n${scoresTable(scores)}`);
  }
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
  throw new InputError(`${file}: train has all its sentences; score another split, or leave out --unseen`);
}

/** @param source of the sentences, for messages */
async function score(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  rules: Rules,
  source: string,
): Promise<Scores> {
  const { evaluate } = await import("../../evaluation/index.js");
  try {
    return await evaluate(detector, sentences, rules);
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${source}: ${error.message}`, { cause: error })
      : error;
  }
}
