import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../base/safetensors";
import { plus } from "../engine";
import { Linear } from "../nn/linear";
import { type Initializer, type Scope, uniformOver, zeros } from "../nn/parameters";
import type { BertConfig } from "./bert-config";

type AdapterConfig = NonNullable<BertConfig["adapter"]>;

const adapterName = "adapter";
const [downName, upName] = ["down", "up"].map((part) => `${adapterName}.${part}`);

/**
 * A fixed linear map with a trained change of low rank (LoRA, Hu et al. 2021): x Wᵀ + b + (α / r) (x Aᵀ) Bᵀ. Parameters
 * `adapter.down` A [r, inputs] and `adapter.up` B [outputs, r]. B is 0 at first, so that the map is the fixed one.
 */
export class AdaptedLinear extends Linear {
  private readonly down: tf.Variable<tf.Rank.R2>;
  private readonly up: tf.Variable<tf.Rank.R2>;
  private readonly factor: number;

  /** @param scope in which the weights are frozen */
  constructor(
    scope: Scope,
    inputs: number,
    outputs: number,
    weight: Initializer,
    { rank, alpha }: AdapterConfig,
  ) {
    super(scope, inputs, outputs, weight, zeros);
    const trained = scope.trained();
    this.down = trained.make(downName, [rank, inputs], uniformOver(inputs));
    this.up = trained.make(upName, [outputs, rank], zeros);
    this.factor = alpha / rank;
  }

  /** [rows, inputs] → [rows, outputs] */
  override forward<T extends tf.Tensor>(input: T): T {
    const inner = tf.matMul(input, this.down, false, true); // [rows, rank]
    const change = tf.mul<T>(tf.matMul(inner, this.up, false, true), this.factor);
    return plus(super.forward(input), change);
  }
}

/** Whether a parameter belongs to an adapter. A pre-trained encoder has none. */
export function isAdapterName(name: string): boolean {
  return name.includes(`.${adapterName}.`);
}

/** The parameters of an encoder with the same output and no adapters: W + (α / r) B A in the place of W, A and B. */
export function mergeAdapters(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  adapter: AdapterConfig | null,
): Map<string, StoredTensor> {
  const all = new Map(tensors);
  const merged = new Map([...all].filter(([name]) => !isAdapterName(name)));
  for (const [name, down] of all) {
    if (!adapter || !name.endsWith(`.${downName}`)) continue;
    const module = name.slice(0, -downName.length);
    const [up, weight] = [upName, "weight"].map((part) => all.get(module + part) as StoredTensor);
    merged.set(`${module}weight`, addProduct(weight, up, down, adapter.alpha / adapter.rank));
  }
  return merged;
}

/** W + factor · B A */
function addProduct(
  weight: StoredTensor,
  up: StoredTensor,
  down: StoredTensor,
  factor: number,
): StoredTensor {
  const [outputs, inputs] = weight.shape;
  const [rank] = down.shape;
  const values = weight.values.slice();
  for (let row = 0; row < outputs; row++) {
    for (let column = 0; column < inputs; column++) {
      let sum = 0;
      for (let inner = 0; inner < rank; inner++)
        sum += up.values[row * rank + inner] * down.values[inner * inputs + column];
      values[row * inputs + column] += factor * sum;
    }
  }
  return { shape: weight.shape, values };
}
