import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { Convolution, TransposedConvolution } from "../../src/nn/convolution";
import { BiGru } from "../../src/nn/gru";
import { LayerNorm, Linear, Mlp } from "../../src/nn/linear";
import { type Parameters, readTensor } from "../../src/nn/parameters";

/** A class of modules, seen as what all of them have. */
interface Module {
  forward(this: object, ...given: unknown[]): tf.Tensor;
}

/** Modules to listen to; what they put out is what the authors' module of the same place does. */
const modules: readonly object[] = [BiGru, Linear, LayerNorm, Mlp, Convolution, TransposedConvolution].map(
  ({ prototype }) => prototype,
);

/**
 * Runs a computation and records what every module of `nn` puts out on the way, under the module's name, which is what the
 * names of its parameters begin with.
 */
export function recording<T>(parameters: Parameters, record: Map<string, StoredTensor>, compute: () => T): T {
  const names = new Map(parameters.names.map((name) => [parameters.get(name), name]));
  const undo = modules.map((prototype) => {
    const module = prototype as Module;
    const original = module.forward;
    module.forward = function (...given) {
      const output = original.apply(this, given);
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

/** The longest dotted name that those of all the module's parameters begin with. */
function moduleName(module: object, names: ReadonlyMap<tf.Variable, string>): string {
  const own = variablesIn(module).map((variable) => (names.get(variable) ?? "").split("."));
  const [first, ...others] = own;
  const differs = first.findIndex(
    (part, at) => at === first.length - 1 || others.some((name) => name[at] !== part),
  );
  return first.slice(0, differs).join(".");
}

function variablesIn(value: unknown): tf.Variable[] {
  if (value instanceof tf.Variable) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(variablesIn) : [];
}
