/** A token and where it stands in a text: UTF-16 code units `start … end - 1`, as JavaScript counts a string's characters. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Universal part-of-speech tag. */
  readonly tag: string;
}

/** Cuts a paragraph into sentences, and these into tokens; nothing but white space is left out. */
export type Cut = (paragraph: string) => readonly (readonly Piece[])[];
