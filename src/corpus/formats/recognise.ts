import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import { CorpusError, InputError } from "../../base/errors";
import { reason } from "../../base/files";
import { type FormatName, formatNames } from "./options";
import { isTag } from "./tags";
import { characterOf } from "./weibo";

const byEnding: Readonly<Record<string, FormatName>> = {
  ".json": "json",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".arrow": "arrow",
  ".xml": "genia",
  ".ann": "brat",
};

/** Endings of files that may be a corpus; what they hold decides on the format. */
export const corpusEndings: readonly string[] = [
  ...Object.keys(byEnding),
  ...[".txt", ".conll", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bmes", ".tsv", ".tags"],
];

const headBytes = 2 ** 16;

/**
 * The format of a file or folder, by its name's ending or else by how its content begins.
 * @throws InputError for what is none of the formats, with their names
 */
export function recogniseFormat(path: string): FormatName {
  if (statSync(path).isDirectory()) {
    if (readdirSync(path).some((name) => name.endsWith(".ann"))) return "brat";
    throw unknown(path, "is a folder without annotation files (.ann)");
  }
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(byEnding, ending)) return byEnding[ending];
  if (ending === ".txt" && statSync(`${path.slice(0, -4)}.ann`, { throwIfNoEntry: false })) return "brat";
  const head = beginningOf(path);
  const format = formatOfText(head);
  if (format) return format;
  throw unknown(path, head === "" ? "is empty" : "is of no known format");
}

function unknown(path: string, problem: string): CorpusError {
  return new CorpusError(
    { file: path },
    `${problem}; a corpus file is one of ${formatNames.join(", ")}: name it with --from if it is`,
  );
}

function beginningOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const bytes = Buffer.alloc(headBytes);
    const size = readSync(file, bytes);
    // the last character may be cut
    return new TextDecoder().decode(bytes.subarray(0, size));
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${reason(error)})`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The format that a text's first characters show; undefined where they show none. */
export function formatOfText(head: string): FormatName | undefined {
  const begin = head.trimStart();
  if (/^<(?:\?xml|!DOCTYPE|set|article)/.test(begin)) return "genia";
  if (begin.startsWith("{")) return "jsonl";
  if (/^\[\s*[{\]]/.test(begin)) return "json";
  const lines = head
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() !== "" && !line.startsWith("-DOCSTART-"));
  const rows = (lines.length ? lines : [head]).map((line) =>
    line.includes("\t") ? line.trimEnd().split("\t") : line.trimEnd().split(/ +/),
  );
  const share = (test: (cells: readonly string[]) => boolean): number =>
    rows.filter(test).length / Math.max(1, rows.length);
  const tagged = share((cells) => cells.length >= 2 && isTag(cells[cells.length - 1]));
  if (tagged < 0.9) return undefined;
  const placed = share((cells) => cells.length === 2 && characterOf(cells[0]) !== undefined);
  // words of another language may end in digits too
  const chinese = /\p{Script=Han}/u.test(head);
  return placed > 0.99 && chinese && characterOf(rows[0][0])?.place === 0 ? "weibo" : "conll";
}
