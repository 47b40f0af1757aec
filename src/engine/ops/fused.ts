import * as tf from "@tensorflow/tfjs-core";

/** Whether the running engine has the kernel of its own. */
export function hasKernel(name: string): boolean {
  return (tf.getKernel(name, tf.getBackend()) ?? undefined) !== undefined;
}

/** Runs a kernel that {@link hasKernel}. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): tf.Tensor[] {
  return tf.engine().runKernel(name, { ...inputs }, { ...attributes }) as unknown as tf.Tensor[];
}
