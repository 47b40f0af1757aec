import { alignedTable } from "../base/aligned-table";
import { oneLine } from "../base/printable";
import type { Agreement, Entity } from "./types";

/**
 * The words of a sentence, then a row for each entity: its first and last token, counted from 0, its type, its probability and an
 * ensemble's agreement if there are any, and its words.
 */
export function sentenceText(
  tokens: readonly string[],
  entities: readonly (Entity & { readonly probability?: number; readonly agreement?: Agreement })[],
): string {
  const words = oneLine(tokens.join(" "));
  if (!entities.length) return `${words}\n  no entities`;
  const isPredicted = entities.some(({ probability }) => probability !== undefined);
  const isVoted = entities.some(({ agreement }) => agreement !== undefined);
  const numbers = entities.map(({ start, end, probability, agreement }) => [
    String(start),
    String(end - 1),
    ...(isPredicted ? [probability?.toFixed(2) ?? ""] : []),
    ...(isVoted ? [agreement ? agreementText(agreement) : ""] : []),
  ]);
  const optional = [...(isPredicted ? ["probability"] : []), ...(isVoted ? ["members"] : [])];
  const head = ["first token", "last token", ...optional];
  const texts = entities.map(
    ({ start, end, type }) => `${type}: ${oneLine(tokens.slice(start, end).join(" "))}`,
  );
  const rows = alignedTable([head, ...numbers], 0).split("\n");
  return [words, ...rows.map((row, index) => `  ${row}  ${["entity", ...texts][index]}`)].join("\n");
}

/** "2 of 3" */
function agreementText({ votes, members }: Agreement): string {
  return `${votes} of ${members}`;
}
