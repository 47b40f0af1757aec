import { InputError } from "../base/errors";
import { Reading, type ScoredEntity } from "../corpus";
import { columnText } from "../corpus/formats/write-columns";
import type { SentenceLine } from "./sentence-lines";

/** How predicted sentences are written. */
export interface PredictionFormat {
  /** What goes before the first. */
  readonly begin?: string;
  /** @returns text to write; nothing where the format has nothing to say of the sentence */
  sentence(
    line: SentenceLine,
    entities: readonly ScoredEntity[],
    skipped?: boolean,
  ): string | Promise<string>;
  /** What goes after the last. */
  readonly end?: string;
  /** What the format had no place for, a line each. */
  losses?(): readonly string[];
}

export const formatNames = ["jsonl", "html", "conll", "brat"] as const;

export type FormatName = (typeof formatNames)[number];

/** What found the entities: a run's folder, and the types that its model knows. */
export interface Finder {
  readonly run: string;
  readonly types: readonly string[];
}

export async function predictionFormat(name: FormatName, finder: Finder): Promise<PredictionFormat> {
  if (name === "brat") return new Brat();
  if (name === "conll") return new Columns();
  return name === "html" ? (await import("./prediction-page.js")).predictionPage(finder) : jsonLines;
}

const jsonLines: PredictionFormat = {
  sentence: ({ record, locate }, entities, skipped) =>
    `${JSON.stringify({ ...record, entities: locate?.(entities) ?? entities, ...(skipped && { skipped }) })}\n`,
};

/** CoNLL-2003's four columns, which hold the outermost of entities that share a token. */
class Columns implements PredictionFormat {
  private readonly reading: Reading = new Reading();

  sentence({ tokens, pos, place }: SentenceLine, entities: readonly ScoredEntity[]): string {
    const sentence = { tokens, pos, entities, previous: [], next: [], id: "" };
    const options = { to: "conll", keep: "outermost" } as const;
    return [...columnText([sentence], place, options, this.reading)].join("");
  }

  losses(): readonly string[] {
    // the sentence that a remark names is always the only one that was handed over
    return this.reading.remarks.map(({ what, count }) => `${count} × ${what}`);
  }
}

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
