import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { parseWith } from "../../base/schema";
import { documentIndices, type Entity, type Sentence, seenFlags } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { TracedEntity } from "../../detector/trace-types";

/** Everything that scoring a sentence needs, under all rules. */
export interface ScoredSentence {
  readonly tokens: number;
  readonly gold: readonly Entity[];
  /** Proposals that Algorithm 2 accepts, before duplicates become one entity. */
  readonly accepted: readonly Entity[];
  /** Index of its document, ascending. Absent if the corpus does not show documents, and from runs of earlier versions. */
  readonly document?: number;
  /** Whether a training sentence has the same words. Absent from runs of earlier versions. */
  readonly seen?: boolean;
}

/** A {@link ScoredSentence} with the probability and the proposal of each prediction. */
export interface SentenceResult extends ScoredSentence {
  readonly accepted: readonly TracedEntity[];
}

/** File format: gold entities are [start, end, type], accepted proposals also have [probability, proposal]; types are indices. */
interface Stored {
  readonly types: readonly string[];
  readonly sentences: readonly {
    readonly tokens: number;
    readonly gold: readonly (readonly number[])[];
    readonly accepted: readonly (readonly number[])[];
    readonly document?: number;
    readonly seen?: boolean;
  }[];
}

/** @param training every sentence that a run can learn from */
export async function sentenceResults(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  training: Iterable<Sentence>,
): Promise<SentenceResult[]> {
  const accepted = await detector.acceptedProposals(sentences);
  const documents = documentIndices(sentences);
  const seen = seenFlags(sentences, training);
  return sentences.map(({ tokens, entities }, index) => ({
    tokens: tokens.length,
    gold: entities,
    accepted: accepted[index],
    ...(documents && { document: documents[index] }),
    seen: seen[index],
  }));
}

/** The most probable of each set of duplicates, as in Algorithm 2. */
export function distinctEntities(accepted: readonly TracedEntity[]): TracedEntity[] {
  const best = new Map<string, TracedEntity>();
  for (const proposal of accepted) {
    const key = `${proposal.start} ${proposal.end} ${proposal.type}`;
    const duplicate = best.get(key);
    if (!duplicate || proposal.probability > duplicate.probability) best.set(key, proposal);
  }
  return [...best.values()];
}

/** JSON without words, so that it may be shared even if the corpus may not. */
export function storedResults(results: readonly SentenceResult[], types: readonly string[]): string {
  const indices = new Map(types.map((type, index) => [type, index]));
  const entity = ({ start, end, type }: Entity): number[] => [start, end, indices.get(type)!];
  const sentences = results.map(({ tokens, gold, accepted, document, seen }) => ({
    tokens,
    gold: gold.map(entity),
    accepted: accepted.map((one) => [...entity(one), Number(one.probability.toFixed(5)), one.proposal]),
    document,
    seen,
  }));
  return `${JSON.stringify({ types, sentences } satisfies Stored)}\n`;
}

const count = z.int().min(0);
const storedSchema: z.ZodType<Stored> = z.looseObject({
  types: z.array(z.string()),
  sentences: z.array(
    z.looseObject({
      tokens: count,
      gold: z.array(z.tuple([count, count, count])),
      accepted: z.array(z.tuple([count, count, count, z.number().min(0).max(1), count])),
      document: count.optional(),
      seen: z.boolean().optional(),
    }),
  ),
});

/**
 * Inverse of {@link storedResults}.
 * @param value parsed from the JSON
 * @param source for messages
 * @throws InputError if the value is invalid, or an entity is outside its sentence or of an unknown type
 */
export function readResults(value: unknown, source: string): SentenceResult[] {
  const { types, sentences } = parseWith(storedSchema, value, source);
  return sentences.map(({ tokens, gold, accepted, document, seen }, index) => {
    const entity = ([start, end, type]: readonly number[]): Entity => {
      if (start < end && end <= tokens && type < types.length) return { start, end, type: types[type] };
      throw new InputError(
        `${source}: sentence ${index} of ${tokens} tokens has the entity ${show([start, end, type])} of ${types.length} types`,
      );
    };
    return {
      tokens,
      gold: gold.map(entity),
      accepted: accepted.map((one) => ({ ...entity(one), probability: one[3], proposal: one[4] })),
      ...(document !== undefined && { document }),
      ...(seen !== undefined && { seen }),
    };
  });
}
