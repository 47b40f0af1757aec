// Declares an operation with a kernel in one file. Engines without our kernels run the version composed of tfjs operations.
import * as tf from "@tensorflow/tfjs-core";
import type { BackendWithKernels, Kernels } from "../wasm/kernels";
import { customGradient } from "./custom-gradient";

/** The floating-point operations of a call's matrix products; a multiplication with an addition counts as two. */
type Products<Inputs, Attributes> = (inputs: Inputs, attributes: Attributes) => number;

const declaredProducts = new Map<string, Products<never, never>>();

/** The operation count of a kernel that was declared here; `undefined` for other kernels. @internal */
export function productsOf(
  kernel: string,
): Products<Readonly<Record<string, tf.TensorInfo>>, object> | undefined {
  return declaredProducts.get(kernel) as ReturnType<typeof productsOf>;
}

/** Whether the current engine has the kernel. @internal */
export function hasKernel(name: string): boolean {
  return (tf.getKernel(name, tf.getBackend()) ?? undefined) !== undefined;
}

type InfosOf<Tensors> = { readonly [Name in keyof Tensors]: tf.TensorInfo };
type TensorsOf<Infos> = { readonly [Name in keyof Infos]: tf.Tensor };

/** Runs one of our kernels. Call it only if it {@link exists} on the current engine. */
export interface KernelOp<Inputs extends object, Attributes extends object> {
  (inputs: TensorsOf<Inputs>, attributes: Attributes): tf.Tensor[];
  exists(): boolean;
}

/**
 * Declares a kernel without a gradient.
 *
 * @param compute computes its outputs
 * @param products (default: no matrix products)
 */
export function kernelOp<Inputs extends object, Attributes extends object = object>(
  name: string,
  compute: (kernels: Kernels, inputs: InfosOf<Inputs>, attributes: Attributes) => readonly tf.TensorInfo[],
  products: Products<InfosOf<Inputs>, Attributes> = () => 0,
): KernelOp<Inputs, Attributes> {
  declaredProducts.set(name, products);
  tf.registerKernel({
    kernelName: name,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => [
      ...compute((backend as BackendWithKernels).kernels, inputs as never, attrs as never),
    ],
  });
  const run = (inputs: TensorsOf<Inputs>, attributes: Attributes): tf.Tensor[] => {
    const namedInputs = inputs as unknown as tf.NamedTensorMap;
    const outputs = tf.engine().runKernel(name, namedInputs, attributes as tf.NamedAttrMap);
    return outputs as unknown as tf.Tensor[];
  };
  return Object.assign(run, { exists: () => hasKernel(name) });
}

type Named<Name extends string, T> = Readonly<Record<Name, T>>;

interface Needed {
  /** How many gradients are needed: those of the first inputs. */
  readonly needed: number;
}

/** An operation with a gradient for each of its inputs. */
interface FusedOp<
  Input extends string,
  Output extends string,
  Saved extends Input | Output | "value",
  Attributes extends object,
> {
  /** The name of its kernel. The name of the gradient's kernel ends in "Gradient". */
  readonly name: string;
  readonly inputs: readonly Input[];
  /** Tensors that `forward` computes for `backward`, in addition to its value. */
  readonly outputs?: readonly Output[];
  /** Tensors that `backward` reads. */
  readonly saved: readonly Saved[];
  /** Operations of the forward pass (default: no matrix products). The backward pass takes twice as many. */
  readonly products?: Products<Named<Extract<Saved, Input>, tf.TensorInfo>, Attributes>;
  readonly forward: (
    kernels: Kernels,
    inputs: Named<Input, tf.TensorInfo>,
    attributes: Attributes,
  ) => Named<"value" | Output, tf.TensorInfo>;
  /** Returns the gradient of each input, in their order. May omit those after the first `needed`. */
  readonly backward: (
    kernels: Kernels,
    saved: Named<Saved | "dy", tf.TensorInfo>,
    attributes: Attributes & Needed,
  ) => readonly tf.TensorInfo[];
  /** The operation composed of tfjs operations. */
  readonly composed: (inputs: Named<Input, tf.Tensor>, attributes: Attributes) => tf.Tensor;
}

/** Declares an operation. The function it returns uses the kernels if the current engine has them, else the composed version. */
export function fusedOp<
  const Input extends string,
  const Saved extends Input | Output | "value",
  const Output extends string = never,
  Attributes extends object = object,
>(
  operation: FusedOp<Input, Output, Saved, Attributes>,
): (inputs: Named<Input, tf.Tensor>, attributes: Attributes) => tf.Tensor {
  const { name, inputs: names, outputs = [], saved: savedNames, products } = operation;
  const forward = kernelOp<Named<Input, tf.Tensor>, Attributes>(
    name,
    (kernels, inputs, attributes) => {
      const results = operation.forward(kernels, inputs, attributes);
      return [results.value, ...outputs.map((output) => results[output])];
    },
    products,
  );
  const backward = kernelOp<Named<Saved | "dy", tf.Tensor>, Attributes & Needed>(
    `${name}Gradient`,
    operation.backward,
    products && ((inputs, attributes) => 2 * products(inputs, attributes)),
  );
  return (inputs, attributes) => {
    if (!forward.exists()) return operation.composed(inputs, attributes);
    const differentiable = names.map((input) => inputs[input]);
    return customGradient(differentiable, (save) => {
      const [value, ...others] = forward(inputs, attributes);
      const namedTensors: Readonly<Record<string, tf.Tensor>> = {
        ...inputs,
        ...Object.fromEntries(outputs.map((output, i) => [output, others[i]])),
        value,
      };
      save(savedNames.map((saved) => namedTensors[saved]));
      return {
        value,
        gradFunc: (dy, tensors, isNeeded) => {
          const savedByName = Object.fromEntries(savedNames.map((saved, i) => [saved, tensors[i]]));
          const needed = names.findLastIndex((_, input) => isNeeded(input)) + 1;
          return backward({ ...savedByName, dy } as Named<Saved | "dy", tf.Tensor>, {
            ...attributes,
            needed,
          });
        },
      };
    });
  };
}
