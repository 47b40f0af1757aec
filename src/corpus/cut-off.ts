import type { PieceVocabulary } from "./piece-vocabulary";
import type { Entity, Sentence } from "./types";

/** The parts of sentences beyond BERT's last position, which BERT does not read. */
export interface CutOff {
  /** Sentences that are too long. */
  readonly sentences: number;
  /** Tokens that lose pieces, usually all of them. */
  readonly tokens: number;
  /** Gold entities with one of these tokens. */
  readonly entities: number;
}

/** Counts sentences with more pieces than BERT has positions. Context does not count, because it is dropped first. */
export class CutOffCount implements CutOff {
  sentences = 0;
  tokens = 0;
  entities = 0;

  /** @param positions of BERT; the special pieces take two of them */
  constructor(
    private readonly vocabulary: Pick<PieceVocabulary, "encode">,
    private readonly positions: number,
  ) {}

  add({ tokens, entities = [] }: Pick<Sentence, "tokens"> & { readonly entities?: readonly Entity[] }): void {
    const complete = this.completeTokens(tokens);
    if (complete === tokens.length) return;
    this.sentences++;
    this.tokens += tokens.length - complete;
    this.entities += entities.filter(({ end }) => end > complete).length;
  }

  /** Number of tokens, from the first one, with positions for all their pieces. */
  private completeTokens(tokens: readonly string[]): number {
    let room = this.positions - 2;
    for (const [index, token] of tokens.entries()) {
      room -= this.vocabulary.encode(token).length;
      if (room < 0) return index;
    }
    return tokens.length;
  }
}

/** "train: 3 sentences are longer than BERT's 512 positions: it does not read 40 of their tokens, in 5 entities" */
export function describeCutOff(
  name: string,
  { sentences, tokens, entities }: CutOff,
  positions: number,
): string {
  const count = (number: number, one: string): string =>
    `${number.toLocaleString("en")} ${number === 1 ? one : one.replace(/y$/, "ie").concat("s")}`;
  const longer = sentences === 1 ? "is longer" : "are longer";
  const inEntities = entities ? `, in ${count(entities, "entity")}` : "";
  return (
    `${name}: ${count(sentences, "sentence")} ${longer} than BERT's ${positions} positions: ` +
    `it does not read ${count(tokens, "token")} at the end${inEntities}`
  );
}
