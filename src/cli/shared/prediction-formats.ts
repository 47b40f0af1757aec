import { InputError } from "../../base/errors";
import type { ScoredEntity } from "../../corpus";
import { Reading } from "../../corpus/formats/reading";
import { columnText } from "../../corpus/formats/write-columns";
import type { PredictionFormat, PredictionSource } from "./prediction-format";
import type { SentenceLine } from "./sentence-lines";

export const formatNames = ["jsonl", "text", "html", "conll", "brat"] as const;

export type FormatName = (typeof formatNames)[number];

export async function predictionFormat(
  name: FormatName,
  source: PredictionSource,
): Promise<PredictionFormat> {
  if (name === "brat") return new BratAnnotations();
  if (name === "conll") return new ConllColumns();
  if (name === "jsonl") return jsonLines;
  const { predictionPage, predictionText } = await import("./prediction-pictures.js");
  return name === "html" ? predictionPage(source) : predictionText(source);
}

const jsonLines: PredictionFormat = {
  sentence: ({ record, locate }, entities, skipped) =>
    `${JSON.stringify({ ...record, entities: locate?.(entities) ?? entities, ...(skipped && { skipped }) })}\n`,
};

/** CoNLL-2003's four columns. Of entities that share a token, they represent the outermost. */
class ConllColumns implements PredictionFormat {
  private readonly reading: Reading = new Reading();

  sentence({ tokens, pos, place }: SentenceLine, entities: readonly ScoredEntity[]): string {
    const sentence = { tokens, pos, entities, previous: [], next: [], id: "" };
    const options = { to: "conll", keep: "outermost" } as const;
    return [...columnText([sentence], place, options, this.reading)].join("");
  }

  losses(): readonly string[] {
    // Remarks count the sentences of one call, which is always a single one here, so we omit the number.
    return this.reading.remarks.map(({ what, count }) => `${count} × ${what}`);
  }
}

/** The annotations (.ann) that brat reads along with a text. Their offsets count Unicode code points. */
class BratAnnotations implements PredictionFormat {
  private count = 0;
  /** Number of surrogate pairs in the sentences so far. The white space between sentences has none. */
  private pairsBefore = 0;

  sentence({ record, locate }: SentenceLine, entities: readonly ScoredEntity[]): string {
    if (!locate)
      throw new InputError("--format brat gives positions of entities in a text; provide one with --text");
    const { text, start } = record as { readonly text: string; readonly start: number };
    const codePoints = (offset: number): number =>
      offset - this.pairsBefore - pairsIn(text.slice(0, Math.max(0, offset - start)));
    const lines = locate(entities).map((entity) => {
      const type = entity.type.replace(/\s/g, "_");
      const mention = entity.text.replace(/\s/g, " ");
      return `T${++this.count}\t${type} ${codePoints(entity.from)} ${codePoints(entity.to)}\t${mention}\n`;
    });
    this.pairsBefore += pairsIn(text);
    return lines.join("");
  }
}

function pairsIn(text: string): number {
  return text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0;
}
