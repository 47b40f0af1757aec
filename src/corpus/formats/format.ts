import { InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { Sentence } from "../types";
import type { Reading } from "./reading";
import type { Source } from "./source";

export interface CommonReadOptions {
  /** Reads column files and WeiboNER reproduce the faults of the authors' converters. Other formats ignore it. */
  readonly asReleased?: boolean;
  /** Encoding of text files, by its name in the WHATWG Encoding Standard. Default: UTF-8, or UTF-16 if detected. */
  readonly encoding?: string;
}

/** The command-line form of a format's option. The option's key is the flag's name in camel case. */
export interface FormatOption<Value = unknown> {
  /** Flag and value, for example "--level <level>". */
  readonly flags: string;
  readonly help: string;
  /** @throws InputError for an invalid value */
  parse(text: string): Value;
}

export type FormatOptions<Options> = {
  readonly [Name in keyof Options]-?: FormatOption<Exclude<Options[Name], undefined>>;
} & Readonly<Record<string, FormatOption>>;

/** The part of a file by which its format is recognized. */
export interface Sample {
  readonly path: string;
  /** The ending of the file's name in lower case, as in ".json", without a final ".gz". */
  readonly ending: string;
  /** The first 64 KiB as text; empty for a folder. */
  readonly head: string;
  readonly isFolder: boolean;
}

/**
 * A corpus format. To add one, write its object in a file and add it to the list in `registry.ts`. Recognition, the command line,
 * `--help` and docs/corpora.md follow from it.
 */
export interface Format<Options extends object = object, WriteOptions extends object = object> {
  /** The value of `--from` and `--to`. */
  readonly name: string;
  /** The content of a file of the format: Markdown for the guide. */
  readonly holds: string;
  /** The features by which the format is recognized: Markdown for the guide. */
  readonly sign: string;
  /** Endings of file names that only this and related formats use, as in ".json". */
  readonly endings: readonly string[];
  readonly options: FormatOptions<Options>;
  recognize(sample: Sample): boolean;
  /**
   * Reads the sentences of a file, as a stream if the format allows it.
   * @throws CorpusError for a fault that the reading does not tolerate
   */
  read(
    source: Source,
    options: Options & CommonReadOptions,
    reading: Reading,
  ): AsyncIterable<Sentence> | Iterable<Sentence>;
  /** Reads a file that is already in memory. Faster than {@link read}. */
  readWhole?(bytes: Buffer, file: string, reading: Reading): Sentence[];
  /** Whether files are not text, so that no encoding can be named. */
  readonly isBinary?: boolean;
  /** Whether reading is slow enough to cache the sentences. */
  readonly cached?: boolean;
  readonly writer?: Writer<WriteOptions>;
}

export interface Writer<Options extends object = object> {
  /** The ending of a written file's name; empty if a split is a folder. */
  readonly ending: string;
  readonly options: FormatOptions<Options>;
  /**
   * Writes sentences to a file or folder, which appears whole or not at all.
   * @param reading counts what the format cannot represent
   * @returns the number of sentences
   * @throws CorpusError for content that the format cannot represent
   */
  write(
    path: string,
    sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
    options: Options,
    reading: Reading,
  ): Promise<number>;
}

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
