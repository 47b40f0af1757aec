import { type Lengths, offsetsOf } from "../packing";

/**
 * Where each token stands when both directions of a recurrent network run side by side, the sentences padded to the longest:
 * rows of steps are [direction, step, sentence], of as many steps as the longest sentence has tokens. Step s of the reverse
 * direction is a sentence's s-th token from its own end.
 */
export interface StepOrder {
  /** [2 · time · batch] token of each step; for a step past the sentence's end, some token. */
  readonly tokenOfStep: Int32Array;
  /** [2 · time · batch] the same for rows [token, direction]. */
  readonly halfTokenOfStep: Int32Array;
  /** [tokens · 2] steps row of each token and direction. */
  readonly stepOfToken: Int32Array;
  /** [2 · time · batch] 1, or 0 past the sentence's end. */
  readonly stepMask: Float32Array;
}

export function stepOrder(lengths: Lengths): StepOrder {
  const batch = lengths.length;
  const time = Math.max(...lengths);
  const steps = 2 * time * batch;
  const offsets = offsetsOf(lengths);
  const order = {
    tokenOfStep: new Int32Array(steps),
    halfTokenOfStep: new Int32Array(steps),
    stepOfToken: new Int32Array(2 * offsets[batch]),
    stepMask: new Float32Array(steps),
  };
  lengths.forEach((length, sentence) => {
    for (let step = 0; step < length; step++) {
      for (const direction of [0, 1]) {
        const token = offsets[sentence] + (direction === 0 ? step : length - 1 - step);
        const row = (direction * time + step) * batch + sentence;
        order.tokenOfStep[row] = token;
        order.halfTokenOfStep[row] = 2 * token + direction;
        order.stepOfToken[2 * token + direction] = row;
        order.stepMask[row] = 1;
      }
    }
  });
  return order;
}
