import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { InputError } from "../base/errors";
import type { SplitName } from "../corpus";
import type { EngineName } from "../engine";
import type { ModelDescription } from "../model/storage";
import { splitOf } from "./evaluate";
import { addExamples, engineOption, requireOptions, splitOption } from "./options";
import { note } from "./output";
import type { SentenceLine } from "./sentence-lines";

interface PredictOptions {
  readonly run: string;
  readonly corpus?: string;
  readonly split: SplitName;
  readonly input?: string;
  readonly out?: string;
  readonly engine?: EngineName | "auto";
}

export function addPredict(program: Command): void {
  const predict = program
    .command("predict")
    .summary("find the entities of sentences with a trained model")
    .description(
      'Reads sentences from a split of a corpus or from JSON Lines, one object {"tokens": […], "pos": […]} a line (pos may be ' +
        "left out), and writes each as one line of JSON with its predicted entities: start, end (exclusive), type and " +
        "probability. An output file is written whole or not at all.",
    )
    .option("--run <folder>", "the run's folder, as `pnr train` left it (required)")
    .option("--corpus <folder>", "take the sentences of a corpus …")
    .addOption(splitOption().default("test", "test").conflicts("input"))
    .option("--input <file>", "… or of a JSON Lines file, - for standard input")
    .option("--out <file>", "write here instead of standard output")
    .addOption(engineOption())
    .action(run);
  requireOptions(predict, "run");
  addExamples(
    predict,
    [
      "a split of a corpus, into a file",
      "pnr predict --run runs/quickstart --corpus data/sample --split test --out out/test.jsonl",
    ],
    [
      "a sentence of your own",
      `echo '{"tokens": ["human", "B", "cells"], "pos": ["ADJ", "NOUN", "NOUN"]}' | pnr predict --run runs/quickstart --input -`,
    ],
  );
}

async function run(options: PredictOptions): Promise<void> {
  const lines = await linesOf(options);
  const { describeEngine, startEngine } = await import("../engine/index.js");
  const { EntityDetector } = await import("../model/entity-detector.js");
  note(describeEngine(await startEngine(options.engine)));
  const detector = await EntityDetector.load(options.run);
  warnOfTags(lines, detector.description);
  const predicted = await detector.predict(lines.map(({ sentence }) => sentence));
  detector.dispose();
  const output = lines
    .map(({ record }, at) => `${JSON.stringify({ ...record, entities: predicted[at] })}\n`)
    .join("");
  if (options.out === undefined) {
    process.stdout.write(output);
    return;
  }
  const { writeAtomic } = await import("../base/files.js");
  writeAtomic(options.out, output);
  note(`${lines.length} sentences written to ${options.out}`);
}

/** A model that learnt from part-of-speech tags finds little where it gets none, and nobody would see why. */
function warnOfTags(lines: readonly SentenceLine[], { model, vocabularies }: ModelDescription): void {
  if (!model.embedding.pos) return;
  const strange = lines.filter(({ record }) => record.pos === undefined);
  if (!strange.length) return;
  const known = vocabularies.pos.toJSON().slice(0, 20).join(" ");
  note(
    `${strange.length} of ${lines.length} sentences have no part-of-speech tags, from which this model has learnt, so it may miss ` +
      `entities there; give them as "pos" (${known})`,
  );
}

async function linesOf({ corpus, split, input }: PredictOptions): Promise<SentenceLine[]> {
  if ((corpus === undefined) === (input === undefined))
    throw new InputError("give either --corpus or --input; see pnr predict --help");
  if (corpus !== undefined) {
    const { loadCorpus } = await import("../corpus/index.js");
    return splitOf(await loadCorpus(corpus), split).map((sentence) => {
      const { id, tokens, pos } = sentence;
      return { record: { id, tokens, pos }, sentence };
    });
  }
  const { sentenceLines } = await import("./sentence-lines.js");
  if (input === "-") return sentenceLines(await text(process.stdin), "standard input");
  const { readBytes } = await import("../base/files.js");
  return sentenceLines(readBytes(input!).toString("utf8"), input!);
}
