import * as tf from "@tensorflow/tfjs-core";

/** `tf.tidy` for a computation that returns plain data: every tensor made in it is disposed, also when it throws. */
export function scoped<T>(compute: () => T): T {
  tf.engine().startScope("scoped");
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}
