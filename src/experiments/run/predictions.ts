import { z } from "zod";
import { InputError, show } from "../../base/errors";
import { parseWith } from "../../base/schema";
import type { Entity, ScoredEntity, Sentence } from "../../corpus";
import { boundBatches, makeBatches } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import { scoped } from "../../engine";
import { acceptProposals } from "../../model/decoding";

/** A proposal that Algorithm 2 accepts, before those that agree become one entity. */
export interface AcceptedProposal extends ScoredEntity {
  /** The token whose proposal it is. */
  readonly proposal: number;
}

/** What was there and what was found in a sentence: all that any way of scoring needs. */
export interface SentenceResult {
  readonly tokens: number;
  readonly gold: readonly Entity[];
  readonly accepted: readonly AcceptedProposal[];
}

/** The same as stored: entities are [start, end, type], accepted ones also [probability, proposal]; types by their number. */
interface Stored {
  readonly types: readonly string[];
  readonly sentences: readonly {
    readonly tokens: number;
    readonly gold: readonly (readonly number[])[];
    readonly accepted: readonly (readonly number[])[];
  }[];
}

/** Accepted proposals of each sentence, in the sentences' order. */
export async function sentenceResults(
  detector: EntityDetector,
  sentences: readonly Sentence[],
): Promise<SentenceResult[]> {
  const { types, model } = detector.description;
  const accepted: AcceptedProposal[][] = sentences.map(() => []);
  for (const indices of boundBatches(makeBatches(sentences, 32), sentences, 2 ** 25)) {
    const batch = detector.encode(indices.map((index) => sentences[index]));
    const found = scoped(() =>
      acceptProposals(detector.network.forward(batch).prediction, batch.lengths, model.acceptTies),
    );
    for (const [row, proposals] of found.entries()) {
      accepted[indices[row]] = proposals.map(({ start, end, type, probability, proposal }) => ({
        start,
        end: end + 1,
        type: types[type],
        probability,
        proposal,
      }));
    }
    // lets timers, progress and signals through between batches
    await new Promise(setImmediate);
  }
  return sentences.map(({ tokens, entities }, at) => ({
    tokens: tokens.length,
    gold: entities,
    accepted: accepted[at],
  }));
}

/** Of proposals that agree the most probable, as Algorithm 2's set has it. */
export function distinctEntities(accepted: readonly AcceptedProposal[]): AcceptedProposal[] {
  const best = new Map<string, AcceptedProposal>();
  for (const one of accepted) {
    const key = `${one.start} ${one.end} ${one.type}`;
    const other = best.get(key);
    if (!other || one.probability > other.probability) best.set(key, one);
  }
  return [...best.values()];
}

/** JSON without a word of the sentences, so that it may be passed on where the corpus may not. */
export function storedResults(results: readonly SentenceResult[], types: readonly string[]): string {
  const place = new Map(types.map((type, at) => [type, at]));
  const entity = ({ start, end, type }: Entity): number[] => [start, end, place.get(type)!];
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
 * What {@link storedResults} stored.
 * @param value of its JSON
 * @param source what to call it in a message
 * @throws InputError when it is something else, or an entity lies outside its sentence or has no type
 */
export function readResults(value: unknown, source: string): SentenceResult[] {
  const { types, sentences } = parseWith(storedSchema, value, source);
  return sentences.map(({ tokens, gold, accepted }, at) => {
    const entity = ([start, end, type]: readonly number[]): Entity => {
      if (start < end && end <= tokens && type < types.length) return { start, end, type: types[type] };
      throw new InputError(
        `${source}: sentence ${at} of ${tokens} tokens has the entity ${show([start, end, type])} of ${types.length} types`,
      );
    };
    return {
      tokens,
      gold: gold.map(entity),
      accepted: accepted.map((one) => ({ ...entity(one), probability: one[3], proposal: one[4] })),
    };
  });
}
