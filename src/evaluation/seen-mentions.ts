import type { Entity, Sentence } from "../corpus/types";

/**
 * How often training has an entity with the same words and type. "other type": only with another type. "unseen": as no entity,
 * although its words may occur.
 */
export type MentionGroup = "unseen" | "other type" | "once" | "2 to 9 times" | "10 times or more";

export const mentionGroups: readonly MentionGroup[] = [
  "unseen",
  "other type",
  "once",
  "2 to 9 times",
  "10 times or more",
];

/** The entities of a training split, by their words as written. */
export class SeenMentions {
  private readonly counts = new Map<string, Map<string, number>>();

  constructor(training: Iterable<Pick<Sentence, "tokens" | "entities">>) {
    for (const { tokens, entities } of training) {
      for (const entity of entities) {
        const key = wordsOf(tokens, entity);
        const types = this.counts.get(key) ?? new Map<string, number>();
        this.counts.set(key, types.set(entity.type, (types.get(entity.type) ?? 0) + 1));
      }
    }
  }

  groupOf(tokens: readonly string[], entity: Entity): MentionGroup {
    const types = this.counts.get(wordsOf(tokens, entity));
    if (!types) return "unseen";
    const count = types.get(entity.type) ?? 0;
    if (count === 0) return "other type";
    return count === 1 ? "once" : count < 10 ? "2 to 9 times" : "10 times or more";
  }
}

function wordsOf(tokens: readonly string[], { start, end }: Entity): string {
  return tokens.slice(start, end).join("\n");
}
