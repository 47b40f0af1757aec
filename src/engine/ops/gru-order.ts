/**
 * Where each token stands when both directions of a recurrent network run side by side: `steps` rows are
 * [direction, step, sentence], `tokens` rows [sentence, time]. Step s of the reverse direction is a sentence's s-th token
 * from its own end.
 */
export interface StepOrder {
  /** [2 · time · batch] tokens row of each step; for a step past the sentence's end, some token's row. */
  readonly tokenOfStep: Int32Array;
  /** [2 · time · batch] the same for rows [sentence, time, direction]. */
  readonly halfTokenOfStep: Int32Array;
  /** [batch · time · 2] steps row of each token and direction; 0 for padding. */
  readonly stepOfToken: Int32Array;
  /** [2 · time · batch] 1, or 0 past the sentence's end. */
  readonly stepMask: Float32Array;
  /** [batch · time] 1, or 0 for padding. */
  readonly tokenMask: Float32Array;
}

export function stepOrder(lengths: readonly number[], time: number): StepOrder {
  const batch = lengths.length;
  const steps = 2 * time * batch;
  const anyToken = lengths.findIndex((length) => length > 0) * time;
  const order = {
    tokenOfStep: new Int32Array(steps).fill(anyToken),
    halfTokenOfStep: new Int32Array(steps).fill(2 * anyToken),
    stepOfToken: new Int32Array(steps),
    stepMask: new Float32Array(steps),
    tokenMask: new Float32Array(batch * time),
  };
  lengths.forEach((length, sentence) => {
    for (let step = 0; step < length; step++) {
      order.tokenMask[sentence * time + step] = 1;
      for (const direction of [0, 1]) {
        const token = sentence * time + (direction === 0 ? step : length - 1 - step);
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
