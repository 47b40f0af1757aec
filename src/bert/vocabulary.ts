import { type Sentence, WordPiece } from "../corpus";
import type { BertConfig } from "./config";

/**
 * The vocabulary that a BERT is to be trained with.
 * @param sentences of the training split, for a vocabulary made of them
 * @param minimum how often a word must occur in them to be a piece
 * @throws InputError when the config's file is missing or no vocabulary
 */
export function wordPieceOf(
  { vocabulary, lowercase }: Pick<BertConfig, "vocabulary" | "lowercase">,
  sentences: readonly Sentence[],
  minimum: number,
): WordPiece {
  return vocabulary === null
    ? WordPiece.count(sentences, minimum, lowercase)
    : WordPiece.read(vocabulary, lowercase);
}
