import * as tf from "@tensorflow/tfjs-core";
import { Recording, type TapeNode } from "./recording";
import "./tfjs-gradients";

/**
 * The value of `loss` and its gradient for each of `variables`, in their order; zeros for a variable that the loss does
 * not use. Nothing else is left in memory, also when the loss throws. The caller disposes the gradients.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: number; gradients: tf.Tensor[] } {
  let value = 0;
  const gradients = tf.tidy(() =>
    Recording.run(loss, (result, tape, recording) => {
      [value] = result.dataSync();
      const found = backward(result, tape, variables, recording);
      return variables.map((variable) => found.get(variable.id) ?? tf.zerosLike(variable));
    }),
  );
  return { value, gradients };
}

/**
 * tfjs's backward pass, but that it frees everything as soon as it is no longer needed: what the operations saved, and the
 * gradients of their outputs. tfjs frees both at its very end.
 */
function backward(
  result: tf.Scalar,
  tape: readonly TapeNode[],
  variables: readonly tf.Variable[],
  recording: Recording,
): Map<number, tf.Tensor> {
  const depends = dependents(tape, variables);
  const gradients = new Map<number, tf.Tensor>([[result.id, tf.scalar(1)]]);
  for (const node of tape.toReversed()) {
    const dys = node.outputs.map(({ id }) => gradients.get(id));
    const inputs = Object.entries(node.inputs).filter(([, input]) => depends.has(input.id));
    const reached = inputs.length > 0 && dys.some((dy) => dy !== undefined);
    const passed = reached ? propagate(node, dys, inputs) : [];
    for (const saved of node.saved?.splice(0) ?? []) recording.release(saved);
    for (const [at, { id }] of node.outputs.entries()) {
      gradients.delete(id);
      if (dys[at] && !passed.includes(dys[at])) dys[at].dispose();
    }
    for (const [at, [, { id }]] of inputs.entries()) {
      if (reached) gradients.set(id, sum(gradients.get(id), passed[at]));
    }
  }
  return gradients;
}

/** Numbers of the tensors that depend on the variables, themselves included. */
function dependents(tape: readonly TapeNode[], variables: readonly tf.Variable[]): Set<number> {
  const found = new Set(variables.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => found.has(id))) for (const { id } of outputs) found.add(id);
  }
  return found;
}

/** The gradients of a node's inputs. */
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
