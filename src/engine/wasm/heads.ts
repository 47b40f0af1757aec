// Kernels that bring the heads of attention together, and the gate that takes up what comes of it.
import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

const size = tf.util.sizeFromShape;

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

export function registerHeads(kernels: OwnKernels): void {
  const make = (shape: number[]): tf.TensorInfo => kernels.backend.makeOutput(shape, "float32");
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);

  replaceKernel<Named<"scores">, object>("SoftmaxOverHeads", () => ({ inputs: { scores } }) => {
    const [tokens, heads] = scores.shape;
    const out = make(scores.shape);
    kernels.run("softmaxOverHeads", tokens, 60 * size(scores.shape), at(scores), heads, at(out));
    return [out];
  });

  replaceKernel<Named<"weights" | "dWeights">, object>("SoftmaxOverHeadsGradient", () => ({ inputs }) => {
    const { weights, dWeights } = inputs;
    const [tokens, heads] = weights.shape;
    const out = make(weights.shape);
    kernels.run(
      "softmaxOverHeadsGradient",
      tokens,
      10 * size(weights.shape),
      at(weights),
      at(dWeights),
      heads,
      at(out),
    );
    return [out];
  });

  replaceKernel<Named<"weights" | "gaussians" | "locations">, object>("MoveLocations", () => ({ inputs }) => {
    const { weights, gaussians, locations } = inputs;
    const [tokens, heads] = weights.shape;
    const out = make(locations.shape);
    kernels.run(
      "moveLocations",
      tokens,
      4 * size(weights.shape),
      at(weights),
      at(gaussians),
      at(locations),
      heads,
      at(out),
    );
    return [out];
  });

  replaceKernel<Named<"weights" | "gaussians" | "dMoved">, object>(
    "MoveLocationsGradient",
    () =>
      ({ inputs }) => {
        const { weights, gaussians, dMoved } = inputs;
        const [tokens, heads] = weights.shape;
        const [dWeights, dGaussians] = [make(weights.shape), make(gaussians.shape)];
        kernels.run(
          "moveLocationsGradient",
          tokens,
          8 * size(weights.shape),
          at(weights),
          at(gaussians),
          at(dMoved),
          heads,
          at(dWeights),
          at(dGaussians),
        );
        return [dWeights, dGaussians];
      },
  );

  replaceKernel<Named<"output" | "weights">, object>("WeighHeads", () => ({ inputs }) => {
    const { output, weights } = inputs;
    const [tokens, heads] = weights.shape;
    const out = make(output.shape);
    kernels.run(
      "weighHeads",
      tokens,
      2 * size(output.shape),
      at(output),
      at(weights),
      heads,
      output.shape[1] / heads,
      at(out),
    );
    return [out];
  });

  replaceKernel<Named<"output" | "weights" | "dOut">, object>("WeighHeadsGradient", () => ({ inputs }) => {
    const { output, weights, dOut } = inputs;
    const [tokens, heads] = weights.shape;
    const [dOutput, dWeights] = [make(output.shape), make(weights.shape)];
    kernels.run(
      "weighHeadsGradient",
      tokens,
      5 * size(output.shape),
      at(output),
      at(weights),
      at(dOut),
      heads,
      output.shape[1] / heads,
      at(dOutput),
      at(dWeights),
    );
    return [dOutput, dWeights];
  });

  replaceKernel<Named<"input" | "hidden" | "state">, object>("Gate", () => ({ inputs }) => {
    const { input, hidden, state } = inputs;
    const width = state.shape.at(-1) as number;
    const [out, gates] = [make(state.shape), make(input.shape)];
    const rows = size(state.shape) / width;
    kernels.run(
      "gate",
      rows,
      60 * size(state.shape),
      at(input),
      at(hidden),
      at(state),
      width,
      at(out),
      at(gates),
    );
    return [out, gates];
  });

  replaceKernel<Named<"hidden" | "state" | "gates" | "dOut">, object>("GateGradient", () => ({ inputs }) => {
    const { hidden, state, gates, dOut } = inputs;
    const width = state.shape.at(-1) as number;
    const rows = size(state.shape) / width;
    const outputs = [make(gates.shape), make(gates.shape), make(state.shape)];
    const [dInput, dHidden, dState] = outputs.map(at);
    kernels.run(
      "gateGradient",
      rows,
      20 * size(state.shape),
      at(hidden),
      at(state),
      at(gates),
      at(dOut),
      width,
      dInput,
      dHidden,
      dState,
    );
    return outputs;
  });
}
