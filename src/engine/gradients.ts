import * as tf from "@tensorflow/tfjs-core";
import { Recording, type TapeNode } from "./recording";
/**
 * The value of `loss` and its gradient with respect to each of `variables`, in their order; zeros for a variable that the loss
 * does not use. No other tensor stays in memory, even if the loss throws. The caller disposes the gradients.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: number; gradients: tf.Tensor[] } {
  let value = 0;
  const gradients = tf.tidy(() =>
    Recording.run(loss, (result, tape, recording) => {
      [value] = result.dataSync();
      const byId = backward(result, tape, variables, recording);
      return variables.map((variable) => byId.get(variable.id) ?? tf.zerosLike(variable));
    }),
  );
  return { value, gradients };
}

/**
 * tfjs's backward pass, except that it frees saved tensors and gradients of outputs after their last use. tfjs frees them at
 * the end.
 */
function backward(
  result: tf.Scalar,
  tape: readonly TapeNode[],
  variables: readonly tf.Variable[],
  recording: Recording,
): Map<number, tf.Tensor> {
  const dependent = dependentIds(tape, variables);
  recording.needed = dependent;
  const gradients = new Map<number, tf.Tensor>([[result.id, tf.scalar(1)]]);
  for (const node of tape.toReversed()) {
    const dys = node.outputs.map(({ id }) => gradients.get(id));
    const inputs = Object.entries(node.inputs).filter(([, input]) => dependent.has(input.id));
    const reached = inputs.length > 0 && dys.some((dy) => dy !== undefined);
    const dxs = reached ? propagate(node, dys, inputs) : [];
    for (const saved of node.saved?.splice(0) ?? []) recording.release(saved);
    for (const [i, { id }] of node.outputs.entries()) {
      gradients.delete(id);
      if (dys[i] && !dxs.includes(dys[i])) dys[i].dispose();
    }
    for (const [i, [, { id }]] of inputs.entries()) {
      if (reached) gradients.set(id, sum(gradients.get(id), dxs[i]));
    }
  }
  return gradients;
}

/** Ids of the variables and of all tensors that depend on them. */
function dependentIds(tape: readonly TapeNode[], variables: readonly tf.Variable[]): Set<number> {
  const ids = new Set(variables.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => ids.has(id))) for (const { id } of outputs) ids.add(id);
  }
  return ids;
}

/** The gradients of a node's inputs, in their order. */
function propagate(
  { gradient, kernelName }: TapeNode,
  dys: readonly (tf.Tensor | undefined)[],
  inputs: readonly [name: string, input: tf.Tensor][],
): tf.Tensor[] {
  if (!gradient) throw new Error(`${kernelName} has no gradient`);
  return tf.tidy(() => {
    const byName = gradient([...dys] as tf.Tensor[]);
    return inputs.map(([name]) => byName[name]());
  });
}

function sum(before: tf.Tensor | undefined, next: tf.Tensor): tf.Tensor {
  if (!before) return next;
  const both = tf.add(before, next);
  tf.dispose([before, next]);
  return both;
}
