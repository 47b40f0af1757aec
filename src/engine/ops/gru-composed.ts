import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import type { GruWeights } from "./gru";
import { type StepOrder, stepOrder } from "./gru-order";
import { backwardSteps, forwardSteps, type GruStates } from "./gru-steps";

/** {@link gru} by tfjs operations. */
export function composedGru(
  input: tf.Tensor3D,
  lengths: readonly number[],
  directions: readonly [GruWeights, GruWeights],
): tf.Tensor3D {
  const [batch, time, inputSize] = input.shape;
  const hidden = directions[0].weightHidden.shape[1];
  const order = stepOrder(lengths, time);

  const parameters = directions.map((direction) => [
    direction.weightInput,
    direction.weightHidden,
    direction.biasInput,
    direction.biasHidden,
  ]);
  return customGradient([input, ...parameters.flat()], (save) => {
    const [weightInput, weightHidden, biasInput, biasHidden] = parameters[0].map((forward, i) =>
      tf.stack([forward, parameters[1][i]]),
    ) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor2D, tf.Tensor2D];
    const steps = tf.reshape(rowsAt(input, inputSize, order.tokenOfStep), [
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
    const output = tf.reshape(rowsAt(states, hidden, order.stepOfToken), [batch, time, 2 * hidden]);
    save([steps, weightInput, weightHidden, states, gates, candidates, hiddenCandidates]);
    return {
      value: tf.mul(output, tokenMask(order, batch, time)),
      gradFunc: (dy, saved) => backward(dy, saved, order, batch, time),
    };
  }) as tf.Tensor3D;
}

function backward(
  dy: tf.Tensor,
  saved: tf.Tensor[],
  order: StepOrder,
  batch: number,
  time: number,
): tf.Tensor[] {
  const [input, weightInput, weightHidden, states, gates, candidates, hiddenCandidates] = saved;
  const hidden = states.shape[3] as number;
  const inputSize = input.shape[3] as number;
  const dStates = tf.mul(
    tf.reshape(rowsAt(dy, hidden, order.halfTokenOfStep), [2, time, batch, hidden]),
    tf.tensor(order.stepMask, [2, time, batch, 1], "float32"),
  );
  const { dInput, ...dStacked } = backwardSteps(
    dStates as tf.Tensor4D,
    input as tf.Tensor4D,
    { weightInput: weightInput as tf.Tensor3D, weightHidden: weightHidden as tf.Tensor3D },
    { states, gates, candidates, hiddenCandidates } as GruStates,
  );
  const dHalves = tf.reshape(rowsAt(dInput, inputSize, order.stepOfToken), [batch, time, 2 * inputSize]);
  const [dForward, dReverse] = tf.split(dHalves, 2, 2);
  const dParameters = [
    dStacked.dWeightInput,
    dStacked.dWeightHidden,
    dStacked.dBiasInput,
    dStacked.dBiasHidden,
  ].map((stacked) => tf.unstack(stacked));
  return [
    tf.mul(tf.add(dForward, dReverse), tokenMask(order, batch, time)),
    ...dParameters.map(([forward]) => forward),
    ...dParameters.map(([, reverse]) => reverse),
  ];
}

/** The rows of the last axis at the given places. */
function rowsAt(x: tf.Tensor, size: number, places: Int32Array): tf.Tensor {
  return tf.gather(asRows(x, size), tf.tensor1d(places, "int32"));
}

function tokenMask(order: StepOrder, batch: number, time: number): tf.Tensor {
  return tf.tensor(order.tokenMask, [batch, time, 1], "float32");
}
