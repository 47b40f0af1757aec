import { type Command, InvalidArgumentError, Option } from "commander";
import { encodingNamed } from "../base/encodings";
import { InputError } from "../base/errors";
import type { FormatOption } from "../corpus/formats/format";
import { formatNames, formats, type ReadOptions } from "../corpus/formats/registry";
import { oneOf } from "./options";

/** An option, with the names of the formats that have it. */
interface OwnedOption {
  readonly option: FormatOption;
  readonly owners: string[];
}

/** Options of all formats by their keys. */
function optionsOfFormats(
  optionsOf: (format: (typeof formats)[number]) => Readonly<Record<string, FormatOption>>,
): Map<string, OwnedOption> {
  const all = new Map<string, OwnedOption>();
  for (const format of formats)
    for (const [key, option] of Object.entries(optionsOf(format))) {
      const known = all.get(key);
      if (known) known.owners.push(format.name);
      else all.set(key, { option, owners: [format.name] });
    }
  return all;
}

const readers = optionsOfFormats(({ options }) => options);
const writers = optionsOfFormats(({ writer }) => writer?.options ?? {});

const readingGroup = "How to read the corpus:";

/**
 * Adds the options that say how to read a corpus of any format.
 * @param except keys of options that the command itself has
 */
export function addReadOptions(command: Command, except: readonly (keyof ReadOptions)[] = []): void {
  const options = [
    new Option(
      "--from <format>",
      `the format, where it is not to be recognized: ${formatNames.join(", ")}`,
    ).argParser(oneOf(formatNames)),
    ...formatOptions([...readers].filter(([key]) => !(except as readonly string[]).includes(key))),
    new Option(
      "--encoding <name>",
      "the encoding of text, as in windows-1252 or gb18030 (default: UTF-8, or UTF-16 where that shows)",
    ).argParser((text) => parsed(text, encodingNamed)),
    new Option("--as-released", "with the faults of the authors' released converters"),
  ];
  for (const option of options) command.addOption(option.helpGroup(readingGroup));
}

/** Adds the options that say how to write a corpus. */
export function addWriteOptions(command: Command): void {
  for (const option of formatOptions([...writers])) command.addOption(option);
}

function formatOptions(options: readonly (readonly [key: string, option: OwnedOption])[]): Option[] {
  return options.map(([, { option, owners }]) =>
    new Option(option.flags, `${owners.join(", ")}: ${option.help}`).argParser((text) =>
      parsed(text, (value) => option.parse(value)),
    ),
  );
}

function parsed<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof InputError ? new InvalidArgumentError(error.message) : error;
  }
}

const readKeys: readonly string[] = ["from", "encoding", "asReleased", ...readers.keys()];

/** The options that {@link addReadOptions} added. */
export function readOptions(options: ReadOptions): ReadOptions {
  return only(options, readKeys);
}

/** The flag of a reading option, by its key. */
export function flagOf(key: string): string {
  const flags =
    readers.get(key)?.option.flags ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return flags.split(" ")[0];
}

/**
 * The part of a command line that names a corpus and says how to read it, for commands that a message proposes.
 * @param args of this process
 */
export function corpusArguments(corpus: string, args: readonly string[]): string[] {
  const flags = ["--from", "--encoding", ...[...readers.values()].map(({ option }) => option.flags)].map(
    (flag) => flag.split(" ")[0],
  );
  const given = args.flatMap((arg, at) => {
    if (arg === "--as-released" || flags.some((flag) => arg.startsWith(`${flag}=`))) return [arg];
    return flags.includes(arg) ? [arg, args[at + 1]] : [];
  });
  return ["--corpus", corpus, ...given];
}

/** The options that {@link addWriteOptions} added. */
export function writeOptions(options: object): object {
  return only(options, [...writers.keys()]);
}

function only(options: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => keys.includes(key)));
}
