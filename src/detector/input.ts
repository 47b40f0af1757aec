import { InputError, show } from "../base/errors";
import type { Sentence } from "../corpus";

/** A sentence to predict on. Missing or unknown tags count as the unknown tag; neighbors are context for BERT. */
export type InputSentence = Pick<Sentence, "tokens"> & Partial<Pick<Sentence, "pos" | "previous" | "next">>;

/**
 * Checks sentences that a caller passes, perhaps from JavaScript.
 * @throws InputError naming the first invalid sentence
 */
export function checkSentences(sentences: readonly InputSentence[]): void {
  if (!Array.isArray(sentences)) {
    throw new InputError(`${show(sentences)}: expected a text, or a list of sentences such as ${example}`);
  }
  for (const [index, sentence] of sentences.entries()) {
    const { tokens, pos } = sentence ?? {};
    if (!isStrings(tokens) || !tokens.length)
      throw new InputError(
        `sentence ${index} is ${show(sentence)}: expected an object with tokens, such as ${example}`,
      );
    if (pos !== undefined && (!isStrings(pos) || pos.length !== tokens.length))
      throw new InputError(
        `sentence ${index}: pos is ${show(pos)}: expected a tag for each of the ${tokens.length} tokens, or no pos`,
      );
  }
}

const example = '{ tokens: ["IL-2", "gene"] }';

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
