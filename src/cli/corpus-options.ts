import { type Command, InvalidArgumentError, Option } from "commander";
import { nearest } from "../base/schema";
import { type Column, formatNames, type ReadOptions } from "../corpus/formats/options";
import { oneOf } from "./options";

const columnKinds: readonly Column[] = ["token", "pos", "tag", "-"];

/** Options that say how to read a corpus of any format. */
export function addReadOptions(command: Command): Command {
  const choice = <T extends string>(flags: string, text: string, choices: readonly T[]): Option =>
    new Option(flags, `${text}: ${choices.join(", ")}`).argParser(oneOf(choices));
  for (const option of [
    choice("--from <format>", "the format, where it is not to be recognised", formatNames),
    choice("--level <level>", "WeiboNER: what a token is (default: word)", ["char", "word"]),
    new Option("--columns <list>", "column files: what the columns hold, as in token,pos,-,tag").argParser(
      columnList,
    ),
    choice("--contexts <which>", "column files: which sentences are context", ["marked", "file", "none"]),
    choice("--types <which>", "GENIA: the paper's types or all (default: five)", ["five", "all"]),
    choice("--coordination <how>", "GENIA: mentions such as A and B genes (default: cover)", [
      "cover",
      "drop",
    ]),
    choice("--tokens <how>", "raw text: where tokens end (default: words)", ["words", "space"]),
    choice("--discontinuous <how>", "brat: mentions of fragments (default: cover)", [
      "cover",
      "first",
      "drop",
    ]),
    choice("--offsets <unit>", "brat: what offsets count (default: characters)", ["characters", "utf-16"]),
    new Option("--as-released", "with the faults of the authors' released converters"),
  ])
    command.addOption(option);
  return command;
}

function columnList(text: string): Column[] {
  return text.split(",").map((name) => {
    const kind = columnKinds.find((column) => column === name);
    if (kind === undefined)
      throw new InvalidArgumentError(
        `A column is one of ${columnKinds.join(", ")}${nearest(name, columnKinds)}`,
      );
    return kind;
  });
}

/** The options that {@link addReadOptions} added, and none else. */
export function readOptions(options: ReadOptions): ReadOptions {
  const { from, level, columns, contexts, types, coordination, tokens, discontinuous, offsets, asReleased } =
    options;
  return { from, level, columns, contexts, types, coordination, tokens, discontinuous, offsets, asReleased };
}
