import type { Entity } from "../../src/corpus/types";
import type { Random } from "../../src/engine/random";
import { type AnnotatedText, longestMention } from "./grammar";

/** Probability that a mention has an annotation error. A third each are missing, have a wrong type, or have a wrong boundary. */
const errorRate = 0.04;

const types = ["DNA", "RNA", "cell_line", "cell_type", "protein"];

/** The mentions with the errors of an imperfect annotator. */
export function withErrors(text: AnnotatedText, random: Random): Entity[] {
  return text.mentions.flatMap((mention) => {
    if (random.uniform() >= errorRate) return [mention];
    switch (random.below(3)) {
      case 0:
        return [];
      case 1:
        return [retyped(mention, random)];
      default:
        return moved(mention, text);
    }
  });
}

function retyped(mention: Entity, random: Random): Entity {
  const others = types.filter((type) => type !== mention.type);
  return { ...mention, type: others[random.below(others.length)] };
}

/**
 * Adds the determiner or modifier before the mention. Without one, removes the mention's first word, or the whole mention if it has
 * only one word.
 */
function moved({ start, end, type }: Entity, { tokens }: AnnotatedText): Entity[] {
  const before = tokens[start - 1]?.pos;
  const modified = before === "DET" || before === "ADJ";
  if (modified && end - start < longestMention) return [{ start: start - 1, end, type }];
  return end - start > 1 ? [{ start: start + 1, end, type }] : [];
}
