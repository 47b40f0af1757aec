import { type Sentence, WordPiece } from "../corpus";
import type { BertConfig } from "./config";
import { PretrainedBert } from "./pretrained/folder";

/**
 * The vocabulary that a BERT is to be trained with.
 * @param sentences of the training split, for a vocabulary made of them
 * @param minimum how often a word must occur in them to be a piece
 * @throws InputError when the config's file or pre-trained BERT is missing, or has no vocabulary for this config
 */
export function wordPieceOf(config: BertConfig, sentences: Iterable<Sentence>, minimum: number): WordPiece {
  const { from, vocabulary } = config;
  if (from !== null) return new PretrainedBert(from).wordPiece(config);
  return vocabulary === null
    ? WordPiece.count(sentences, minimum, config)
    : WordPiece.read(vocabulary, config);
}
