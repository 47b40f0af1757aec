import { z } from "zod";
import type { Entity, Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { TracedEntity } from "../../detector/trace-types";

/** What a run found in one sentence and by which way, as Table 8 shows it; no word of the sentence. */
export interface Case {
  /** Place in the split that was scored, from 0. */
  readonly sentence: number;
  readonly gold: readonly Entity[];
  readonly predicted: readonly CaseEntity[];
}

/** A predicted entity, and where its proposal stood. */
export interface CaseEntity extends TracedEntity {
  /** Start and end of its proposal in tokens, end inclusive: as proposed (Eq. 9), then after each regressor layer (Eq. 16). */
  readonly path: readonly (readonly [number, number])[];
}

const entity = { start: z.int().min(0), end: z.int().min(1), type: z.string() };

export const caseSchema: z.ZodType<Case> = z.looseObject({
  sentence: z.int().min(0),
  gold: z.array(z.looseObject(entity)),
  predicted: z.array(
    z.looseObject({
      ...entity,
      probability: z.number(),
      proposal: z.int().min(0),
      path: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
});

/**
 * Sentences like the three of Table 8: of those of at most 40 tokens and 7 entities one with most entities and no nesting,
 * and the two with most entities of which some are nested; of equals the first.
 * @returns their places, rising
 */
export function caseSentences(sentences: readonly Pick<Sentence, "tokens" | "entities">[]): number[] {
  const count = (at: number): number => sentences[at].entities.length;
  const fitting = [...sentences.keys()]
    .filter((at) => sentences[at].tokens.length <= 40 && count(at) > 0 && count(at) <= 7)
    .sort((a, b) => count(b) - count(a) || a - b);
  const nested = fitting.filter((at) => hasNesting(sentences[at]));
  const flat = fitting.filter((at) => !nested.includes(at));
  return [...flat.slice(0, 1), ...nested.slice(0, 2)].sort((a, b) => a - b);
}

function hasNesting({ entities }: Pick<Sentence, "entities">): boolean {
  return entities.some((one, at) =>
    entities.some((other, place) => place !== at && other.start <= one.start && one.end <= other.end),
  );
}

/** @param sentences all of the split that is scored */
export async function traceCases(detector: EntityDetector, sentences: readonly Sentence[]): Promise<Case[]> {
  const cases: Case[] = [];
  for (const sentence of caseSentences(sentences)) {
    const { predicted, states } = await detector.trace(sentences[sentence]);
    cases.push({
      sentence,
      gold: sentences[sentence].entities,
      predicted: predicted.map((entity) => ({
        ...entity,
        path: states.map(({ locations }) => [
          locations[2 * entity.proposal],
          locations[2 * entity.proposal + 1],
        ]),
      })),
    });
  }
  return cases;
}
