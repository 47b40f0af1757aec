// Kernels of the fused operations linear and linearGelu; inputs and outputs may have any leading axes.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import { matrix, type OwnKernels } from "./own-kernels";

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

const size = tf.util.sizeFromShape;
const wordBytes = 4;

/** Elements of a block of the pointwise kernels. */
const blockSize = 1024;

export function registerLinear(kernels: OwnKernels): void {
  const { backend } = kernels;
  const make = (shape: readonly number[]): tf.TensorInfo => backend.makeOutput([...shape], "float32");
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);

  /** x Wᵀ + b */
  const forward = ({ input, weight, bias }: Named<"input" | "weight" | "bias">): tf.TensorInfo => {
    const [columns, depth] = weight.shape;
    const out = make([...input.shape.slice(0, -1), columns]);
    const left = matrix(at(input), depth);
    const right = matrix(at(weight), depth, true);
    kernels.multiply([size(input.shape) / depth, depth, columns], left, right, at(out), { bias: at(bias) });
    return out;
  };

  /** Gradients of x, W and b. @param dy address of the output's gradient */
  const backward = ({ input, weight }: Named<"input" | "weight">, dy: number): tf.TensorInfo[] => {
    const [columns, depth] = weight.shape;
    const rows = size(input.shape) / depth;
    const [dInput, dWeight, dBias] = [make(input.shape), make(weight.shape), make([columns])];
    kernels.multiply([rows, columns, depth], matrix(dy, columns), matrix(at(weight), depth), at(dInput));
    const byOutput = matrix(dy, columns, true);
    kernels.multiply([columns, rows, depth], byOutput, matrix(at(input), depth), at(dWeight));
    kernels.call("sumRows", dy, 1, rows, columns, 1, at(dBias));
    return [dInput, dWeight, dBias];
  };

  replaceKernel<Named<"input" | "weight" | "bias">, object>("Linear", () => ({ inputs }) => [
    forward(inputs),
  ]);

  replaceKernel<Named<"input" | "weight" | "dy">, object>(
    "LinearGradient",
    () =>
      ({ inputs }) =>
        backward(inputs, at(inputs.dy)),
  );

  replaceKernel<Named<"input" | "weight" | "bias">, object>("LinearGelu", () => ({ inputs }) => {
    const inner = forward(inputs);
    const out = make(inner.shape);
    const count = size(inner.shape);
    kernels.run("gelu", Math.ceil(count / blockSize), 20 * count, at(inner), count, at(out));
    return [out, inner];
  });

  replaceKernel<Named<"input" | "weight" | "inner" | "dy">, object>(
    "LinearGeluGradient",
    () =>
      ({ inputs }) => {
        const { inner, dy } = inputs;
        const count = size(inner.shape);
        return kernels.withMemory([count * wordBytes], (dInner) => {
          kernels.run(
            "geluGradient",
            Math.ceil(count / blockSize),
            30 * count,
            at(inner),
            at(dy),
            count,
            dInner,
          );
          return backward(inputs, dInner);
        });
      },
  );
}
