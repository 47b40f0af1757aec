import { type ContextRule, type ContextSentence, type EncodedPieces, encodePieces } from "./pieces";
import type { Sentence } from "./types";
import type { Vocabularies } from "./vocabulary";

/**
 * A batch as the encoder takes it: plain row-major arrays of indices. B sentences, L tokens in the longest one. Padding
 * has index 0 everywhere and is known from `lengths`.
 */
export interface EncodedBatch {
  /** B */
  readonly size: number;
  /** L */
  readonly length: number;
  /** [B] tokens of each sentence. */
  readonly lengths: readonly number[];
  /** [B, L] word indices. */
  readonly words: Int32Array;
  /** [B, L] part-of-speech indices. */
  readonly pos: Int32Array;
  /** [B, L] row in `forms` of each token's spelling; 0 for padding, which must be masked. */
  readonly tokenForms: Int32Array;
  /** The distinct spellings of the batch, so that each goes through the character encoder once. */
  readonly forms: EncodedForms;
  /** What BERT reads; absent for a model without one. */
  readonly pieces?: EncodedPieces;
}

/** U spellings, C characters in the longest one. */
export interface EncodedForms {
  /** U */
  readonly size: number;
  /** C */
  readonly length: number;
  /** [U] characters of each spelling. */
  readonly lengths: readonly number[];
  /** [U, C] character indices. */
  readonly characters: Int32Array;
}

export interface EncodeOptions {
  /** Longer spellings lose their middle, for their beginning and end tell most. Default 32. */
  readonly maxCharacters?: number;
  /** What BERT reads around a sentence; without it, and without a vocabulary of pieces, the batch has none. */
  readonly context?: ContextRule;
}

/** Encodes the sentences of one batch, in their order. There must be at least one. */
export function encodeBatch(
  sentences: readonly (Partial<Pick<Sentence, "pos">> & ContextSentence)[],
  vocabularies: Vocabularies,
  { maxCharacters = 32, context }: EncodeOptions = {},
): EncodedBatch {
  const lengths = sentences.map((sentence) => sentence.tokens.length);
  const length = Math.max(...lengths);
  const cells = sentences.length * length;
  const [words, pos, tokenForms] = [new Int32Array(cells), new Int32Array(cells), new Int32Array(cells)];
  const formRows = new Map<string, number>();
  for (const [row, sentence] of sentences.entries()) {
    for (const [column, token] of sentence.tokens.entries()) {
      const cell = row * length + column;
      words[cell] = vocabularies.words.index(token);
      if (sentence.pos) pos[cell] = vocabularies.pos.index(sentence.pos[column]);
      if (!formRows.has(token)) formRows.set(token, formRows.size);
      tokenForms[cell] = formRows.get(token)!;
    }
  }
  const forms = encodeForms([...formRows.keys()], vocabularies, maxCharacters);
  const encoded = { size: sentences.length, length, lengths, words, pos, tokenForms, forms };
  const { pieces } = vocabularies;
  return pieces && context
    ? { ...encoded, pieces: encodePieces(sentences, length, pieces, context) }
    : encoded;
}

function encodeForms(tokens: readonly string[], { characters }: Vocabularies, maximum: number): EncodedForms {
  const spellings = tokens.map((token) => withoutMiddle([...token], maximum));
  const lengths = spellings.map((spelling) => spelling.length);
  const length = Math.max(...lengths);
  const cells = new Int32Array(spellings.length * length);
  for (const [row, spelling] of spellings.entries()) {
    for (const [column, character] of spelling.entries()) {
      cells[row * length + column] = characters.index(character);
    }
  }
  return { size: spellings.length, length, lengths, characters: cells };
}

function withoutMiddle(characters: string[], maximum: number): string[] {
  if (characters.length <= maximum) return characters;
  const head = Math.ceil(maximum / 2);
  return [...characters.slice(0, head), ...characters.slice(characters.length - (maximum - head))];
}
