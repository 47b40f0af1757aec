import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { Sentence } from "../types";
import type { Reading } from "./reading";
import type { Source } from "./source";

/** Options that every reader gets. */
export interface CommonReadOptions {
  /** Read column files and WeiboNER with the faults of the authors' released converters; other formats have none. */
  readonly asReleased?: boolean;
  /** The encoding of text files, by its name in the WHATWG Encoding Standard. Default: UTF-8, and UTF-16 where its zeros show it. */
  readonly encoding?: string;
}

/** How an option of a format is written on the command line. Its key among the options is the flag's name in camel case. */
export interface FormatOption<Value = unknown> {
  /** As in "--level <level>". */
  readonly flags: string;
  readonly help: string;
  /** @throws InputError for a text that is not a value */
  parse(text: string): Value;
}

export type FormatOptions<Options> = {
  readonly [Name in keyof Options]-?: FormatOption<Exclude<Options[Name], undefined>>;
} & Readonly<Record<string, FormatOption>>;

/** What a format is recognized by. */
export interface Sample {
  readonly path: string;
  /** The end of the file's name in lower case, as in ".json"; a `.gz` behind it does not count. */
  readonly ending: string;
  /** The first 64 KiB as text; empty for a folder. */
  readonly head: string;
  readonly isFolder: boolean;
}

/**
 * A corpus format. To add one, write its object in a file and put it into the list of `registry.ts`; recognition, the command
 * line, `--help` and docs/corpora.md follow.
 */
export interface Format<Options extends object = object, WriteOptions extends object = object> {
  /** The value of `--from` and `--to`. */
  readonly name: string;
  /** What a file of the format holds, for the guide, in Markdown. */
  readonly holds: string;
  /** What it is recognized by, for the guide, in Markdown. */
  readonly sign: string;
  /** Endings of names that only this format and its relatives have, as in ".json". */
  readonly endings: readonly string[];
  readonly options: FormatOptions<Options>;
  recognize(sample: Sample): boolean;
  /**
   * The sentences of a file, as a stream where the format allows it.
   * @throws CorpusError, unless the reading tolerates it, for a fault
   */
  read(
    source: Source,
    options: Options & CommonReadOptions,
    reading: Reading,
  ): AsyncIterable<Sentence> | Iterable<Sentence>;
  /** Reads a file that is in memory anyhow; faster than {@link read}. */
  readWhole?(bytes: Buffer, file: string, reading: Reading): Sentence[];
  /** Whether its files are not text, so that no encoding can be named. */
  readonly isBinary?: boolean;
  /** Whether loading a file takes so long that its sentences are worth a cache. */
  readonly cached?: boolean;
  readonly writer?: Writer<WriteOptions>;
}

export interface Writer<Options extends object = object> {
  /** What a written file's name ends with; empty where a split is a folder. */
  readonly ending: string;
  readonly options: FormatOptions<Options>;
  /**
   * Writes sentences into a file or folder, whole or not at all.
   * @param reading counts what the format has no place for
   * @returns how many sentences were written
   * @throws CorpusError for what the format cannot hold
   */
  write(
    path: string,
    sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
    options: Options,
    reading: Reading,
  ): Promise<number>;
}

/** An option whose value is one of a few words. */
export function choice<Value extends string>(
  flags: string,
  help: string,
  values: readonly Value[],
): FormatOption<Value> {
  return {
    flags,
    help: `${help}: ${values.join(", ")}`,
    parse(text) {
      const value = values.find((one) => one === text);
      if (value === undefined)
        throw new InputError(`It must be one of ${values.join(", ")}${nearest(text, values)}`);
      return value;
    },
  };
}
