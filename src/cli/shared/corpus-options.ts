import { type Command, InvalidArgumentError, Option } from "commander";
import { encodingNamed } from "../../base/encodings";
import { InputError } from "../../base/errors";
import type { FormatOption } from "../../corpus/formats/format";
import { formatNames, formats, type ReadOptions } from "../../corpus/formats/registry";
import { oneOf } from "./options";

/** An option of corpus formats, with the names of the formats. */
interface OwnedOption {
  readonly option: FormatOption;
  readonly owners: string[];
}

/** The options of all formats by their keys. */
function optionsOfFormats(
  optionsOf: (format: (typeof formats)[number]) => Readonly<Record<string, FormatOption>>,
): Map<string, OwnedOption> {
  const all = new Map<string, OwnedOption>();
  for (const format of formats)
    for (const [key, option] of Object.entries(optionsOf(format))) {
      const entry = all.get(key);
      if (entry) entry.owners.push(format.name);
      else all.set(key, { option, owners: [format.name] });
    }
  return all;
}

const readers = optionsOfFormats(({ options }) => options);
const writers = optionsOfFormats(({ writer }) => writer?.options ?? {});

const readingGroup = "How to read the corpus:";

/**
 * Adds the options for reading a corpus of any format.
 * @param except keys of options that the command already has
 */
export function addReadOptions(command: Command, except: readonly (keyof ReadOptions)[] = []): void {
  const options = [
    new Option("--from <format>", `format, if it is not recognized: ${formatNames.join(", ")}`).argParser(
      oneOf(formatNames),
    ),
    ...formatOptions([...readers].filter(([key]) => !(except as readonly string[]).includes(key))),
    new Option(
      "--encoding <name>",
      "encoding of text, such as windows-1252 or gb18030 (default: UTF-8, or UTF-16 if recognized)",
    ).argParser((text) => parseOption(text, encodingNamed)),
    new Option("--as-released", "reproduce the faults of the authors' converters"),
  ];
  for (const option of options) command.addOption(option.helpGroup(readingGroup));
}

/** Adds the options for writing a corpus. */
export function addWriteOptions(command: Command): void {
  for (const option of formatOptions([...writers])) command.addOption(option);
}

function formatOptions(options: readonly (readonly [key: string, option: OwnedOption])[]): Option[] {
  return options.map(([, { option, owners }]) =>
    new Option(option.flags, `${owners.join(", ")}: ${option.help}`).argParser((text) =>
      parseOption(text, (value) => option.parse(value)),
    ),
  );
}

function parseOption<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof InputError ? new InvalidArgumentError(error.message) : error;
  }
}

const readKeys: readonly string[] = ["from", "encoding", "asReleased", ...readers.keys()];

/** The values of the options that {@link addReadOptions} added. */
export function readOptions(options: ReadOptions): ReadOptions {
  return pick(options, readKeys);
}

/** The values of the options that {@link addWriteOptions} added. */
export function writeOptions(options: object): object {
  return pick(options, [...writers.keys()]);
}

function pick(options: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => keys.includes(key)));
}

/** The flag of a reading option, such as `--as-released` for the key `asReleased`. */
export function flagOf(key: string): string {
  const flags =
    readers.get(key)?.option.flags ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return flags.split(" ")[0];
}

/**
 * The arguments that name a corpus and say how to read it, for a command that a message proposes.
 * @param args arguments of this process
 */
export function corpusArguments(corpus: string, args: readonly string[]): string[] {
  const flags = ["from", "encoding", ...readers.keys()].map(flagOf);
  const reading = args.flatMap((arg, index) => {
    if (arg === "--as-released" || flags.some((flag) => arg.startsWith(`${flag}=`))) return [arg];
    return flags.includes(arg) ? [arg, args[index + 1]] : [];
  });
  return ["--corpus", corpus, ...reading];
}
