import { statSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { nearest } from "../base/schema";
import type { TextOptions } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import { type SplitName, splitNames } from "../corpus/types";
import type { EngineName } from "../engine";

const engines: readonly (EngineName | "auto")[] = ["auto", "tensorflow", "blas", "wasm", "cpu"];

/** What `--tokens` takes for a text, and for a corpus of raw text. */
export const textTokens: readonly NonNullable<TextOptions["tokens"]>[] = ["auto", "word", "character"];
export const corpusTokens: readonly NonNullable<ReadOptions["tokens"]>[] = ["words", "space"];

/** A whole number of at least `least`, for an option's value. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value))
      throw new InvalidArgumentError(`It must be a whole number, at least ${least}.`);
    return value;
  };
}

/** One of these words, for an option's value. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined)
      throw new InvalidArgumentError(`It must be one of ${choices.join(", ")}${nearest(text, choices)}`);
    return chosen;
  };
}

/**
 * Refuses what can be no path, for every option of a command that takes one: an empty text, as of a shell variable that is not set,
 * and a file or a device where a folder is to be written.
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

export function engineOption(): Option {
  return new Option("--engine <name>", `what computes: ${engines.join(", ")}`)
    .env("PNR_ENGINE")
    .argParser(oneOf(engines));
}

export function engineChangeOption(): Option {
  return new Option(
    "--allow-engine-change",
    "resume a run on another engine than before; its numbers are then those of neither, and both are recorded",
  );
}

/**
 * Makes options mandatory. Commander's own check comes before that for unknown options, so that a misspelt `--corpsu` would
 * be reported as a missing `--corpus`.
 */
export function requireOptions(command: Command, ...names: readonly string[]): void {
  command.hook("preAction", (_, called) => {
    for (const name of names)
      if (called.getOptionValue(name) === undefined) called.error(`error: --${name} is required`);
  });
}

/** Orders in which a command looks for a split where none is named. */
export const splitOrders: Readonly<Record<"dev" | "test", readonly SplitName[]>> = {
  dev: ["dev", "test", "train"],
  test: ["test", "dev", "train"],
};

/** @param order which split is taken where none is named */
export function splitOption(order?: readonly SplitName[]): Option {
  const otherwise = order ? ` (default: the first that the corpus has of ${order.join(", ")})` : "";
  return new Option("--split <name>", `which split: ${splitNames.join(", ")}${otherwise}`).argParser(
    oneOf(splitNames),
  );
}

export function jsonOption(): Option {
  return new Option(
    "--json",
    "print one JSON document on standard output, everything else on standard error",
  );
}

/** Adds examples below a command's help: pairs of what is wanted and the command for it. */
export function addExamples(command: Command, ...examples: readonly (readonly [string, string])[]): void {
  const lines = examples.map(([wish, line]) => `  # ${wish}\n  $ ${line}`);
  command.addHelpText("after", `\n${lines.length > 1 ? "Examples" : "Example"}:\n${lines.join("\n")}`);
}
