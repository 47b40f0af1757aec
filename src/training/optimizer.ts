import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { adamW, keepsMomentsOutside, type Moment, sumOfSquares } from "../engine";
import { type Parameters, readTensor } from "../nn/parameters";

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

const momentPrefix = "optimizer.";

/** The name under which a checkpoint stores a moment of a parameter. */
function momentName(which: keyof Moments, parameter: string): string {
  return `${momentPrefix}${which}.${parameter}`;
}

/** Whether a tensor of a checkpoint is a moment, not a parameter. */
export function isMomentName(name: string): boolean {
  return name.startsWith(momentPrefix);
}

/** The two running moments of a parameter's gradient. */
interface Moments {
  readonly first: Moment;
  readonly second: Moment;
}

interface GroupMember extends Moments {
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly decays: boolean;
}

/** Adam with decoupled weight decay. It updates the parameters that are not frozen when it is constructed. */
export class AdamW {
  private readonly parameters: Parameters;
  private readonly weightDecay: number;
  private readonly decay: "matrices" | "all";
  private readonly factorOf: (name: string) => number;
  private readonly moments: ReadonlyMap<string, Moments>;
  /** Steps taken. */
  private taken = 0;

  /**
   * @param decay the parameters that decay: weight matrices (not biases and norms), or all
   * @param factorOf a parameter's learning rate as a multiple of the step's
   */
  constructor(
    parameters: Parameters,
    weightDecay: number,
    decay: "matrices" | "all" = "matrices",
    factorOf: (name: string) => number = () => 1,
  ) {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    this.decay = decay;
    this.factorOf = factorOf;
    const outside = keepsMomentsOutside(parameters.size);
    const zeros = (parameter: tf.Variable): Moment =>
      outside
        ? new Float32Array(new SharedArrayBuffer(parameter.size * Float32Array.BYTES_PER_ELEMENT))
        : tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
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
   * Takes one step.
   * @param gradients in the order of the trained parameters
   * @param learningRate of parameters whose factor is 1
   * @param scale factor on every gradient, for clipping
   */
  step(gradients: readonly tf.Tensor[], learningRate: number, scale: number): void {
    this.taken++;
    const numbers = {
      scale,
      beta1,
      beta2,
      correction: 1 / Math.sqrt(1 - beta2 ** this.taken),
      epsilon,
    };
    for (const [factor, group] of this.groups(gradients)) {
      const rate = learningRate * factor;
      const tensors = group.map(({ decays, ...others }) => ({
        ...others,
        decay: decays ? 1 - rate * this.weightDecay : 1,
      }));
      adamW(tensors, { ...numbers, stepSize: rate / (1 - beta1 ** this.taken) });
    }
  }

  /** The tensors of a step, by the factor on their learning rate. */
  private groups(gradients: readonly tf.Tensor[]): Map<number, GroupMember[]> {
    const groups = new Map<number, GroupMember[]>();
    for (const [index, [name, moments]] of [...this.moments].entries()) {
      const factor = this.factorOf(name);
      const group = groups.get(factor) ?? [];
      if (!group.length) groups.set(factor, group);
      const parameter = this.parameters.get(name);
      const decays = this.decay === "all" || parameter.rank > 1;
      group.push({ parameter, gradient: gradients[index], ...moments, decays });
    }
    return groups;
  }

  /** Both moments of every trained parameter, under their {@link momentName}. */
  tensors(): Map<string, StoredTensor> {
    const result = new Map<string, StoredTensor>();
    for (const [name, moments] of this.moments) {
      const { shape } = this.parameters.get(name);
      for (const which of ["first", "second"] as const) {
        const moment = moments[which];
        const values = moment instanceof Float32Array ? moment : readTensor(moment).values;
        result.set(momentName(which, name), { shape, values });
      }
    }
    return result;
  }

  /** Restores stored moments. @throws InputError naming the first that is missing or has another shape */
  restore(tensors: ReadonlyMap<string, StoredTensor>, steps: number, source: string): void {
    for (const [name, moments] of this.moments) {
      for (const which of ["first", "second"] as const) {
        const key = momentName(which, name);
        const tensor = tensors.get(key);
        if (tensor?.shape.join() !== this.parameters.get(name).shape.join()) {
          throw new InputError(`${source}: tensor "${key}" is missing or has another shape`);
        }
        const moment = moments[which];
        if (moment instanceof Float32Array) moment.set(tensor.values);
        else tf.tidy(() => moment.assign(tf.tensor(tensor.values, [...tensor.shape], "float32")));
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

/** L2 norm over all gradients together. @throws PnrError if it is not finite */
export function globalNorm(gradients: readonly tf.Tensor[]): number {
  const norm = Math.sqrt(sumOfSquares(gradients));
  if (!Number.isFinite(norm)) {
    throw new PnrError(
      "The gradient is not finite: the learning rate may be too high (training.learningRate).",
    );
  }
  return norm;
}
