import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { nearest } from "../base/schema";
import type { Random } from "../engine/random";

/** Draws the initial values of a parameter, one call per element, in row-major order. */
export type Initializer = (random: Random) => number;

/** Uniform in ±1/√fanIn, as PyTorch initializes the weights and biases of linear, convolution and GRU layers. */
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

/** All parameters of a model by dotted name, in the order in which the modules create them. */
export class Parameters {
  private readonly variables = new Map<string, tf.Variable>();
  private readonly frozen = new Set<string>();
  private readonly random: Random | undefined;

  /** @param random draws the initial values. Without it they are 0, which saves time when the values are then read from a file. */
  constructor(random?: Random) {
    this.random = random;
  }

  get names(): string[] {
    return [...this.variables.keys()];
  }

  get all(): tf.Variable[] {
    return [...this.variables.values()];
  }

  /** Names of the parameters that are not frozen. Only these have gradients, moments and weight decay. */
  get trained(): string[] {
    return this.names.filter((name) => !this.frozen.has(name));
  }

  /** Number of elements, those of frozen parameters included. */
  get size(): number {
    return this.sizeOf(this.names);
  }

  /** Number of elements of the parameters that are not frozen. */
  get trainedSize(): number {
    return this.sizeOf(this.trained);
  }

  private sizeOf(names: readonly string[]): number {
    return names.reduce((sum, name) => sum + this.get(name).size, 0);
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
    if (this.variables.has(name)) throw new PnrError(`Parameter "${name}" already exists.`);
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    const { random } = this;
    if (random && initial !== zeros) for (let i = 0; i < values.length; i++) values[i] = initial(random);
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape, "float32")));
    this.variables.set(name, variable);
    if (frozen) this.frozen.add(name);
    return variable;
  }

  /**
   * Excludes parameters from training.
   * @param paths see `matchesPath`
   * @param source names the paths in messages
   * @throws InputError when a path matches no parameter, or when no parameter remains to train
   */
  freeze(paths: readonly string[], source: string): void {
    this.assertPathsExist(paths, source);
    const isFrozen = (name: string) => paths.some((path) => matchesPath(name, path));
    if (paths.length && this.trained.every(isFrozen))
      throw new InputError(`${source}: leaves no parameter to train`);
    for (const name of this.names.filter(isFrozen)) this.frozen.add(name);
  }

  /**
   * @param paths see `matchesPath`
   * @throws InputError when a path matches no parameter; the message suggests the nearest one
   */
  assertPathsExist(paths: readonly string[], source: string): void {
    for (const path of paths) {
      const missing = endsOf(path).find((end) => !this.names.some((name) => matchesPath(name, end)));
      if (missing === undefined) continue;
      const prefixes = [...new Set(this.names.flatMap(prefixesOf))];
      const modules = prefixes.filter((prefix) => !prefix.includes("."));
      throw new InputError(
        `${source}: the model has no parameter "${missing}"${nearest(missing, prefixes, modules)}`,
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
 * Whether a path matches a parameter. A path is the parameter's dotted name or a prefix that ends before a dot: "encoder.words"
 * matches everything below it. A part of the path may be a range of numbers, as in "encoder.bert.layers.0-5".
 */
export function matchesPath(name: string, path: string): boolean {
  const nameParts = name.split(".");
  return path.split(".").every((part, index) => {
    const range = rangeOf(part);
    const number = Number(nameParts[index]);
    return range ? number >= range[0] && number <= range[1] : nameParts[index] === part;
  });
}

function rangeOf(part: string): readonly [number, number] | undefined {
  const [, first, last] = part.match(/^(\d+)-(\d+)$/) ?? [];
  return first === undefined ? undefined : [Number(first), Number(last)];
}

/** A path with the first number of each range, with the last number of each range, and as it is (for a reversed range). */
function endsOf(path: string): string[] {
  const ends = [0, 1].map((end) =>
    path
      .split(".")
      .map((part) => rangeOf(part)?.[end] ?? part)
      .join("."),
  );
  return [...ends, path];
}

/** "a", "a.b" and "a.b.c" for "a.b.c" */
function prefixesOf(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_, last) => parts.slice(0, last + 1).join("."));
}

/** Copies a tensor's values out of the engine. */
export function readTensor(tensor: tf.Tensor): StoredTensor {
  return { shape: tensor.shape, values: (tensor.dataSync() as Float32Array).slice() };
}

/** The part of a model's parameters below one dotted name. Each module creates its parameters in the scope it gets. */
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

  /** The same scope, but its parameters are frozen. */
  frozen(): Scope {
    return new Scope(this.parameters, this.prefix, true);
  }

  /** The same scope, but its parameters are trained. */
  trained(): Scope {
    return new Scope(this.parameters, this.prefix, false);
  }

  make<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], initial: Initializer): tf.Variable<R> {
    return this.parameters.make(this.prefix + name, shape, initial, this.isFrozen) as tf.Variable<R>;
  }
}

/** Dropout as a module calls it. In training it drops at the given rate (default: the model's); otherwise it does nothing. */
export type Dropout = <T extends tf.Tensor>(input: T, rate?: number) => T;

export const noDropout: Dropout = (input) => input;
