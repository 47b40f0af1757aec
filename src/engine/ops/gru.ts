import * as tf from "@tensorflow/tfjs-core";

/** One direction of a GRU in PyTorch's layout: the rows of each tensor are the gates reset, update, new. */
export interface GruWeights {
  /** [3 · hidden, in] */
  readonly weightInput: tf.Tensor2D;
  /** [3 · hidden, hidden] */
  readonly weightHidden: tf.Tensor2D;
  /** [3 · hidden] */
  readonly biasInput: tf.Tensor1D;
  /** [3 · hidden] */
  readonly biasHidden: tf.Tensor1D;
}

export interface BidirectionalGruWeights {
  readonly forward: GruWeights;
  readonly reverse: GruWeights;
}

function direction(
  input: tf.Tensor3D,
  lengths: readonly number[],
  weights: GruWeights,
  reverse: boolean,
): tf.Tensor3D {
  const [batch, time, inputSize] = input.shape;
  const hidden = weights.weightHidden.shape[1];
  const projected = tf.unstack(
    tf.reshape(
      tf.add(
        tf.matMul(tf.reshape(input, [batch * time, inputSize]), weights.weightInput, false, true),
        weights.biasInput,
      ),
      [batch, time, 3 * hidden],
    ),
    1,
  );
  let state: tf.Tensor2D = tf.zeros([batch, hidden], "float32");
  const states: tf.Tensor2D[] = new Array(time);
  for (let step = 0; step < time; step++) {
    const t = reverse ? time - 1 - step : step;
    const mask = tf.tensor2d(
      Float32Array.from(lengths, (length) => (t < length ? 1 : 0)),
      [batch, 1],
      "float32",
    );
    const [inputReset, inputUpdate, inputNew] = tf.split(projected[t], 3, 1);
    const [hiddenReset, hiddenUpdate, hiddenNew] = tf.split(
      tf.add(tf.matMul(state, weights.weightHidden, false, true), weights.biasHidden),
      3,
      1,
    );
    const reset = tf.sigmoid(tf.add(inputReset, hiddenReset));
    const update = tf.sigmoid(tf.add(inputUpdate, hiddenUpdate));
    const fresh = tf.tanh(tf.add(inputNew, tf.mul(reset, hiddenNew)));
    state = tf.mul(mask, tf.add(fresh, tf.mul(update, tf.sub(state, fresh)))) as tf.Tensor2D;
    states[t] = state;
  }
  return tf.stack(states, 1) as tf.Tensor3D;
}

/**
 * Bidirectional GRU with PyTorch's semantics: [batch, time, in] -> [batch, time, 2 · hidden], forward half first.
 * The state starts at 0; positions at or past a sentence's length yield 0 and influence nothing; the reverse direction
 * starts at each sentence's own last token.
 *
 * @param lengths tokens of each sentence, [batch], each at most time.
 */
export function gru(
  input: tf.Tensor3D,
  lengths: tf.Tensor1D | readonly number[],
  weights: BidirectionalGruWeights,
): tf.Tensor3D {
  const counts = lengths instanceof tf.Tensor ? Array.from(lengths.dataSync()) : lengths;
  const [batch, time] = input.shape;
  if (batch * time === 0) {
    return tf.zeros([batch, time, 2 * weights.forward.weightHidden.shape[1]], "float32");
  }
  return tf.tidy(() =>
    tf.concat(
      [direction(input, counts, weights.forward, false), direction(input, counts, weights.reverse, true)],
      2,
    ),
  );
}
