import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { parseWith } from "../../base/schema";
import type { Entity, Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { TracedEntity } from "../../detector/trace-types";

/** Everything that scoring a sentence needs, under all rules. */
export interface SentenceResult {
  readonly tokens: number;
  readonly gold: readonly Entity[];
  /** Proposals that Algorithm 2 accepts, before duplicates become one entity. */
  readonly accepted: readonly TracedEntity[];
}

/** File format: gold entities are [start, end, type], accepted proposals also have [probability, proposal]; types are indices. */
interface Stored {
  readonly types: readonly string[];
  readonly sentences: readonly {
    readonly tokens: number;
    readonly gold: readonly (readonly number[])[];
    readonly accepted: readonly (readonly number[])[];
  }[];
}

export async function sentenceResults(
  detector: EntityDetector,
  sentences: readonly Sentence[],
): Promise<SentenceResult[]> {
  const accepted = await detector.acceptedProposals(sentences);
  return sentences.map(({ tokens, entities }, index) => ({
    tokens: tokens.length,
    gold: entities,
    accepted: accepted[index],
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
  const sentences = results.map(({ tokens, gold, accepted }) => ({
    tokens,
    gold: gold.map(entity),
    accepted: accepted.map((one) => [...entity(one), Number(one.probability.toFixed(5)), one.proposal]),
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
  return sentences.map(({ tokens, gold, accepted }, index) => {
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
    };
  });
}
