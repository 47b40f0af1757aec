import { type LengthGroup, lengthGroups } from "../../corpus/spans";
import { type CountTable, type Score, type SentenceOutcome, scoresOf } from "../../evaluation";

/** Of each sentence and length group in which there is anything: gold, predicted and correct entities, column by column. */
export interface SentenceCounts {
  /** Sentences scored, those without any entity too. */
  readonly sentences: number;
  /** `[entries]`, rising. */
  readonly sentence: Uint16Array;
  /** `[entries]`: place in `lengthGroups`, or their number for what counts for no length. */
  readonly length: Uint8Array;
  /** `[entries]`, as the next two. */
  readonly gold: Uint16Array;
  readonly predicted: Uint16Array;
  readonly correct: Uint16Array;
}

export function sentenceCounts(outcomes: readonly SentenceOutcome[]): SentenceCounts {
  const rows = outcomes.flatMap(({ correct, missed, wrong }, sentence) =>
    [...lengthGroups, null].flatMap((group, length) => {
      const of = (entities: SentenceOutcome["correct"]): number =>
        entities.filter((entity) => entity.length === group).length;
      const [right, lost, extra] = [of(correct), of(missed), of(wrong)];
      return right + lost + extra ? [[sentence, length, right + lost, right + extra, right]] : [];
    }),
  );
  const column = (at: number): number[] => rows.map((row) => row[at]);
  return {
    sentences: outcomes.length,
    sentence: Uint16Array.from(column(0)),
    length: Uint8Array.from(column(1)),
    gold: Uint16Array.from(column(2)),
    predicted: Uint16Array.from(column(3)),
    correct: Uint16Array.from(column(4)),
  };
}

/** Groups of {@link tableOf}: all entities, then each length. */
export const groups: readonly ("all" | LengthGroup)[] = ["all", ...lengthGroups];

/** The same as bootstrap and scores take it; types and nesting are not told apart. */
export function tableOf(counts: SentenceCounts): CountTable {
  const first = new Uint32Array(counts.sentences + 1);
  const places: number[] = [];
  const amounts: number[] = [];
  for (let entry = 0; entry < counts.sentence.length; entry++) {
    const added = [counts.gold[entry], counts.predicted[entry], counts.correct[entry]];
    for (const [field, amount] of added.entries()) {
      if (!amount) continue;
      places.push(field);
      amounts.push(amount);
      if (counts.length[entry] === lengthGroups.length) continue;
      places.push(3 * (1 + counts.length[entry]) + field);
      amounts.push(amount);
    }
    first[counts.sentence[entry] + 1] = places.length;
  }
  for (let at = 1; at < first.length; at++) first[at] = Math.max(first[at], first[at - 1]);
  const entries = { places: Uint16Array.from(places), amounts: Uint16Array.from(amounts) };
  return { sentences: counts.sentences, types: [], first, ...entries };
}

/** Scores over all sentences. */
export function scoresFrom(counts: SentenceCounts): {
  readonly overall: Score;
  readonly byLength: Readonly<Record<LengthGroup, Score>>;
} {
  const { overall, byLength } = scoresOf(tableOf(counts));
  return { overall, byLength: byLength as Record<LengthGroup, Score> };
}
