import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";

/**
 * The gate of a GRU cell (Eq. 18): (1 - z) n + z h with r = σ(x_r + a_r), z = σ(x_z + a_z), n = tanh(x_n + r a_n).
 *
 * @param input x = W_x x + b [..., 3 · size], in the order r, z, n
 * @param hidden a = W_h h + b [..., 3 · size]
 * @param state h [..., size]
 */
export function gate<T extends tf.Tensor>(input: tf.Tensor, hidden: tf.Tensor, state: T): T {
  return gateOp({ input, hidden, state }, {}) as T;
}

const gateOp = fusedOp({
  name: "Gate",
  inputs: ["input", "hidden", "state"],
  outputs: ["gates"],
  saved: ["hidden", "state", "gates"],

  forward(kernels, { input, hidden, state }) {
    const [value, gates] = [kernels.output(state.shape), kernels.output(input.shape)];
    const { size, ...work } = rowsOfState(state, 60);
    kernels.run.gate({ input, hidden, state, size, out: value, gates }, work);
    return { value, gates };
  },

  backward(kernels, { hidden, state, gates, dy }) {
    const [dInput, dHidden, dState] = [gates, gates, state].map(({ shape }) => kernels.output(shape));
    const { size, ...work } = rowsOfState(state, 20);
    kernels.run.gateGradient({ hidden, state, gates, dOut: dy, size, dInput, dHidden, dState }, work);
    return [dInput, dHidden, dState];
  },

  composed: ({ input, hidden, state }) =>
    customGradient([input, hidden, state], (save) => {
      const [[inputR, inputZ, inputN], [hiddenR, hiddenZ, hiddenN]] = [input, hidden].map((x) =>
        tf.split(x, 3, -1),
      );
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
    }),
});

/** The work on the rows of a state. */
function rowsOfState(state: tf.TensorInfo, operationsPerElement: number) {
  const size = state.shape.at(-1) as number;
  const elements = tf.util.sizeFromShape(state.shape);
  return { size, units: elements / size, operations: operationsPerElement * elements };
}
