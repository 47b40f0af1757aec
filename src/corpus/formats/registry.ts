import { statSync } from "node:fs";
import { CorpusError, InputError } from "../../base/errors";
import { nearest } from "../../base/schema";
import { arrow } from "./arrow-format";
import { type BratOptions, brat } from "./brat";
import { type ColumnOptions, conll, nested } from "./columns";
import { cnnNestedNer, doccano, gliner, prodigy, w2ner } from "./foreign-json";
import type { CommonReadOptions, Format, FormatOption, Sample, Writer } from "./format";
import { type GeniaOptions, genia } from "./genia";
import { huggingFace, type NumberedTagOptions } from "./hugging-face";
import { json, jsonLines } from "./json";
import { beginningOf, endingOf } from "./source";
import { table } from "./table";
import { type WeiboOptions, weibo } from "./weibo";
import type { ColumnWriteOptions } from "./write-columns";

/**
 * Every format. A file's content is tried against them in this order; the last one with a file's ending is the default for that
 * ending.
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

/** How to read what a format leaves open. An option belongs to one or a few formats and implies them. */
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
  /** Name of the format. */
  readonly to: string;
}

export const formatNames: readonly string[] = formats.map(({ name }) => name);

/** Names of the formats that can be written. */
export const writtenFormats: readonly string[] = formats.flatMap(({ name, writer }) =>
  writer ? [name] : [],
);

/** Endings of files that may be a corpus. */
export const corpusEndings: readonly string[] = [
  ...new Set([...json.endings, ...formats.flatMap(({ endings }) => endings), ".txt"]),
];

/** @throws InputError for a name that no format has */
function formatNamed(name: string): Format {
  const format = formats.find((one) => one.name === name);
  if (!format)
    throw new InputError(`format: must be one of ${formatNames.join(", ")}${nearest(name, formatNames)}`);
  return format;
}

/** @throws InputError for a name of none, and for options that belong to other formats */
export function writerNamed({ to, ...options }: WriteOptions): Writer {
  const { writer } = formatNamed(to);
  if (!writer)
    throw new InputError(`format: ${to} cannot be written; choose one of ${writtenFormats.join(", ")}`);
  refuseForeign(to, writer.options, options, (format) => format.writer?.options);
  return writer;
}

/**
 * The format of a file or folder: the one that the options name or imply, else the one that its name's ending or its content
 * shows.
 * @throws InputError for a file of no known format, and for options of another format
 */
export function formatOf(path: string, { from, ...options }: ReadOptions = {}): Format {
  if (from !== undefined) {
    const format = formatNamed(from);
    refuseForeign(from, format.options, options, (other) => other.options);
    return decodable(path, format, options);
  }
  const sample = sampleOf(path, options.encoding);
  const format = recognized(
    sample,
    formats.filter((one) => foreignTo(one.options, options).length === 0),
  );
  if (format) return decodable(path, format, options);
  const other = recognized(sample, formats);
  if (!other) throw unknown(path, sample);
  refuseForeign(`${path}: ${other.name}`, other.options, options, (one) => one.options);
  return other;
}

function decodable(path: string, format: Format, { encoding }: ReadOptions): Format {
  if (!format.isBinary || encoding === undefined) return format;
  throw new InputError(`${path}: ${format.name} is not text and has no encoding; leave --encoding out`);
}

/** The format that a sample shows, among some; the only one where options leave no other. */
function recognized(sample: Sample, among: readonly Format[]): Format | undefined {
  const withEnding = ({ endings }: Format): boolean => endings.includes(sample.ending);
  if (formats.some(withEnding) && !sample.isFolder) {
    const candidates = among.filter(withEnding);
    return candidates.find((format) => format.recognize(sample)) ?? candidates.at(-1);
  }
  const format = among.find((one) => one.recognize(sample));
  return format ?? (among.length === 1 && !sample.isFolder ? among[0] : undefined);
}

/** The format that a text without a name shows; undefined for none. */
export function recognizeText(head: string): Format | undefined {
  return recognized({ path: "", ending: "", head, isFolder: false }, formats);
}

type Options = Readonly<Record<string, FormatOption>>;

const common: readonly string[] = ["asReleased", "encoding"] satisfies (keyof CommonReadOptions)[];

/** The options given that are not among a format's. */
function foreignTo(own: Options, given: object): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined || common.includes(name) || Object.hasOwn(own, name) ? [] : [name],
  );
}

function refuseForeign(
  what: string,
  own: Options,
  given: object,
  optionsOf: (format: Format) => Options | undefined,
): void {
  const [name] = foreignTo(own, given);
  if (name === undefined) return;
  const owners = formats.filter((format) => Object.hasOwn(optionsOf(format) ?? {}, name));
  const flag = owners.map((format) => optionsOf(format)![name].flags.split(" ")[0])[0] ?? name;
  throw new InputError(
    `${what} has no option ${flag}; it belongs to ${owners.map((format) => format.name).join(" and ") || "no format"}`,
  );
}

function unknown(path: string, { isFolder, head }: Sample): CorpusError {
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
    `${problem}; a corpus file is one of ${formatNames.join(", ")}: name it with --from if it is`,
  );
}

function sampleOf(path: string, encoding?: string): Sample {
  const isFolder = statSync(path).isDirectory();
  return { path, isFolder, ending: endingOf(path), head: isFolder ? "" : beginningOf(path, encoding) };
}
