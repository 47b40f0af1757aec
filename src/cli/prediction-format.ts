import { InputError } from "../base/errors";
import type { ScoredEntity } from "../corpus";
import type { SentenceLine } from "./sentence-lines";

/** How predicted sentences are written. */
export interface PredictionFormat {
  /** @returns text to write; nothing where the format has nothing to say of the sentence */
  sentence(line: SentenceLine, entities: readonly ScoredEntity[]): string;
}

export const formatNames = ["jsonl", "brat"] as const;

export type FormatName = (typeof formatNames)[number];

export function predictionFormat(name: FormatName): PredictionFormat {
  return name === "brat" ? new Brat() : jsonLines;
}

const jsonLines: PredictionFormat = {
  sentence: ({ record, locate }, entities) =>
    `${JSON.stringify({ ...record, entities: locate?.(entities) ?? entities })}\n`,
};

/** The annotations (.ann) that brat reads beside the text; its offsets count Unicode characters (code points). */
class Brat implements PredictionFormat {
  private count = 0;
  /** Characters outside of the basic plane in the sentences before; white space, which stands between, has none. */
  private pairsBefore = 0;

  sentence({ record, locate }: SentenceLine, entities: readonly ScoredEntity[]): string {
    if (!locate)
      throw new InputError("--format brat says where entities stand in a text; give one with --text");
    const { text, start } = record as { readonly text: string; readonly start: number };
    const offset = (place: number): number =>
      place - this.pairsBefore - pairsIn(text.slice(0, Math.max(0, place - start)));
    const lines = locate(entities).map((entity) => {
      const { type, from, to } = entity;
      const mention = entity.text.replace(/\s/g, " ");
      return `T${++this.count}\t${type.replace(/\s/g, "_")} ${offset(from)} ${offset(to)}\t${mention}\n`;
    });
    this.pairsBefore += pairsIn(text);
    return lines.join("");
  }
}

function pairsIn(text: string): number {
  return text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0;
}
