import type { EncodedPieces } from "../../corpus";
import { offsetsOf, type Random } from "../../engine";

/** Shares of Devlin et al. (2019, §3.1): pieces to guess, and what they are replaced with: [MASK], another piece, or nothing. */
const guessed = 0.15;
const masked = 0.8;
const exchanged = 0.1;

/** A batch of pieces some of which are to be guessed. */
export interface MaskedPieces {
  /** [pieces] with replacements. */
  readonly ids: Int32Array;
  /** [M] places of pieces to guess, among those of the batch. */
  readonly places: Int32Array;
  /** [M] what stood there. */
  readonly targets: Int32Array;
}

/**
 * Draws what is to be guessed: no piece before or after a text, and at least one piece.
 * @param mask row of [MASK]
 * @param pieces rows of the table, of which another piece is drawn
 */
export function maskPieces(
  { ids, lengths }: Pick<EncodedPieces, "ids" | "lengths">,
  mask: number,
  pieces: number,
  random: Random,
): MaskedPieces {
  const offsets = offsetsOf(lengths);
  const candidates = lengths.flatMap((count, input) =>
    Array.from({ length: count - 2 }, (_, at) => offsets[input] + 1 + at),
  );
  const drawn = candidates.filter(() => random.uniform() < guessed);
  if (!drawn.length) drawn.push(candidates[random.below(candidates.length)]);
  const places = Int32Array.from(drawn);
  const replaced = ids.slice();
  for (const place of places) {
    const draw = random.uniform();
    if (draw < masked) replaced[place] = mask;
    else if (draw < masked + exchanged) replaced[place] = random.below(pieces);
  }
  return { ids: replaced, places, targets: places.map((place) => ids[place]) };
}
