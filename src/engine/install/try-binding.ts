// Child process of tryBinding: compares values and gradients of a binding with those of plain JavaScript.
import * as tf from "@tensorflow/tfjs-core";
import { reason } from "../../base/files";
import { startBackend } from "../backends";
import { EngineFailure } from "../engine-failure";
import { Random } from "../random";
import { startTensorFlow } from "../tensorflow/tensorflow-backend";

const tolerance = 1e-4;

/** The value and the gradients of a loss that gathers rows, multiplies matrices and uses softmax and means. */
function compute(): number[] {
  return tf.tidy(() => {
    const random = new Random(1);
    const randomTensor = (...shape: number[]): tf.Tensor => {
      const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());
      return tf.tensor(values, shape, "float32");
    };
    const loss = (table: tf.Tensor, left: tf.Tensor, right: tf.Tensor): tf.Scalar => {
      const rows = tf.gather(table, tf.tensor1d([2, 0, 2, 5], "int32"));
      const hidden = tf.tanh(tf.matMul(rows as tf.Tensor2D, left as tf.Tensor2D));
      const weights = tf.softmax(tf.matMul(hidden, right as tf.Tensor2D, false, true));
      return tf.mean(tf.square(tf.sub(weights, 0.5)));
    };
    const inputs = [randomTensor(6, 33), randomTensor(33, 17), randomTensor(29, 17)];
    const [table, left, right] = inputs;
    const gradients = tf.grads((...tensors) => loss(tensors[0], tensors[1], tensors[2]))(inputs);
    const scale = 1000; // the gradients are small
    return [loss(table, left, right), ...gradients.map((gradient) => tf.mul(gradient, scale))].flatMap(
      (tensor) => Array.from(tensor.dataSync()),
    );
  });
}

async function tryBinding(path: string, device: string): Promise<string> {
  await startBackend("cpu");
  const expected = compute();
  const detail = await startTensorFlow({ gpuOnly: device === "cuda", path });
  const actual = compute();
  const wrong = expected.findIndex(
    (value, i) => !(Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value))),
  );
  if (wrong >= 0 || actual.length !== expected.length) {
    throw new Error(`it computes ${actual[wrong]} instead of ${expected[wrong]}`);
  }
  return detail;
}

tryBinding(process.argv[2], process.argv[3]).then(
  (detail) => process.stdout.write(detail),
  (error: unknown) => {
    process.stderr.write(`${error instanceof EngineFailure ? error.reason : reason(error)}\n`);
    process.exitCode = 1;
  },
);
