import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { nearest } from "../base/schema";
import type { Random } from "../engine/random";

/** First values of a parameter: one number an element, drawn in row-major order. */
export type Initializer = (random: Random) => number;

/** Uniform in ±1/√fanIn, PyTorch's first values for linear, convolution and GRU weights and biases. */
export function uniformOver(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(Math.max(1, fanIn));
  return (random) => bound * (2 * random.uniform() - 1);
}

export const normal: Initializer = (random) => random.normal();

/** @param deviation standard deviation */
export const normalOf =
  (deviation: number): Initializer =>
  (random) =>
    deviation * random.normal();

export const zeros: Initializer = () => 0;
export const ones: Initializer = () => 1;

/** All trainable tensors of a model under their dotted names, in the order in which the modules made them. */
export class Parameters {
  private readonly variables = new Map<string, tf.Variable>();
  private readonly frozen = new Set<string>();
  private readonly random: Random | undefined;

  /** @param random draws first values; without it all are 0, for parameters that get theirs from a file: drawing takes long */
  constructor(random?: Random) {
    this.random = random;
  }

  get names(): string[] {
    return [...this.variables.keys()];
  }

  get all(): tf.Variable[] {
    return [...this.variables.values()];
  }

  /** Names of the parameters that are not frozen, which alone have gradients, moments and decay. */
  get trained(): string[] {
    return this.names.filter((name) => !this.frozen.has(name));
  }

  /** Numbers in all parameters together. */
  get size(): number {
    return this.all.reduce((sum, variable) => sum + variable.size, 0);
  }

  get(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (!variable) throw new PnrError(`The model has no parameter "${name}".`);
    return variable;
  }

  set(name: string, { shape, values }: StoredTensor): void {
    const variable = this.get(name);
    tf.tidy(() => variable.assign(tf.tensor(values, [...shape], "float32")));
  }

  make(name: string, shape: number[], initial: Initializer, frozen = false): tf.Variable {
    if (this.variables.has(name)) throw new PnrError(`Parameter "${name}" exists already.`);
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    const { random } = this;
    if (random && initial !== zeros) for (let i = 0; i < values.length; i++) values[i] = initial(random);
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape, "float32")));
    this.variables.set(name, variable);
    if (frozen) this.frozen.add(name);
    return variable;
  }

  /**
   * Keeps parameters as they are in training.
   * @param places see `liesAt`
   * @param source what to call them in a message
   * @throws InputError naming the nearest where there is no such parameter, and when none is left to train
   */
  freeze(places: readonly string[], source: string): void {
    this.requirePlaces(places, source);
    const isFrozen = (name: string) => places.some((place) => liesAt(name, place));
    if (places.length && this.trained.every(isFrozen))
      throw new InputError(`${source}: leaves no parameter to train`);
    for (const name of this.names.filter(isFrozen)) this.frozen.add(name);
  }

  /** @throws InputError naming the nearest where no parameter lies at one of the places, see `liesAt` */
  requirePlaces(places: readonly string[], source: string): void {
    for (const place of places) {
      const missing = endsOf(place).find((end) => !this.names.some((name) => liesAt(name, end)));
      if (missing === undefined) continue;
      const known = [...new Set(this.names.flatMap(beginnings))];
      const modules = known.filter((other) => !other.includes("."));
      throw new InputError(
        `${source}: the model has no parameter "${missing}"${nearest(missing, known, modules)}`,
      );
    }
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
    this.frozen.clear();
  }
}

/**
 * Whether a parameter lies at a place: a dotted name, or its beginning up to a dot, as "encoder.words" for all below it. Numbers may be
 * a range, as in "encoder.bert.layers.0-5".
 */
export function liesAt(name: string, place: string): boolean {
  const parts = name.split(".");
  return place.split(".").every((wanted, at) => {
    const range = rangeOf(wanted);
    const number = Number(parts[at]);
    return range ? number >= range[0] && number <= range[1] : parts[at] === wanted;
  });
}

function rangeOf(part: string): readonly [number, number] | undefined {
  const [, first, last] = part.match(/^(\d+)-(\d+)$/) ?? [];
  return first === undefined ? undefined : [Number(first), Number(last)];
}

/** A place with its ranges' first, and with their last numbers; of a range the wrong way round, itself. */
function endsOf(place: string): string[] {
  const ends = [0, 1].map((end) =>
    place
      .split(".")
      .map((part) => rangeOf(part)?.[end] ?? part)
      .join("."),
  );
  return [...ends, place];
}

/** "a", "a.b" and "a.b.c" of "a.b.c" */
function beginnings(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_, last) => parts.slice(0, last + 1).join("."));
}

/** A tensor's values, copied out of the engine. */
export function readTensor(tensor: tf.Tensor): StoredTensor {
  return { shape: tensor.shape, values: (tensor.dataSync() as Float32Array).slice() };
}

/** The part of a model's parameters below one dotted name; a module gets one and makes its parameters in it. */
export class Scope {
  private readonly parameters: Parameters;
  private readonly prefix: string;
  private readonly isFrozen: boolean;

  constructor(parameters: Parameters, prefix = "", isFrozen = false) {
    this.parameters = parameters;
    this.prefix = prefix;
    this.isFrozen = isFrozen;
  }

  at(name: string | number): Scope {
    return new Scope(this.parameters, `${this.prefix}${name}.`, this.isFrozen);
  }

  /** The same place, for parameters that training leaves alone. */
  frozen(): Scope {
    return new Scope(this.parameters, this.prefix, true);
  }

  make<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], initial: Initializer): tf.Variable<R> {
    return this.parameters.make(this.prefix + name, shape, initial, this.isFrozen) as tf.Variable<R>;
  }
}

/** Dropout as a module sees it: drops in training, at the model's rate or one of its own; does nothing otherwise. */
export type Dropout = <T extends tf.Tensor>(input: T, rate?: number) => T;

export const noDropout: Dropout = (input) => input;
