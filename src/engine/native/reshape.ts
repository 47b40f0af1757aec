import * as tf from "@tensorflow/tfjs-core";
import type { SharedBackend } from "./shared-backend";

interface ReshapeCall {
  readonly inputs: { readonly x: tf.TensorInfo };
  readonly attrs: { readonly shape: number[] };
}

/** Leaves what lies in our kernels' memory there: TensorFlow needs it only to compute on it. */
export function replaceReshape(backend: SharedBackend): void {
  const stock = tf.getKernel(tf.Reshape, "tensorflow");
  tf.unregisterKernel(tf.Reshape, "tensorflow");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as ReshapeCall;
      return backend.reshape(inputs.x, attrs.shape) ?? stock.kernelFunc(call);
    },
  });
}
