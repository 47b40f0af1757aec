import { existsSync, statSync } from "node:fs";
import { relative } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { TextOptions } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import { sampleCorpus } from "../../corpus/sample";
import { type SplitName, splitNames } from "../../corpus/types";
import { type Combination, combinations } from "../../detector/combination";
import type { Threshold } from "../../detector/threshold";
import type { EngineName } from "../../engine";

const engines: readonly (EngineName | "auto")[] = ["auto", "tensorflow", "blas", "wasm", "cpu"];

/** Values of `--tokens` for a text, and for a corpus of raw text. */
export const textTokens: readonly NonNullable<TextOptions["tokens"]>[] = ["auto", "word", "character"];
export const corpusTokens: readonly NonNullable<ReadOptions["tokens"]>[] = ["words", "space"];

/** Parses the value of an option as an integer in a range. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most < Number.MAX_SAFE_INTEGER ? `${least} to ${most}` : `at least ${least}`;
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number, ${range}.`);
    return value;
  };
}

/** Collects the values of a repeatable option. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Parses the value of an option as one of several words. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    if (value === undefined)
      throw new InvalidArgumentError(`It must be one of ${choices.join(", ")}${nearest(text, choices)}`);
    return value;
  };
}

/**
 * Validates the values of all path options of a command. Rejects an empty text, which an unset shell variable gives, and a file
 * where the command writes a folder.
 */
export function checkPaths(command: Command): void {
  for (const option of command.options) {
    if (!/<(folder|file|path)>/.test(option.flags) || option.parseArg) continue;
    const isOutput = /^--(out|store) <folder>$/.test(option.flags);
    option.argParser((text: string) => {
      if (text === "") throw new InvalidArgumentError("It is empty.");
      if (isOutput && statSync(text, { throwIfNoEntry: false })?.isDirectory() === false)
        throw new InvalidArgumentError("It is not a folder.");
      return text;
    });
  }
}

/** `--corpus <folder>`. The word `sample` means the bundled corpus, unless a folder of that name exists. */
export function corpusOption(description: string): Option {
  return new Option("--corpus <folder>", description).argParser((folder) =>
    folder === "sample" && !existsSync(folder) ? bundledCorpus() : folder,
  );
}

/** The folder of the bundled corpus, relative to the working folder. */
export function bundledCorpus(): string {
  return relative(process.cwd(), sampleCorpus);
}

export function engineOption(): Option {
  return new Option("--engine <name>", `engine: ${engines.join(", ")}`)
    .env("PNR_ENGINE")
    .argParser(oneOf(engines));
}

/** `--threshold 0.3`, or `--threshold DNA=0.3` for single types (repeatable). */
export function thresholdOption(): Option {
  return new Option(
    "--threshold <value>",
    "predict entities with at least this probability (0 to 1), instead of those more probable than None; DNA=0.3 for one type, repeatable",
  ).argParser((text, before: Threshold | undefined) => {
    const [, type, value] = /^(?:(.+)=)?(.+)$/s.exec(text) ?? [];
    const threshold = Number(value);
    if (!(value?.trim() && threshold >= 0 && threshold <= 1))
      throw new InvalidArgumentError("It must be a probability from 0 to 1, or TYPE=PROBABILITY.");
    if (type === undefined) return threshold;
    return { ...(typeof before === "object" && before), [type]: threshold };
  });
}

/** `--run <folder>`, of a model or of each member of an ensemble. */
export function runsOption(): Option {
  return new Option(
    "--run <folder>",
    "the run's folder, or the name of a ready model (required); repeatable: several models predict together, as an ensemble",
  ).argParser((folder, before: readonly string[] | undefined) => {
    if (folder === "") throw new InvalidArgumentError("It is empty.");
    return collect(folder, before);
  });
}

export function combineOption(): Option {
  return new Option(
    "--combine <rule>",
    "with several runs: vote predicts what more than half of them predict; average predicts what has a mean probability of at " +
      "least --threshold, or 0.5 (default: vote)",
  ).argParser(oneOf(combinations));
}

/** @throws InputError for `--combine` with one run */
export function checkCombine(runs: readonly string[], combine: Combination | undefined): void {
  if (combine !== undefined && runs.length < 2)
    throw new InputError("--combine is for several runs; add another --run, or omit it");
}

export function calibratedOption(): Option {
  return new Option(
    "--calibrated",
    "scale probabilities with the temperature that `evaluate --curve --store-temperature` stored with the run",
  );
}

export function engineChangeOption(): Option {
  return new Option(
    "--allow-engine-change",
    "resume a run on another engine; the run records both, and its numbers match neither",
  );
}

/** Makes options mandatory. Commander's `requiredOption` would report a missing option before a misspelled one. */
export function requireOptions(command: Command, ...names: readonly string[]): void {
  command.hook("preAction", (_, called) => {
    for (const name of names)
      if (called.getOptionValue(name) === undefined) called.error(`error: --${name} is required`);
  });
}

/** Order in which a command looks for a split without `--split`. */
export const splitOrders: Readonly<Record<"dev" | "test", readonly SplitName[]>> = {
  dev: ["dev", "test", "train"],
  test: ["test", "dev", "train"],
};

/** @param order of the splits to look for without the option */
export function splitOption(order?: readonly SplitName[]): Option {
  const fallback = order ? ` (default: the first of ${order.join(", ")} in the corpus)` : "";
  return new Option("--split <name>", `split: ${splitNames.join(", ")}${fallback}`).argParser(
    oneOf(splitNames),
  );
}

export function jsonOption(): Option {
  return new Option(
    "--json",
    "print one JSON document to standard output, and everything else to standard error",
  );
}

/** Adds examples to a command's help: pairs of a purpose and a command line. */
export function addExamples(command: Command, ...examples: readonly (readonly [string, string])[]): void {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  $ ${line}`);
  command.addHelpText("after", `\n${lines.length > 1 ? "Examples" : "Example"}:\n${lines.join("\n")}`);
}
