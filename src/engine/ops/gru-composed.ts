import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { type GruAttributes, type GruInputs, gruParameters } from "./gru-inputs";
import { type PaddedOrder, paddedOrder } from "./gru-order";
import { backwardSteps, forwardSteps, type GruStates } from "./gru-steps";

/** The GRU with tfjs operations. */
export function composedGru(inputs: GruInputs<tf.Tensor>, { lengths }: GruAttributes): tf.Tensor {
  const { input } = inputs;
  const [tokens, inputSize] = input.shape;
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  const hidden = inputs.weightHidden0.shape[1] as number;
  const order = paddedOrder(lengths);
  const parameters = gruParameters.map((name) => inputs[name]);
  return customGradient([input, ...parameters], (save) => {
    const [weightInput, weightHidden, biasInput, biasHidden] = [0, 1, 2, 3].map((i) =>
      tf.stack([parameters[i], parameters[i + 4]]),
    ) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor2D, tf.Tensor2D];
    const steps = tf.reshape(rowsAt(input, inputSize, order.tokenOfRow), [
      2,
      time,
      batch,
      inputSize,
    ]) as tf.Tensor4D;
    const { states, gates, candidates, hiddenCandidates } = forwardSteps(steps, {
      weightInput,
      weightHidden,
      biasInput,
      biasHidden,
    });
    save([steps, weightInput, weightHidden, states, gates, candidates, hiddenCandidates]);
    return {
      value: tf.reshape(rowsAt(states, hidden, order.rowOfToken), [tokens, 2 * hidden]),
      gradFunc: (dy, saved) => backward(dy, saved, order),
    };
  });
}

function backward(dy: tf.Tensor, saved: tf.Tensor[], order: PaddedOrder): tf.Tensor[] {
  const [input, weightInput, weightHidden, states, gates, candidates, hiddenCandidates] = saved;
  const [, time, batch, hidden] = (states as tf.Tensor4D).shape;
  const [tokens] = dy.shape;
  const inputSize = input.shape[3] as number;
  const dStates = tf.mul(
    tf.reshape(rowsAt(dy, hidden, order.halfTokenOfRow), [2, time, batch, hidden]),
    tf.tensor(order.rowMask, [2, time, batch, 1], "float32"),
  );
  const { dInput, ...dStacked } = backwardSteps(
    dStates as tf.Tensor4D,
    input as tf.Tensor4D,
    { weightInput: weightInput as tf.Tensor3D, weightHidden: weightHidden as tf.Tensor3D },
    { states, gates, candidates, hiddenCandidates } as GruStates,
  );
  const dHalves = tf.reshape(rowsAt(dInput, inputSize, order.rowOfToken), [tokens, 2 * inputSize]);
  const [dForward, dReverse] = tf.split(dHalves, 2, 1);
  const dParameters = [
    dStacked.dWeightInput,
    dStacked.dWeightHidden,
    dStacked.dBiasInput,
    dStacked.dBiasHidden,
  ].map((stacked) => tf.unstack(stacked));
  return [
    tf.add(dForward, dReverse),
    ...dParameters.map(([forward]) => forward),
    ...dParameters.map(([, reverse]) => reverse),
  ];
}

/** The rows of the last axis at the given positions. */
function rowsAt(x: tf.Tensor, size: number, positions: Int32Array): tf.Tensor {
  return tf.gather(asRows(x, size), tf.tensor1d(positions, "int32"));
}
