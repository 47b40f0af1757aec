import { InputError } from "../../base/errors";
import type { Entity } from "../../corpus";
import type { ScoredSentence } from "../run/predictions";
import type { Row } from "./arrow-rows";

type Unpredicted = Omit<ScoredSentence, "accepted">;

/** The distinct lists of scored sentences: runs on one split of a corpus share theirs, so that tables hold it once. */
export class ScoredSets {
  private readonly byContent = new Map<
    string,
    { readonly index: number; readonly sentences: readonly Unpredicted[] }
  >();

  /** The index of a run's list. */
  indexOf(predictions: readonly ScoredSentence[]): number {
    const sentences = predictions.map(({ accepted: _, ...sentence }) => sentence);
    const content = JSON.stringify(sentences);
    const index = this.byContent.get(content)?.index ?? this.byContent.size;
    this.byContent.set(content, { index, sentences });
    return index;
  }

  scoredRows(): Row[] {
    return this.rows(({ tokens, document = null, seen = null }) => [{ tokens, document, seen }]);
  }

  goldRows(): Row[] {
    return this.rows(({ gold }) => gold.map(({ start, end, type }) => ({ start, end, type })));
  }

  private rows(ofSentence: (sentence: Unpredicted) => readonly Row[]): Row[] {
    return [...this.byContent.values()].flatMap(({ index, sentences }) =>
      sentences.flatMap((one, sentence) => ofSentence(one).map((row) => ({ set: index, sentence, ...row }))),
    );
  }
}

export function predictionRows(run: string, predictions: readonly ScoredSentence[]): Row[] {
  return predictions.flatMap(({ accepted }, sentence) =>
    accepted.map(({ start, end, type }) => ({ run, sentence, start, end, type })),
  );
}

/** Inverse of {@link ScoredSets}: the sentences of each set. */
export function scoredSetsOf(scored: readonly Row[], gold: readonly Row[]): Map<number, Unpredicted[]> {
  const sets = new Map<number, (Unpredicted & { readonly gold: Entity[] })[]>();
  for (const { set, tokens, document, seen } of scored) {
    const sentences = sets.get(Number(set)) ?? [];
    sets.set(Number(set), sentences);
    sentences.push({
      tokens: Number(tokens),
      gold: [],
      ...(document !== null && { document: Number(document) }),
      ...(seen !== null && { seen: seen === true }),
    });
  }
  for (const row of gold) sets.get(Number(row.set))?.[Number(row.sentence)]?.gold.push(entityOf(row));
  return sets;
}

/**
 * A run's sentences with its predictions.
 * @param rows of the run
 * @throws InputError if the set or a sentence is missing
 */
export function predictionsOf(
  sets: ReadonlyMap<number, readonly Unpredicted[]>,
  set: number,
  rows: readonly Row[],
  source: string,
): ScoredSentence[] {
  const accepted = (sets.get(set) ?? []).map((): Entity[] => []);
  if (!accepted.length)
    throw new InputError(`${source}: its scored sentences are missing; write all tables again`);
  for (const row of rows) {
    const entities = accepted[Number(row.sentence)];
    if (!entities)
      throw new InputError(
        `${source}: has rows beyond its ${accepted.length} sentences; write all tables again`,
      );
    entities.push(entityOf(row));
  }
  return sets.get(set)!.map((sentence, index) => ({ ...sentence, accepted: accepted[index] }));
}

export function entityOf({ start, end, type }: Row): Entity {
  return { start: Number(start), end: Number(end), type: String(type) };
}

/** The order in which tables store the entities of a sentence. */
export function byPosition(a: Entity, b: Entity): number {
  return a.start - b.start || a.end - b.end || Number(a.type > b.type) - Number(a.type < b.type);
}
