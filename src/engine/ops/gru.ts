import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { type StepOrder, stepOrder } from "./gru-order";
import { backwardSteps, forwardSteps, type GruStates } from "./gru-steps";

/** One direction of a GRU in PyTorch's layout: rows are those of the reset gate, the update gate, the candidate. */
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

/**
 * Bidirectional GRU with PyTorch's semantics: [batch, time, in] -> [batch, time, 2 · hidden], forward half first.
 * r, z = σ(W x + b + U h + c), n = tanh(W x + b + r ⊙ (U h + c)), h' = (1 - z) ⊙ n + z ⊙ h, from h = 0.
 * Positions at or past a sentence's length yield 0 and influence nothing; the reverse direction starts at each
 * sentence's own last token.
 *
 * @param lengths [batch] tokens of each sentence, 0 … time
 */
export function gru(
  input: tf.Tensor3D,
  lengths: tf.Tensor1D | readonly number[],
  weights: BidirectionalGruWeights,
): tf.Tensor3D {
  const [batch, time, inputSize] = input.shape;
  const hidden = weights.forward.weightHidden.shape[1];
  const counts = lengths instanceof tf.Tensor ? Array.from(lengths.dataSync()) : lengths;
  tf.util.assert(
    counts.length === batch && counts.every((length) => length >= 0 && length <= time),
    () => `gru: lengths ${counts} do not fit input ${input.shape}`,
  );
  if (counts.every((length) => length === 0)) return tf.zeros([batch, time, 2 * hidden], "float32");
  const order = stepOrder(counts, time);

  const parameters = [weights.forward, weights.reverse].map((direction) => [
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
