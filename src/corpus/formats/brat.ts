import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { notUtf8 } from "../../base/encodings";
import { CorpusError } from "../../base/errors";
import { readBytes } from "../../base/files";
import { type AnnotationOptions, annotationOptions, mentionsOf } from "./brat-annotations";
import { type DocumentSentence, withContexts } from "./document-sentences";
import type { CommonReadOptions, Format } from "./format";
import { textSentences } from "./mentions";
import type { Reading } from "./reading";
import { type TextTokenOptions, textTokenOptions } from "./tokenize";
import { writeBrat } from "./write-brat";

export interface BratOptions extends AnnotationOptions, TextTokenOptions {}

/** brat's standoff annotations. Each line is a sentence, unless a mention extends over its end; its id is the document's name. */
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
  read: ({ file }, options, reading) => withContexts(documentSentences(file, options, reading)),
  writer: { ending: "", options: {}, write: writeBrat },
};

/** Documents are held whole. */
const longestText = 2 ** 26;

/** Paths of the documents of a folder, or of one text or annotation file, without endings. */
function bratDocuments(path: string): string[] {
  if (!statSync(path).isDirectory())
    return [join(dirname(path), basename(path).replace(/\.(?:txt|ann)$/, ""))];
  const names = readdirSync(path);
  const stems = (ending: string): string[] =>
    names.filter((name) => name.endsWith(ending) && !name.startsWith(".")).map((name) => name.slice(0, -4));
  const texts = new Set(stems(".txt"));
  const lone = stems(".ann").find((name) => !texts.has(name));
  if (lone !== undefined)
    throw new CorpusError({ file: join(path, `${lone}.ann`) }, `has no ${lone}.txt next to it`);
  return [...texts].sort().map((name) => join(path, name));
}

async function* documentSentences(
  path: string,
  options: BratOptions & CommonReadOptions,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  const { encoding } = options;
  for (const [document, stem] of bratDocuments(path).entries()) {
    const textFile = `${stem}.txt`;
    const annotationFile = `${stem}.ann`;
    if (!existsSync(annotationFile))
      throw new CorpusError(
        { file: textFile },
        `has no ${basename(annotationFile)} next to it; make an empty one if it has no entities`,
      );
    if (encoding !== undefined) reading.addFact(`read as ${encoding}`);
    const text = readText(textFile, encoding);
    const annotations = readText(annotationFile, encoding);
    const mentions = mentionsOf(annotations, annotationFile, text, options, reading);
    for (const sentence of textSentences(text, mentions, textFile, options, reading))
      yield { ...sentence, id: basename(stem), document };
  }
}

function readText(file: string, encoding = "utf-8"): string {
  const { size } = statSync(file);
  if (size > longestText) throw new CorpusError({ file }, "is larger than 64 MiB; split it into documents");
  try {
    // brat counts a byte order mark as a character
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(readBytes(file));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const problem = encoding === "utf-8" ? notUtf8 : `is not valid ${encoding}; name another with --encoding`;
    throw new CorpusError({ file }, problem, { cause: error });
  }
}
