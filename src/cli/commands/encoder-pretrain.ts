import { existsSync, readdirSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../../base/errors";
import { Progress } from "../../base/progress";
import { shellWords } from "../../base/shell";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EngineName } from "../../engine";
import type { PretrainEpoch } from "../../training";
import { addReadOptions, corpusArguments, readOptions } from "../shared/corpus-options";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import { addExamples, corpusOption, engineOption, requireOptions, wholeNumber } from "../shared/options";
import { note, printText } from "../shared/output";

interface PretrainCommand extends ReadOptions {
  readonly corpus: string;
  readonly out: string;
  readonly layers: number;
  readonly hidden: number;
  readonly positions: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly engine?: EngineName | "auto";
}

export function addEncoderPretrain(encoder: Command): void {
  const command = encoder
    .command("pretrain")
    .summary("pre-train a small BERT on a corpus by masked words")
    .description(
      "Pre-trains a BERT on the words of a corpus's train split by predicting masked pieces (Devlin et al. 2019), without its " +
        "entities, and writes it in Hugging Face's format. Reports the accuracy on dev after each epoch. It is for tests, " +
        "demonstrations, and languages or fields without a BERT; a useful one takes a thousand times the text and time.",
    )
    .addOption(corpusOption("the corpus folder (required)"))
    .option("--out <folder>", "a new folder for the encoder (required)")
    .option("--layers <number>", "Transformer layers", wholeNumber(1), 2)
    .option("--hidden <number>", "width of hidden states, a multiple of 64", multipleOf64, 128)
    .option("--positions <number>", "longest input in pieces", wholeNumber(3), 128)
    .option("--epochs <number>", "number of epochs", wholeNumber(1), 10)
    .option("--batch-size <number>", "sentences per step", wholeNumber(1), 16)
    .option("--learning-rate <number>", "highest learning rate", positive, 1e-3)
    .option("--seed <number>", "seed of weights, masks, shuffling and dropout", wholeNumber(0), 1)
    .addOption(engineOption())
    .action(run);
  addReadOptions(command);
  requireOptions(command, "corpus", "out");
  addExamples(
    command,
    ["a BERT for the bundled corpus", "pnr encoder pretrain --corpus data/sample --out models/sample"],
    ["a model that starts from it", "pnr train --corpus data/sample --set model.bert.from=models/sample"],
  );
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10)) throw new InvalidArgumentError("It must be a number above 0, at most 10.");
  return value;
}

function multipleOf64(text: string): number {
  const value = wholeNumber(64)(text);
  if (value % 64) throw new InvalidArgumentError("It must be a multiple of 64.");
  return value;
}

async function run(options: PretrainCommand): Promise<void> {
  const { out, layers, hidden, positions, engine, epochs, batchSize, learningRate, seed } = options;
  if (existsSync(out) && readdirSync(out).length)
    throw new InputError(`${out}: is not an empty folder; choose another`);
  const { loadCorpus } = await import("../../corpus/index.js");
  const { describeEngine, startEngine } = await import("../../engine/index.js");
  const { bertOf } = await import("../../bert/index.js");
  const { pretrain } = await import("../../training/index.js");
  const corpus = await loadCorpus(options.corpus, { ...readOptions(options), onRemark: note });
  if (!corpus.splits.dev.length) note(`${options.corpus}: has no dev split; measuring accuracy on train`);
  note(describeEngine(await startEngine(engine)));
  const progress = new Progress();
  const reports = await interruptible(progress, "step", async (signal) => {
    try {
      return await pretrain({
        ...{ epochs, batchSize, learningRate, seed },
        corpus,
        bert: { ...bertOf(layers, hidden), positions },
        folder: out,
        signal,
        onStep: ({ step, steps, loss }) =>
          progress.update({
            done: step,
            total: steps,
            place: `step ${step}/${steps}`,
            figures: `loss ${loss.toFixed(3)}`,
          }),
        onEpoch: (report) => progress.print(epochText(report)),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Interrupted(`stopped; ${out} contains no encoder`, { cause: error });
    }
  });
  const next = ["pnr", "train", ...corpusArguments(options.corpus, process.argv.slice(2))];
  printText(
    `${epochText(reports[reports.length - 1])}\n${out}\nNext: ${shellWords([...next, "--set", `model.bert.from=${out}`])}`,
  );
}

function epochText({ epoch, loss, accuracy }: PretrainEpoch): string {
  return `epoch ${epoch}: ${(100 * accuracy).toFixed(1)}% of masked pieces predicted, loss ${loss.toFixed(3)}`;
}
