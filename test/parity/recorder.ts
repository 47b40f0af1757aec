import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { Convolution, TransposedConvolution } from "../../src/nn/convolution";
import { BiGru } from "../../src/nn/gru";
import { LayerNorm, Linear, Mlp } from "../../src/nn/linear";
import { type Parameters, readTensor } from "../../src/nn/parameters";

/** The prototype of a module class. */
interface Module {
  forward(this: object, ...args: unknown[]): tf.Tensor;
}

/** The module classes to record. Their outputs correspond to those of the authors' modules. */
const modules: readonly object[] = [BiGru, Linear, LayerNorm, Mlp, Convolution, TransposedConvolution].map(
  ({ prototype }) => prototype,
);

/** Runs a computation and records the output of every module of `nn` by the module's name: the common prefix of its parameters. */
export function recordOutputs<T>(
  parameters: Parameters,
  record: Map<string, StoredTensor>,
  compute: () => T,
): T {
  const names = new Map(parameters.names.map((name) => [parameters.get(name), name]));
  const undo = modules.map((prototype) => {
    const module = prototype as Module;
    const original = module.forward;
    module.forward = function (...args) {
      const output = original.apply(this, args);
      record.set(moduleName(this, names), readTensor(output));
      return output;
    };
    return () => {
      module.forward = original;
    };
  });
  try {
    return compute();
  } finally {
    for (const restore of undo) restore();
  }
}

/** The longest dotted prefix of the names of all parameters of a module. */
function moduleName(module: object, names: ReadonlyMap<tf.Variable, string>): string {
  const paths = variablesIn(module).map((variable) => (names.get(variable) ?? "").split("."));
  const [first, ...others] = paths;
  const end = first.findIndex((part, i) => i === first.length - 1 || others.some((path) => path[i] !== part));
  return first.slice(0, end).join(".");
}

function variablesIn(value: unknown): tf.Variable[] {
  if (value instanceof tf.Variable) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(variablesIn) : [];
}
