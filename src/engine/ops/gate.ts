import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";

/**
 * The gate of a GRU cell (Eq. 18): r = σ(x_r + a_r), z = σ(x_z + a_z), n = tanh(x_n + r a_n), (1 - z) n + z h.
 *
 * @param input x = W_x x + b [..., 3 · size], in the order r, z, n
 * @param hidden a = W_h h + b [..., 3 · size]
 * @param state h [..., size]
 */
export function gate<T extends tf.Tensor>(input: tf.Tensor, hidden: tf.Tensor, state: T): T {
  return (hasKernel("Gate") ? fusedGate : composedGate)(input, hidden, state) as T;
}

function fusedGate(input: tf.Tensor, hidden: tf.Tensor, state: tf.Tensor): tf.Tensor {
  return customGradient([input, hidden, state], (save) => {
    const [value, gates] = runKernel("Gate", { input, hidden, state });
    save([hidden, state, gates]);
    return {
      value,
      gradFunc: (dOut, [a, h, saved]) =>
        runKernel("GateGradient", { hidden: a, state: h, gates: saved, dOut }),
    };
  });
}

export function composedGate(input: tf.Tensor, hidden: tf.Tensor, state: tf.Tensor): tf.Tensor {
  const split = (x: tf.Tensor): tf.Tensor[] => tf.split(x, 3, -1);
  return customGradient([input, hidden, state], (save) => {
    const [inputR, inputZ, inputN] = split(input);
    const [hiddenR, hiddenZ, hiddenN] = split(hidden);
    const reset = tf.sigmoid(tf.add(inputR, hiddenR));
    const update = tf.sigmoid(tf.add(inputZ, hiddenZ));
    const candidate = tf.tanh(tf.add(inputN, tf.mul(reset, hiddenN)));
    save([hiddenN, state, reset, update, candidate]);
    return {
      value: tf.add(candidate, tf.mul(update, tf.sub(state, candidate))),
      gradFunc: (dy, [a, h, r, z, n]) => {
        const dCandidate = tf.mul(tf.mul(dy, tf.sub(1, z)), tf.sub(1, tf.square(n)));
        const dUpdate = tf.mul(tf.mul(dy, tf.sub(h, n)), tf.mul(z, tf.sub(1, z)));
        const dReset = tf.mul(tf.mul(dCandidate, a), tf.mul(r, tf.sub(1, r)));
        return [
          tf.concat([dReset, dUpdate, dCandidate], -1),
          tf.concat([dReset, dUpdate, tf.mul(dCandidate, r)], -1),
          tf.mul(dy, z),
        ];
      },
    };
  });
}
