import { alignedTable } from "../base/aligned-table";
import { oneLine } from "../base/printable";
import type { Entity } from "./types";

/**
 * The words of a sentence, then a row for each entity: its first and last token, counted from 0, its type, its probability if there
 * is one, and its words.
 */
export function sentenceText(
  tokens: readonly string[],
  entities: readonly (Entity & { readonly probability?: number })[],
): string {
  const words = oneLine(tokens.join(" "));
  if (!entities.length) return `${words}\n  no entities`;
  const isPredicted = entities.some(({ probability }) => probability !== undefined);
  const numbers = entities.map(({ start, end, probability }) => [
    String(start),
    String(end - 1),
    ...(isPredicted ? [probability?.toFixed(2) ?? ""] : []),
  ]);
  const head = ["first token", "last token", ...(isPredicted ? ["probability"] : [])];
  const texts = entities.map(
    ({ start, end, type }) => `${type}: ${oneLine(tokens.slice(start, end).join(" "))}`,
  );
  const rows = alignedTable([head, ...numbers], 0).split("\n");
  return [words, ...rows.map((row, index) => `  ${row}  ${["entity", ...texts][index]}`)].join("\n");
}
