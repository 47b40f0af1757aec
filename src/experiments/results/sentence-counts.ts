import { type LengthGroup, lengthGroups } from "../../corpus/spans";
import { type CountTable, type Score, type SentenceOutcome, scoresOf } from "../../evaluation";

/** Counts of gold, predicted and correct entities, in columns. An entry is a sentence and a length group with entities. */
export interface SentenceCounts {
  /** Scored sentences, including those without entities. */
  readonly sentences: number;
  /** `[entries]`, ascending. */
  readonly sentence: Uint16Array;
  /** `[entries]`: index in `lengthGroups`, or their number for predictions that count for no length. */
  readonly length: Uint8Array;
  /** `[entries]`, as the next two. */
  readonly gold: Uint16Array;
  readonly predicted: Uint16Array;
  readonly correct: Uint16Array;
  /** `[sentences]`, ascending: the document of each. Absent if unknown. */
  readonly documents?: Uint16Array;
}

/** @param documents of each outcome */
export function sentenceCounts(
  outcomes: readonly SentenceOutcome[],
  documents?: readonly number[],
): SentenceCounts {
  const rows = outcomes.flatMap(({ correct, missed, wrong }, sentence) =>
    [...lengthGroups, null].flatMap((group, length) => {
      const of = (entities: SentenceOutcome["correct"]): number =>
        entities.filter((entity) => entity.length === group).length;
      const [right, missing, extra] = [of(correct), of(missed), of(wrong)];
      return right + missing + extra ? [[sentence, length, right + missing, right + extra, right]] : [];
    }),
  );
  const column = (index: number): number[] => rows.map((row) => row[index]);
  return {
    sentences: outcomes.length,
    sentence: Uint16Array.from(column(0)),
    length: Uint8Array.from(column(1)),
    gold: Uint16Array.from(column(2)),
    predicted: Uint16Array.from(column(3)),
    correct: Uint16Array.from(column(4)),
    ...(documents && { documents: Uint16Array.from(documents) }),
  };
}

/** Groups of {@link tableOf}: all entities, then each length. */
export const groups: readonly ("all" | LengthGroup)[] = ["all", ...lengthGroups];

/** Converts the counts for `bootstrapScores` and `scoresOf`, without types and nesting. */
export function tableOf(counts: SentenceCounts): CountTable {
  const first = new Uint32Array(counts.sentences + 1);
  const places: number[] = [];
  const amounts: number[] = [];
  for (let entry = 0; entry < counts.sentence.length; entry++) {
    const fields = [counts.gold[entry], counts.predicted[entry], counts.correct[entry]];
    for (const [field, amount] of fields.entries()) {
      if (!amount) continue;
      places.push(field);
      amounts.push(amount);
      if (counts.length[entry] === lengthGroups.length) continue;
      places.push(3 * (1 + counts.length[entry]) + field);
      amounts.push(amount);
    }
    first[counts.sentence[entry] + 1] = places.length;
  }
  for (let next = 1; next < first.length; next++) first[next] = Math.max(first[next], first[next - 1]);
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
