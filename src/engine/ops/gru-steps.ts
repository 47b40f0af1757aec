// Both directions run at once, as a leading axis of size 2, which halves the operations per step. The reverse direction reads each
// sentence in reverse, so that padding comes last in both. The loop over time computes only what depends on the previous step.
import * as tf from "@tensorflow/tfjs-core";

/** Weights of both directions: [2, 3 · hidden, in], [2, 3 · hidden, hidden], [2, 3 · hidden], [2, 3 · hidden]. */
interface StackedWeights {
  readonly weightInput: tf.Tensor3D;
  readonly weightHidden: tf.Tensor3D;
  readonly biasInput: tf.Tensor2D;
  readonly biasHidden: tf.Tensor2D;
}

/** Tensors of the forward pass that the backward pass reads; all but `gates` are [2, time, batch, hidden]. */
export interface GruStates {
  readonly states: tf.Tensor4D;
  /** [2, time, batch, 2 · hidden] reset and update gate. */
  readonly gates: tf.Tensor4D;
  readonly candidates: tf.Tensor4D;
  /** W_hn h + b_hn, before the reset gate is applied. */
  readonly hiddenCandidates: tf.Tensor4D;
}

/** @param input [2, time, batch, in] */
export function forwardSteps(input: tf.Tensor4D, weights: StackedWeights): GruStates {
  const [, time, batch, inputSize] = input.shape;
  const hidden = weights.weightHidden.shape[2];
  const [hiddenGateBias, hiddenCandidateBias] = tf.split(weights.biasHidden, [2 * hidden, hidden], 1);
  const inputBias = tf.add(
    weights.biasInput,
    tf.pad(hiddenGateBias, [
      [0, 0],
      [0, hidden],
    ]),
  );
  const projected = tf.add(
    tf.matMul(tf.reshape(input, [2, time * batch, inputSize]), weights.weightInput, false, true),
    tf.reshape(inputBias, [2, 1, 3 * hidden]),
  );
  const [inputGates, inputCandidates] = tf
    .split(tf.reshape(projected, [2, time, batch, 3 * hidden]), [2 * hidden, hidden], 3)
    .map((part) => tf.split(part, time, 1));
  const recurrent = tf.reshape(tf.transpose(weights.weightHidden, [0, 2, 1]), [2, 1, hidden, 3 * hidden]);
  const candidateBias = tf.reshape(hiddenCandidateBias, [2, 1, 1, hidden]);

  const states: tf.Tensor[] = [];
  const gates: tf.Tensor[] = [];
  const candidates: tf.Tensor[] = [];
  const hiddenCandidates: tf.Tensor[] = [];
  let state: tf.Tensor = tf.zeros([2, 1, batch, hidden], "float32");
  for (let step = 0; step < time; step++) {
    const [hiddenGates, product] = tf.split(tf.matMul(state, recurrent), [2 * hidden, hidden], 3);
    const gate = tf.sigmoid(tf.add(inputGates[step], hiddenGates));
    const [reset, update] = tf.split(gate, 2, 3);
    const hiddenCandidate = tf.add(product, candidateBias);
    const candidate = tf.tanh(tf.add(inputCandidates[step], tf.mul(reset, hiddenCandidate)));
    state = tf.add(candidate, tf.mul(update, tf.sub(state, candidate)));
    states.push(state);
    gates.push(gate);
    candidates.push(candidate);
    hiddenCandidates.push(hiddenCandidate);
  }
  const join = (parts: tf.Tensor[]): tf.Tensor4D => tf.concat(parts as tf.Tensor4D[], 1);
  return {
    states: join(states),
    gates: join(gates),
    candidates: join(candidates),
    hiddenCandidates: join(hiddenCandidates),
  };
}

/**
 * Backward through time.
 *
 * @param dStates [2, time, batch, hidden] gradient of each state as an output; 0 after a sentence's end
 * @param input as in the forward pass
 */
export function backwardSteps(
  dStates: tf.Tensor4D,
  input: tf.Tensor4D,
  weights: Pick<StackedWeights, "weightInput" | "weightHidden">,
  { states, gates, candidates, hiddenCandidates }: GruStates,
): { dInput: tf.Tensor4D } & { [Name in keyof StackedWeights as `d${Capitalize<Name>}`]: tf.Tensor } {
  const [, time, batch, inputSize] = input.shape;
  const hidden = states.shape[3];
  const rows = time * batch;
  const [reset, update] = tf.split(gates, 2, 3);
  const previous = tf.concat(
    [
      tf.zeros([2, 1, batch, hidden], "float32"),
      tf.slice(states, [0, 0, 0, 0], [2, time - 1, batch, hidden]),
    ],
    1,
  );
  // The gradients of gates and candidate before their activation are the gradient of the state times factors that do not depend
  // on the backward pass. So we compute the factors for all steps at once.
  const candidateFactor = tf.mul(tf.sub(1, update), tf.sub(1, tf.square(candidates)));
  const hiddenCandidateFactor = tf.mul(candidateFactor, reset);
  const resetFactor = tf.mul(tf.mul(hiddenCandidateFactor, hiddenCandidates), tf.sub(1, reset));
  const updateFactor = tf.mul(tf.mul(tf.sub(previous, candidates), update), tf.sub(1, update));
  const factors = tf.split(tf.stack([resetFactor, updateFactor, hiddenCandidateFactor], 3), time, 1);
  const updates = tf.split(update, time, 1);
  const outputs = tf.split(dStates, time, 1);
  const recurrent = tf.reshape(weights.weightHidden, [2, 1, 3 * hidden, hidden]);

  const dStateParts: tf.Tensor4D[] = new Array(time);
  const dHiddenParts: tf.Tensor4D[] = new Array(time);
  let carried: tf.Tensor = tf.zeros([2, 1, batch, hidden], "float32");
  for (let step = time - 1; step >= 0; step--) {
    const dState = tf.add(outputs[step], carried) as tf.Tensor4D;
    const dHidden = tf.reshape(tf.mul(factors[step], tf.reshape(dState, [2, 1, batch, 1, hidden])), [
      2,
      1,
      batch,
      3 * hidden,
    ]) as tf.Tensor4D;
    carried = tf.add(tf.matMul(dHidden, recurrent), tf.mul(dState, updates[step]));
    dStateParts[step] = dState;
    dHiddenParts[step] = dHidden;
  }

  const dHidden = tf.concat(dHiddenParts, 1);
  const dCandidate = tf.mul(tf.concat(dStateParts, 1), candidateFactor);
  const dGates = tf.slice(dHidden, [0, 0, 0, 0], [2, time, batch, 2 * hidden]);
  const dProjectedRows = tf.reshape(tf.concat([dGates, dCandidate], 3), [2, rows, 3 * hidden]);
  const dHiddenRows = tf.reshape(dHidden, [2, rows, 3 * hidden]);
  return {
    dInput: tf.reshape(tf.matMul(dProjectedRows, weights.weightInput), input.shape),
    dWeightInput: tf.matMul(dProjectedRows, tf.reshape(input, [2, rows, inputSize]), true, false),
    dWeightHidden: tf.matMul(dHiddenRows, tf.reshape(previous, [2, rows, hidden]), true, false),
    dBiasInput: tf.sum(dProjectedRows, 1),
    dBiasHidden: tf.sum(dHiddenRows, 1),
  };
}
