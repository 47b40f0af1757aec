import { sum } from "../base/sum";
import { type ContextRule, type ContextSentence, type EncodedPieces, encodePieces } from "./pieces";
import type { Sentence } from "./types";
import type { Vocabularies } from "./vocabulary";

/** A batch for the encoder: flat arrays with one index per token, sentence after sentence. */
export interface EncodedBatch {
  /** Tokens of each sentence. */
  readonly lengths: readonly number[];
  /** [tokens] word indices. */
  readonly words: Int32Array;
  /** [tokens] part-of-speech indices. */
  readonly pos: Int32Array;
  /** [tokens] index of each token's spelling in `forms`. */
  readonly tokenForms: Int32Array;
  /** The distinct spellings of the batch. The character encoder reads each once. */
  readonly forms: EncodedForms;
  /** Input of BERT; missing for a model without BERT. */
  readonly pieces?: EncodedPieces;
}

/** Spellings, concatenated. */
export interface EncodedForms {
  /** Characters of each spelling. */
  readonly lengths: readonly number[];
  /** [characters] character indices. */
  readonly characters: Int32Array;
}

export interface EncodeOptions {
  /** Longer spellings lose their middle, because prefixes and suffixes are most informative. Default null: no limit. */
  readonly maxCharacters?: number | null;
  /** The context that BERT reads. Without it or a vocabulary of pieces, the batch has no pieces. */
  readonly context?: ContextRule;
}

/** Encodes the sentences of one batch, in order. There must be at least one. */
export function encodeBatch(
  sentences: readonly (Partial<Pick<Sentence, "pos">> & ContextSentence)[],
  vocabularies: Vocabularies,
  { maxCharacters = null, context }: EncodeOptions = {},
): EncodedBatch {
  const lengths = sentences.map((sentence) => sentence.tokens.length);
  const count = sum(lengths);
  const [words, pos, tokenForms] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const formRows = new Map<string, number>();
  let row = 0;
  for (const { tokens, pos: tags } of sentences) {
    for (const [index, token] of tokens.entries()) {
      words[row] = vocabularies.words.index(token);
      if (tags) pos[row] = vocabularies.pos.index(tags[index]);
      if (!formRows.has(token)) formRows.set(token, formRows.size);
      tokenForms[row++] = formRows.get(token)!;
    }
  }
  const forms = encodeForms([...formRows.keys()], vocabularies, maxCharacters);
  const encoded = { lengths, words, pos, tokenForms, forms };
  const { pieces } = vocabularies;
  return pieces && context ? { ...encoded, pieces: encodePieces(sentences, pieces, context) } : encoded;
}

function encodeForms(
  tokens: readonly string[],
  { characters }: Vocabularies,
  maximum: number | null,
): EncodedForms {
  const spellings = tokens.map((token) => withoutMiddle([...token], maximum));
  const lengths = spellings.map((spelling) => spelling.length);
  return {
    lengths,
    characters: Int32Array.from(spellings.flat(), (character) => characters.index(character)),
  };
}

function withoutMiddle(characters: string[], maximum: number | null): string[] {
  if (maximum === null || characters.length <= maximum) return characters;
  const head = Math.ceil(maximum / 2);
  return [...characters.slice(0, head), ...characters.slice(characters.length - (maximum - head))];
}
