import type { Entity } from "../../src/corpus/types";
import type { Random } from "../../src/engine/random";
import { type AnnotatedText, longestMention } from "./grammar";

/** Probability that the annotator errs on a mention, one third each: overlooked, wrong type, wrong boundary. */
const errorRate = 0.04;

const types = ["DNA", "RNA", "cell_line", "cell_type", "protein"];

/** The mentions as an annotator who makes mistakes leaves them. */
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
 * Takes in the determiner or modifier before the mention; where there is none, leaves out its first word; where it has no
 * other, leaves out the mention.
 */
function moved({ start, end, type }: Entity, { tokens }: AnnotatedText): Entity[] {
  const before = tokens[start - 1]?.pos;
  const modified = before === "DET" || before === "ADJ";
  if (modified && end - start < longestMention) return [{ start: start - 1, end, type }];
  return end - start > 1 ? [{ start: start + 1, end, type }] : [];
}
