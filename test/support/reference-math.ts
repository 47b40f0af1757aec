// Operations on plain numbers in double precision, for the slow reference of the paper's equations.
import { type Parameters, readTensor } from "../../src/nn/parameters";

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

interface Parameter {
  readonly values: Vector;
  /** Rows of a parameter [rows, columns], or of one with more axes as if the later ones were a single axis. */
  readonly rows: Matrix;
}

/** The parameters below one dotted name, as plain numbers. */
export class Weights {
  private readonly all: ReadonlyMap<string, Parameter>;
  private readonly prefix: string;

  private constructor(all: ReadonlyMap<string, Parameter>, prefix: string) {
    this.all = all;
    this.prefix = prefix;
  }

  static of(parameters: Parameters): Weights {
    const entries = parameters.names.map((name): [string, Parameter] => {
      const { shape, values } = readTensor(parameters.get(name));
      return [name, { values: [...values], rows: chunks([...values], values.length / shape[0]) }];
    });
    return new Weights(new Map(entries), "");
  }

  /** A copy with one parameter replaced. */
  with(name: string, values: Vector): Weights {
    const columns = this.get(name).rows[0].length;
    return new Weights(
      new Map(this.all).set(this.prefix + name, { values, rows: chunks(values, columns) }),
      this.prefix,
    );
  }

  at(name: string | number): Weights {
    return new Weights(this.all, `${this.prefix}${name}.`);
  }

  vector(name: string): Vector {
    return this.get(name).values;
  }

  matrix(name: string): Matrix {
    return this.get(name).rows;
  }

  private get(name: string): Parameter {
    const parameter = this.all.get(this.prefix + name);
    if (!parameter) throw new Error(`no parameter ${this.prefix}${name}`);
    return parameter;
  }
}

export const chunks = (values: Vector, size: number): Matrix =>
  Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

export const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
export const dot = (a: Vector, b: Vector): number => sum(a.map((value, i) => value * b[i]));
export const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]);
export const times = (a: Vector, b: Vector): Vector => a.map((value, i) => value * b[i]);
export const scaled = (a: Vector, factor: number): Vector => a.map((value) => value * factor);
export const apply = (matrix: Matrix, x: Vector): Vector => matrix.map((row) => dot(row, x));

export const mean = (vectors: Matrix): Vector => scaled(vectors.reduce(add), 1 / vectors.length);

export function softmax(scores: Vector): Vector {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  return scaled(powers, 1 / sum(powers));
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** x Φ(x), Φ the normal distribution function by its power series; beyond 6 it is 0 or 1 to 1e-9. */
export function gelu(x: number): number {
  if (Math.abs(x) > 6) return Math.max(x, 0);
  let term = x;
  let series = x;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (x * x) / odd;
    series += term;
  }
  return x * (0.5 + (series * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI));
}

/** W x + b */
export const linear = (weights: Weights, x: Vector): Vector =>
  add(apply(weights.matrix("weight"), x), weights.vector("bias"));

/** Linear, GELU, Linear; the paper does not specify it. */
export const mlp = (weights: Weights, x: Vector): Vector =>
  linear(weights.at(2), linear(weights.at(0), x).map(gelu));

export function layerNorm(weights: Weights, x: Vector, epsilon = 1e-5): Vector {
  const center = sum(x) / x.length;
  const variance = sum(x.map((value) => (value - center) ** 2)) / x.length;
  const normal = x.map((value) => (value - center) / Math.sqrt(variance + epsilon));
  return add(times(normal, weights.vector("weight")), weights.vector("bias"));
}

/** The concatenated states of both directions at each position. */
export function biGru(weights: Weights, inputs: Matrix): Matrix {
  const ahead = gru(weights, "", inputs);
  const back = gru(weights, "_reverse", inputs.toReversed()).toReversed();
  return ahead.map((state, i) => [...state, ...back[i]]);
}

function gru(weights: Weights, direction: string, inputs: Matrix): Matrix {
  const fromInput = weights.matrix(`weight_ih${direction}`);
  const fromState = weights.matrix(`weight_hh${direction}`);
  const width = fromState[0].length;
  const states: Vector[] = [];
  let state: Vector = new Array(width).fill(0);
  for (const input of inputs) {
    const x = add(apply(fromInput, input), weights.vector(`bias_ih${direction}`));
    const h = add(apply(fromState, state), weights.vector(`bias_hh${direction}`));
    state = gate(chunks(x, width), chunks(h, width), state);
    states.push(state);
  }
  return states;
}

/** Eq. 18, from W x + b and W h + b of its three lines r, z, n, and the state h. */
export function gate([xr, xz, xn]: Matrix, [hr, hz, hn]: Matrix, state: Vector): Vector {
  const r = add(xr, hr).map(sigmoid);
  const z = add(xz, hz).map(sigmoid);
  const n = add(xn, times(r, hn)).map(Math.tanh);
  return state.map((h, i) => (1 - z[i]) * n[i] + z[i] * h);
}
