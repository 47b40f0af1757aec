import { InputError, show } from "../base/errors";
import type { Sentence } from "../corpus";

/**
 * What a sentence needs to be predicted on. Tags left out, or unknown to the model, count as unknown ones. Its neighbors are
 * context for BERT and may be left out too.
 */
export type InputSentence = Pick<Sentence, "tokens"> & Partial<Pick<Sentence, "pos" | "previous" | "next">>;

/**
 * Checks what a program hands in, which need not be in TypeScript.
 * @throws InputError naming the first sentence that is none
 */
export function checkSentences(sentences: readonly InputSentence[]): void {
  if (!Array.isArray(sentences)) {
    throw new InputError(`${show(sentences)}: expected a text, or a list of sentences such as ${example}`);
  }
  for (const [at, sentence] of sentences.entries()) {
    const { tokens, pos } = sentence ?? {};
    if (!isStrings(tokens) || !tokens.length)
      throw new InputError(
        `sentence ${at} is ${show(sentence)}: expected an object with tokens, such as ${example}`,
      );
    if (pos !== undefined && (!isStrings(pos) || pos.length !== tokens.length))
      throw new InputError(
        `sentence ${at}: pos is ${show(pos)}: expected a tag for each of the ${tokens.length} tokens, or none at all`,
      );
  }
}

const example = '{ tokens: ["IL-2", "gene"] }';

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
