import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../base/errors";
import type { FormatOption } from "../corpus/formats/format";
import { formatNames, formats, type ReadOptions } from "../corpus/formats/registry";
import { oneOf } from "./options";

/** Options of all formats by their keys, each with the formats that have it. */
function optionsOfFormats(
  optionsOf: (format: (typeof formats)[number]) => Readonly<Record<string, FormatOption>>,
): Map<string, { readonly option: FormatOption; readonly owners: string[] }> {
  const all = new Map<string, { option: FormatOption; owners: string[] }>();
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

/** Adds the options that say how to read a corpus of any format. */
export function addReadOptions(command: Command): void {
  command.addOption(
    new Option(
      "--from <format>",
      `the format, where it is not to be recognized: ${formatNames.join(", ")}`,
    ).argParser(oneOf(formatNames)),
  );
  addFormatOptions(command, readers);
  command.option("--as-released", "with the faults of the authors' released converters");
}

/** Adds the options that say how to write a corpus. */
export function addWriteOptions(command: Command): void {
  addFormatOptions(command, writers);
}

function addFormatOptions(command: Command, options: typeof readers): void {
  for (const { option, owners } of options.values())
    command.addOption(
      new Option(option.flags, `${owners.join(", ")}: ${option.help}`).argParser((text) => {
        try {
          return option.parse(text);
        } catch (error) {
          throw error instanceof InputError ? new InvalidArgumentError(error.message) : error;
        }
      }),
    );
}

/** The options that {@link addReadOptions} added. */
export function readOptions(options: ReadOptions): ReadOptions {
  return only(options, ["from", "asReleased", ...readers.keys()]);
}

/** The options that {@link addWriteOptions} added. */
export function writeOptions(options: object): object {
  return only(options, [...writers.keys()]);
}

function only(options: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => keys.includes(key)));
}
