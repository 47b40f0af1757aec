import type { Random } from "../../src/engine/random";
import { type AnnotatedText, expand, longestMention, type Rules } from "./grammar";
import { Lexicon, type Pool } from "./lexicon";
import { mentionRules } from "./mentions";
import { sentenceRules } from "./sentences";

const rules: Rules = { ...mentionRules, ...sentenceRules };

/**
 * Probability that a topic of a document is a name that only its split uses. Dev and test therefore contain names that do not occur
 * in training.
 */
const ownShare = 0.35;

const shortestDocument = 6;
const longestDocument = 10;

/** Invents documents of several sentences each. `sentences` is the total number of sentences. */
export function inventDocuments(
  sentences: number,
  common: Pool,
  own: Pool,
  random: Random,
): AnnotatedText[][] {
  const documents: AnnotatedText[][] = [];
  for (let left = sentences; left > 0; left -= documents[documents.length - 1].length) {
    const wanted = shortestDocument + random.below(longestDocument - shortestDocument + 1);
    const lexicon = new Lexicon(random, common, own, ownShare);
    documents.push(Array.from({ length: Math.min(wanted, left) }, () => inventSentence(lexicon, random)));
  }
  return documents;
}

function inventSentence(lexicon: Lexicon, random: Random): AnnotatedText {
  const text = expand(rules, "sentence", lexicon, random);
  const tooLong = text.mentions.some(({ start, end }) => end - start > longestMention);
  return tooLong ? inventSentence(lexicon, random) : capitalized(text);
}

/** Capitalizes the first letter, unless the first token is a name like p47. */
function capitalized({ tokens: [first, ...others], mentions }: AnnotatedText): AnnotatedText {
  const text = /^[a-z-]+$/.test(first.text) ? first.text[0].toUpperCase() + first.text.slice(1) : first.text;
  return { tokens: [{ ...first, text }, ...others], mentions };
}
