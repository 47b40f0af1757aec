import type { Entity, Sentence } from "./types";
import type { WordPiece } from "./word-piece";

/** What of some sentences lies behind BERT's last position, so that BERT does not read it. */
export interface CutOff {
  /** Sentences that are cut. */
  readonly sentences: number;
  /** Tokens that lose pieces, most of them all. */
  readonly tokens: number;
  /** Gold entities that hold such a token. */
  readonly entities: number;
}

/** Counts the sentences that are longer than BERT's positions. Their context is given up before they are cut, and not counted. */
export class CutOffCount implements CutOff {
  sentences = 0;
  tokens = 0;
  entities = 0;

  /** @param positions that BERT has, two of which its special pieces take */
  constructor(
    private readonly wordPiece: Pick<WordPiece, "encode">,
    private readonly positions: number,
  ) {}

  add({ tokens, entities = [] }: Pick<Sentence, "tokens"> & { readonly entities?: readonly Entity[] }): void {
    const whole = this.wholeTokens(tokens);
    if (whole === tokens.length) return;
    this.sentences++;
    this.tokens += tokens.length - whole;
    this.entities += entities.filter(({ end }) => end > whole).length;
  }

  /** How many tokens, from the first on, have a position for every piece. */
  private wholeTokens(tokens: readonly string[]): number {
    let room = this.positions - 2;
    for (const [at, token] of tokens.entries()) {
      room -= this.wordPiece.encode(token).length;
      if (room < 0) return at;
    }
    return tokens.length;
  }
}

/** "train: 3 sentences are longer than BERT's 512 positions: it does not read 40 of their tokens, in 5 entities" */
export function cutOffText(name: string, { sentences, tokens, entities }: CutOff, positions: number): string {
  const count = (number: number, one: string): string =>
    `${number.toLocaleString("en")} ${number === 1 ? one : one.replace(/y$/, "ie").concat("s")}`;
  const longer = sentences === 1 ? "is longer" : "are longer";
  const inEntities = entities ? `, in ${count(entities, "entity")}` : "";
  return (
    `${name}: ${count(sentences, "sentence")} ${longer} than BERT's ${positions} positions: ` +
    `it does not read ${count(tokens, "token")} at the end${inEntities}`
  );
}
