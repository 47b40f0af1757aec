import * as tf from "@tensorflow/tfjs-core";
import { productsOf } from "../../../src/engine/ops/fused";
import type { Profiler } from "./profiler";

/** Calls of the backend that are not kernels, but take time like one. */
const hostCalls = {
  write: "(write to engine)",
  readSync: "(read from engine)",
  disposeData: "(free)",
} as const;

/** The activity outside kernels: the tape, shapes, the bookkeeping of tensors, and the caller's JavaScript. */
export const betweenKernels = "(JavaScript between kernels)";

/**
 * Charges every kernel of the current engine, forward and backward, by name. If a kernel calls another, it is charged only for the
 * rest of its time. Returns a function that stops this.
 */
export function profileKernels(profiler: Profiler): () => void {
  const backendName = tf.getBackend();
  const stock = tf.getKernelsForBackend(backendName);
  let counting = false;
  const replace = (config: tf.KernelConfig): void => {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel(config);
  };
  for (const config of stock) {
    const { kernelName, kernelFunc } = config;
    const counter = counterOf(kernelName);
    const profiled: tf.KernelFunc = (call) =>
      profiler.during({ kernel: kernelName }, () => {
        const inner = counting;
        const operations =
          inner || !counter ? 0 : counter(call.inputs as Record<string, tf.TensorInfo>, call.attrs ?? {});
        profiler.count(operations);
        counting ||= counter !== undefined; // a product that is computed by products counts once
        try {
          return kernelFunc(call);
        } finally {
          counting = inner;
        }
      });
    replace({ ...config, kernelFunc: profiled });
  }
  const undo = Object.entries(hostCalls).map(([name, kernel]) =>
    replaceMethod(tf.backend(), name, (original) => (...args) => {
      if (args[0] === null) return original(...args); // a kernel that allocates its output
      return profiler.during({ kernel }, () => {
        profiler.count(0);
        return original(...args);
      });
    }),
  );
  return () => {
    for (const config of stock) replace(config);
    for (const restore of undo) restore();
  };
}

type Inputs = Readonly<Record<string, Pick<tf.TensorInfo, "shape">>>;
type Attributes = Readonly<Record<string, unknown>>;
type Counter = (inputs: Inputs, attributes: Attributes) => number;

/**
 * Counts the floating-point operations of the matrix products in a kernel call; a multiplication with an addition counts as two.
 * Other arithmetic is negligible. `undefined` for a tfjs kernel without matrix products.
 */
function counterOf(kernel: string): Counter | undefined {
  if (kernel === tf.BatchMatMul || kernel === tf._FusedMatMul) return countProduct;
  return productsOf(kernel) as Counter | undefined;
}

/** [..., rows, depth] · [..., depth, columns], possibly transposed and broadcast. */
function countProduct({ a, b }: Inputs, { transposeA, transposeB }: Attributes): number {
  const [leftRows, leftColumns] = a.shape.slice(-2);
  const [rightRows, rightColumns] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [leftColumns, leftRows] : [leftRows, leftColumns];
  const columns = transposeB ? rightRows : rightColumns;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return 2 * tf.util.sizeFromShape(outer) * rows * depth * columns;
}

type Callable = (...args: never[]) => unknown;

/** Wraps a method of an object, which may be inherited. Returns a function that restores it. */
export function replaceMethod(
  owner: object,
  name: string,
  wrap: (original: (...args: unknown[]) => unknown) => (...args: unknown[]) => unknown,
): () => void {
  const holder = owner as Record<string, unknown>;
  const original = holder[name];
  if (typeof original !== "function") throw new Error(`profile: there is no function "${name}" to time`);
  const hasOwn = Object.hasOwn(holder, name);
  holder[name] = wrap((original as Callable).bind(owner) as (...args: unknown[]) => unknown);
  return () => {
    if (hasOwn) holder[name] = original;
    else delete holder[name];
  };
}
