import { z } from "zod";
import type { Entity, Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { TracedEntity } from "../../detector/trace-types";

/** A sentence as in Table 8: its entities and the trajectories of their proposals, without its words. */
export interface Case {
  /** Index in the scored split. */
  readonly sentence: number;
  readonly gold: readonly Entity[];
  readonly predicted: readonly CaseEntity[];
}

/** A predicted entity with the trajectory of its proposal. */
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
 * Chooses three sentences like those of Table 8, of at most 40 tokens and 7 entities: the one without nesting and the two with
 * nesting that have the most entities. In a tie, the first sentence is chosen.
 * @returns their indices, ascending
 */
function caseSentences(sentences: readonly Pick<Sentence, "tokens" | "entities">[]): number[] {
  const count = (index: number): number => sentences[index].entities.length;
  const fitting = [...sentences.keys()]
    .filter((index) => sentences[index].tokens.length <= 40 && count(index) > 0 && count(index) <= 7)
    .sort((a, b) => count(b) - count(a) || a - b);
  const nested = fitting.filter((index) => hasNesting(sentences[index]));
  const flat = fitting.filter((index) => !nested.includes(index));
  return [...flat.slice(0, 1), ...nested.slice(0, 2)].sort((a, b) => a - b);
}

function hasNesting({ entities }: Pick<Sentence, "entities">): boolean {
  return entities.some((one) =>
    entities.some((other) => other !== one && other.start <= one.start && one.end <= other.end),
  );
}

/** @param sentences all sentences of the scored split */
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
