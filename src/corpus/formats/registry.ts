import { existsSync, statSync } from "node:fs";
import { CorpusError, InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import type { Sentence } from "../types";
import { arrow } from "./arrow-format";
import { type BratOptions, brat } from "./brat";
import { type ColumnOptions, conll, nested } from "./columns";
import { cnnNestedNer, doccano, gliner, prodigy, w2ner } from "./foreign-json";
import type { CommonReadOptions, Format, FormatOption, Sample, Writer } from "./format";
import { type GeniaOptions, genia } from "./genia";
import { huggingFace, type NumberedTagOptions } from "./hugging-face";
import { json, jsonLines } from "./json";
import { Reading } from "./reading";
import { endingOf, headOf, Source } from "./source";
import { table } from "./table";
import { type WeiboOptions, weibo } from "./weibo";
import type { ColumnWriteOptions } from "./write-columns";

/**
 * All formats, in the order in which recognition tries them. The last one with a file's ending is the default for that ending.
 */
export const formats: readonly Format[] = [
  brat,
  arrow,
  nested,
  weibo,
  table,
  conll,
  genia,
  w2ner,
  gliner,
  cnnNestedNer,
  huggingFace,
  prodigy,
  doccano,
  jsonLines,
  json,
];

/** Options of all readers. An option belongs to one or a few formats and implies them. */
export interface ReadOptions
  extends CommonReadOptions,
    ColumnOptions,
    WeiboOptions,
    GeniaOptions,
    BratOptions,
    NumberedTagOptions {
  /** Name of the format. Default: recognized by the file's name and content. */
  readonly from?: string;
}

export interface WriteOptions extends ColumnWriteOptions {
  readonly to: string;
}

export const formatNames: readonly string[] = formats.map(({ name }) => name);

export const writtenFormats: readonly string[] = formats.flatMap(({ name, writer }) =>
  writer ? [name] : [],
);

/** Endings of files that may be a corpus. */
export const corpusEndings: readonly string[] = [
  ...new Set([...json.endings, ...formats.flatMap(({ endings }) => endings), ".txt"]),
];

/**
 * Reads the sentences of a file (for brat, of a folder). JSON, one-piece Arrow files and documents of brat are held whole; all other
 * formats are read as a stream.
 * @param reading receives what was recognized and repaired
 * @throws CorpusError if the file is missing, of no known format, or faulty
 */
export async function* readSentences(
  path: string,
  options: ReadOptions = {},
  reading: Reading = new Reading(),
): AsyncGenerator<Sentence> {
  if (!existsSync(path)) throw new CorpusError({ file: path }, "no such file");
  yield* formatOf(path, options).read(Source.at(path, reading, options.encoding), options, reading);
}

/**
 * Writes sentences to a file (for brat, to a folder), which appears whole or not at all. JSON, JSON Lines and Arrow are written as
 * the sentences arrive; the other formats need all sentences first.
 * @param reading counts what the format cannot represent
 * @returns the number of sentences
 * @throws CorpusError for content that the format cannot represent
 */
export async function writeSentences(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  options: WriteOptions,
  reading: Reading = new Reading(),
): Promise<number> {
  return await writerNamed(options).write(path, sentences, options, reading);
}

function formatNamed(name: string): Format {
  const format = formats.find((one) => one.name === name);
  if (!format)
    throw new InputError(`format: must be one of ${formatNames.join(", ")}${nearest(name, formatNames)}`);
  return format;
}

/** @throws InputError for a format without a writer, and for options of other formats */
export function writerNamed({ to, ...options }: WriteOptions): Writer {
  const { writer } = formatNamed(to);
  if (!writer)
    throw new InputError(`format: ${to} cannot be written; choose one of ${writtenFormats.join(", ")}`);
  refuseForeign(to, writer.options, options, (format) => format.writer?.options);
  return writer;
}

/**
 * The format of a file or folder: the one that the options name or imply, else the one that its ending or content shows.
 * @throws InputError if the format is unknown, or an option belongs to another format
 */
export function formatOf(path: string, { from, ...options }: ReadOptions = {}): Format {
  if (from !== undefined) {
    const format = formatNamed(from);
    refuseForeign(from, format.options, options, (other) => other.options);
    return assertDecodable(path, format, options);
  }
  const sample = sampleOf(path, options.encoding);
  const format = recognize(
    sample,
    formats.filter((one) => foreignOptions(one.options, options).length === 0),
  );
  if (format) return assertDecodable(path, format, options);
  const other = recognize(sample, formats);
  if (!other) throw unknownFormat(path, sample);
  refuseForeign(`${path}: ${other.name}`, other.options, options, (one) => one.options);
  return other;
}

function assertDecodable(path: string, format: Format, { encoding }: ReadOptions): Format {
  if (!format.isBinary || encoding === undefined) return format;
  throw new InputError(`${path}: ${format.name} is not text and has no encoding; omit --encoding`);
}

/** Recognizes a sample as one of some candidates. A single candidate needs no recognition. */
function recognize(sample: Sample, candidates: readonly Format[]): Format | undefined {
  const hasEnding = ({ endings }: Format): boolean => endings.includes(sample.ending);
  if (formats.some(hasEnding) && !sample.isFolder) {
    const withEnding = candidates.filter(hasEnding);
    return withEnding.find((format) => format.recognize(sample)) ?? withEnding.at(-1);
  }
  const format = candidates.find((one) => one.recognize(sample));
  return format ?? (candidates.length === 1 && !sample.isFolder ? candidates[0] : undefined);
}

type Options = Readonly<Record<string, FormatOption>>;

const commonOptions: readonly string[] = ["asReleased", "encoding"] satisfies (keyof CommonReadOptions)[];

function foreignOptions(options: Options, values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || commonOptions.includes(name) || Object.hasOwn(options, name) ? [] : [name],
  );
}

function refuseForeign(
  what: string,
  options: Options,
  values: object,
  optionsOf: (format: Format) => Options | undefined,
): void {
  const [name] = foreignOptions(options, values);
  if (name === undefined) return;
  const owners = formats.filter((format) => Object.hasOwn(optionsOf(format) ?? {}, name));
  const flag = owners.map((format) => optionsOf(format)![name].flags.split(" ")[0])[0] ?? name;
  throw new InputError(
    `${what} has no option ${flag}; it belongs to ${owners.map((format) => format.name).join(" and ") || "no format"}`,
  );
}

function unknownFormat(path: string, { isFolder, head }: Sample): CorpusError {
  if (head.startsWith("PAR1"))
    return new CorpusError(
      { file: path },
      "is Parquet, which is not read: convert it in Python, as in pandas.read_parquet(FILE).to_json(OUT, orient='records', lines=True)",
    );
  const problem = isFolder
    ? "is a folder without annotation files (.ann)"
    : head === ""
      ? "is empty"
      : "is of no known format";
  return new CorpusError(
    { file: path },
    `${problem}; a corpus file is one of ${formatNames.join(", ")}: name its format with --from if it is`,
  );
}

function sampleOf(path: string, encoding?: string): Sample {
  const isFolder = statSync(path).isDirectory();
  return { path, isFolder, ending: endingOf(path), head: isFolder ? "" : headOf(path, encoding) };
}
