import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { notUtf8 } from "../../base/encodings";
import { CorpusError } from "../../base/errors";
import { readBytes } from "../../base/files";
import type { Sentence } from "../types";
import { type AnnotationOptions, annotationOptions, mentionsOf } from "./brat-annotations";
import { type Placed, withContexts } from "./contexts";
import type { CommonReadOptions, Format } from "./format";
import { textSentences } from "./mentions";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { type TextTokenOptions, textTokenOptions } from "./words";
import { writeBrat } from "./write-brat";

export interface BratOptions extends AnnotationOptions, TextTokenOptions {}

/** brat's standoff annotations. */
export const brat: Format<BratOptions> = {
  name: "brat",
  holds: "standoff: a folder with a `.txt` and an `.ann` file for each document",
  sign: "`.ann` files",
  endings: [".ann"],
  options: {
    ...textTokenOptions,
    ...annotationOptions,
  },
  recognize: ({ path, ending, isFolder }) =>
    isFolder
      ? readdirSync(path).some((name) => name.endsWith(".ann"))
      : ending === ".txt" && existsSync(`${path.slice(0, -4)}.ann`),
  read: readBrat,
  writer: { ending: "", options: {}, write: writeBrat },
};

/** A document is held whole. */
const longestText = 2 ** 26;

/** The documents of a folder, or of a single text or annotation file, without their endings. */
function bratDocuments(path: string): string[] {
  if (!statSync(path).isDirectory())
    return [join(dirname(path), basename(path).replace(/\.(?:txt|ann)$/, ""))];
  const names = readdirSync(path);
  const endings = (ending: string): string[] =>
    names.filter((name) => name.endsWith(ending) && !name.startsWith(".")).map((name) => name.slice(0, -4));
  const texts = new Set(endings(".txt"));
  const lone = endings(".ann").find((name) => !texts.has(name));
  if (lone !== undefined)
    throw new CorpusError({ file: join(path, `${lone}.ann`) }, `has no ${lone}.txt beside it`);
  return [...texts].sort().map((name) => join(path, name));
}

/**
 * Reads brat's standoff format: texts (.txt) with their annotations (.ann). A line is a sentence, unless a mention goes on
 * over its end; a document's name is its sentences' id.
 * @param path a folder of documents, or one document's text or annotations
 * @throws CorpusError for annotations that do not fit their text, and for what lacks one of the two files
 */
function readBrat(
  { file }: Source,
  options: BratOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Sentence> {
  return withContexts(placedSentences(file, options, reading));
}

async function* placedSentences(
  path: string,
  options: BratOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<Placed> {
  for (const [document, stem] of bratDocuments(path).entries())
    for (const sentence of documentSentences(stem, options, reading))
      yield { ...sentence, id: basename(stem), document };
}

function documentSentences(
  stem: string,
  options: BratOptions & CommonReadOptions,
  reading: Reading,
): Pick<Placed, "tokens" | "pos" | "entities">[] {
  const textFile = `${stem}.txt`;
  const annotations = `${stem}.ann`;
  if (!existsSync(annotations))
    throw new CorpusError(
      { file: textFile },
      `has no ${basename(annotations)} beside it; make an empty one if it has no entities`,
    );
  const { encoding } = options;
  if (encoding !== undefined) reading.states(`read as ${encoding}`);
  const text = textOf(textFile, encoding);
  const mentions = mentionsOf(textOf(annotations, encoding), annotations, text, options, reading);
  return textSentences(text, mentions, textFile, options, reading);
}

function textOf(file: string, encoding = "utf-8"): string {
  const { size } = statSync(file);
  if (size > longestText) throw new CorpusError({ file }, "is larger than 64 MiB; part it into documents");
  try {
    // brat counts a byte order mark as a character
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(readBytes(file));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const problem = encoding === "utf-8" ? notUtf8 : `is not valid ${encoding}; name another with --encoding`;
    throw new CorpusError({ file }, problem, { cause: error });
  }
}
