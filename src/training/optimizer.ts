import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { adamW, keepsMomentsOutside, type Moment, sumOfSquares } from "../engine";
import { type Parameters, readTensor } from "../nn/parameters";

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** The two running moments of a parameter's gradient. */
interface Moments {
  readonly first: Moment;
  readonly second: Moment;
}

/**
 * Adam with decoupled weight decay, on the parameters that are not frozen when it is made; usually biases and norms (tensors
 * of one axis) do not decay.
 */
export class AdamW {
  private readonly parameters: Parameters;
  private readonly weightDecay: number;
  private readonly decay: "matrices" | "all";
  private readonly moments: ReadonlyMap<string, Moments>;
  /** Steps taken. */
  private taken = 0;

  /** @param decay what shrinks: weight matrices alone, or every parameter */
  constructor(parameters: Parameters, weightDecay: number, decay: "matrices" | "all" = "matrices") {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    this.decay = decay;
    const outside = keepsMomentsOutside(parameters.size);
    const zeros = (parameter: tf.Variable): Moment =>
      outside ? new Float32Array(parameter.size) : tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
    this.moments = new Map(
      parameters.trained.map((name) => {
        const parameter = parameters.get(name);
        return [name, { first: zeros(parameter), second: zeros(parameter) }];
      }),
    );
  }

  get steps(): number {
    return this.taken;
  }

  /**
   * One step. @param gradients in the order of the trained parameters
   * @param scale factor on every gradient, for clipping
   */
  step(gradients: readonly tf.Tensor[], learningRate: number, scale: number): void {
    this.taken++;
    const numbers = {
      scale,
      beta1,
      beta2,
      stepSize: learningRate / (1 - beta1 ** this.taken),
      correction: 1 / Math.sqrt(1 - beta2 ** this.taken),
      epsilon,
    };
    adamW(
      [...this.moments].map(([name, moments], index) => {
        const parameter = this.parameters.get(name);
        const decays = this.decay === "all" || parameter.rank > 1;
        return {
          parameter,
          gradient: gradients[index],
          ...moments,
          decay: decays ? 1 - learningRate * this.weightDecay : 1,
        };
      }),
      numbers,
    );
  }

  /** Both moments of every trained parameter, as `optimizer.first.<name>` and `optimizer.second.<name>`. */
  tensors(): Map<string, StoredTensor> {
    const result = new Map<string, StoredTensor>();
    for (const [name, moments] of this.moments) {
      const { shape } = this.parameters.get(name);
      for (const which of ["first", "second"] as const) {
        const moment = moments[which];
        const values = moment instanceof Float32Array ? moment : readTensor(moment).values;
        result.set(`optimizer.${which}.${name}`, { shape, values });
      }
    }
    return result;
  }

  /** Goes on from stored moments. @throws InputError naming the first that is missing or has another shape */
  restore(tensors: ReadonlyMap<string, StoredTensor>, steps: number, source: string): void {
    for (const [name, moments] of this.moments) {
      for (const which of ["first", "second"] as const) {
        const key = `optimizer.${which}.${name}`;
        const stored = tensors.get(key);
        if (stored?.shape.join() !== this.parameters.get(name).shape.join()) {
          throw new InputError(`${source}: tensor "${key}" is missing or has another shape`);
        }
        const moment = moments[which];
        if (moment instanceof Float32Array) moment.set(stored.values);
        else tf.tidy(() => moment.assign(tf.tensor(stored.values, [...stored.shape], "float32")));
      }
    }
    this.taken = steps;
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) {
      for (const moment of [first, second]) if (moment instanceof tf.Variable) moment.dispose();
    }
  }
}

/** √ of the sum of squares over all gradients. @throws PnrError when it is not finite */
export function globalNorm(gradients: readonly tf.Tensor[]): number {
  const norm = Math.sqrt(sumOfSquares(gradients));
  if (!Number.isFinite(norm)) {
    throw new PnrError(
      "The gradient is not finite: the learning rate may be too high (training.learningRate).",
    );
  }
  return norm;
}
