import * as tf from "@tensorflow/tfjs-core";
import type { SharedBackend } from "./shared-backend";

interface SumCall {
  readonly inputs: { readonly x: tf.TensorInfo };
  readonly attrs: { readonly axis: number | number[]; readonly keepDims?: boolean };
}

/** libtensorflow's number of 64-bit floats, which tfjs does not have. */
const float64 = 2;

/**
 * Sums rows in double precision, as our other engines do: what is left of rows that should sum to 0 is felt in training.
 * TensorFlow sums them in single.
 */
export function replaceRowSums(backend: SharedBackend): void {
  const stock = tf.getKernel(tf.Sum, "tensorflow");
  tf.unregisterKernel(tf.Sum, "tensorflow");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as SumCall;
      const { x } = inputs;
      const [axis, ...others] = tf.util.parseAxisParam(attrs.axis, x.shape);
      const isRow = x.dtype === "float32" && others.length === 0 && axis === x.shape.length - 1;
      return isRow ? rowSums(backend, x, attrs.keepDims ?? false) : stock.kernelFunc(call);
    },
  });
}

function rowSums(backend: SharedBackend, x: tf.TensorInfo, keepDims: boolean): tf.TensorInfo {
  const { binding } = backend;
  const { TF_ATTR_TYPE: type, TF_FLOAT: float32, TF_INT32: int32 } = binding;
  const axis = binding.createTensor([1], int32, Int32Array.of(x.shape.length - 1));
  const [doubled] = binding.executeOp(
    "Cast",
    [
      { name: "SrcT", type, value: float32 },
      { name: "DstT", type, value: float64 },
    ],
    backend.getInputTensorIds([x]),
    1,
  );
  const [sums] = binding.executeOp(
    "Sum",
    [
      { name: "keep_dims", type: binding.TF_ATTR_BOOL, value: keepDims },
      { name: "T", type, value: float64 },
      { name: "Tidx", type, value: int32 },
    ],
    [doubled.id, axis],
    1,
  );
  const [rounded] = binding.executeOp(
    "Cast",
    [
      { name: "SrcT", type, value: float64 },
      { name: "DstT", type, value: float32 },
    ],
    [sums.id],
    1,
  );
  for (const id of [axis, doubled.id, sums.id]) binding.deleteTensor(id);
  return backend.createOutputTensor(rounded);
}
