// Kernels of the fused operations layerNorm, gelu and softmax.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

const size = tf.util.sizeFromShape;

export function registerLayers(kernels: OwnKernels): void {
  const { backend } = kernels;
  const make = (shape: number[]): tf.TensorInfo => backend.makeOutput(shape, "float32");
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);

  replaceKernel<Named<"input" | "weight" | "bias">, { epsilon: number }>(
    "LayerNorm",
    () =>
      ({ inputs, attrs }) => {
        const { input, weight, bias } = inputs;
        const width = size(weight.shape);
        const rows = size(input.shape) / width;
        const out = make(input.shape);
        const statistics = make([rows, 2]);
        const parameters = [at(input), at(weight), at(bias), width, attrs.epsilon, at(out), at(statistics)];
        kernels.run("layerNorm", rows, 8 * rows * width, ...parameters);
        return [out, statistics];
      },
  );

  replaceKernel<Named<"input" | "weight" | "statistics" | "dy">, object>(
    "LayerNormGradient",
    () =>
      ({ inputs }) => {
        const { input, weight, statistics, dy } = inputs;
        const width = size(weight.shape);
        const rows = size(input.shape) / width;
        const [dInput, dWeight, dBias] = [make(input.shape), make([width]), make([width])];
        kernels.call(
          "layerNormGradient",
          at(input),
          at(weight),
          at(statistics),
          at(dy),
          rows,
          width,
          at(dInput),
          at(dWeight),
          at(dBias),
        );
        return [dInput, dWeight, dBias];
      },
  );

  replaceKernel<Named<"x">, object>("Gelu", () => ({ inputs: { x } }) => {
    const out = make(x.shape);
    const count = size(x.shape);
    kernels.run("gelu", Math.ceil(count / 1024), 20 * count, at(x), count, at(out));
    return [out];
  });

  replaceKernel<Named<"x" | "dy">, object>("GeluGradient", () => ({ inputs: { x, dy } }) => {
    const out = make(x.shape);
    const count = size(x.shape);
    kernels.run("geluGradient", Math.ceil(count / 1024), 30 * count, at(x), at(dy), count, at(out));
    return [out];
  });

  replaceKernel<Named<"value" | "dy">, object>("SoftmaxGradient", () => ({ inputs: { value, dy } }) => {
    const out = make(value.shape);
    const width = value.shape.at(-1) as number;
    kernels.call("softmaxGradient", at(value), at(dy), size(value.shape) / width, width, at(out));
    return [out];
  });
}
