import { InputError } from "../base/errors";
import { decodeText, readBytes } from "../base/files";
import { areLowercase, WordPiece } from "./word-piece";
import type { WordRules } from "./word-rules";

/** The lines of a `vocab.txt`, one piece each. @throws InputError if it is missing or not UTF-8 */
export function readPieces(path: string): string[] {
  const lines = decodeText(readBytes(path), path).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * Reads a `vocab.txt`.
 * @throws InputError if the file is missing or invalid, or its pieces are lower-cased and `lowercase` is not set
 */
export function readWordPiece(path: string, rules: Partial<WordRules> = {}): WordPiece {
  const pieces = readPieces(path);
  if (!rules.lowercase && areLowercase(pieces)) {
    throw new InputError(
      `${path}: its pieces are lower-cased, so all words with capitals would be unknown; set model.bert.lowercase=true`,
    );
  }
  return WordPiece.of(pieces, rules, path);
}
