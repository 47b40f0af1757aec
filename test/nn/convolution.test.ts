import assert from "node:assert/strict";
import { it } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { offsetsOf, rowsOf } from "../../src/engine";
import { Random } from "../../src/engine/random";
import { Convolution, TransposedConvolution } from "../../src/nn/convolution";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { checkOperation, type Input, randomInput } from "../support/operations";

/** Sizes of an operation: length of each sequence before and after, inputs, outputs, kernel. */
type Sizes = readonly [readonly number[], readonly number[], number, number, number];

const small = fc.integer({ min: 1, max: 3 });
const lengths = fc.array(fc.tuple(fc.nat(5), fc.nat(6)), { minLength: 1, maxLength: 3 });
const sizes = fc
  .tuple(lengths, small, small, fc.integer({ min: 1, max: 4 }))
  .map(([pairs, ...others]): Sizes => [pairs.map(([from]) => from), pairs.map(([, to]) => to), ...others])
  .filter(([from, to]) => rowsOf(from) > 0 && rowsOf(to) > 0);

type Module = typeof Convolution | typeof TransposedConvolution;

/** Gives a module existing tensors instead of new parameters, so that a test can differentiate with respect to them. */
class GivenScope extends Scope {
  private readonly given: Readonly<Record<string, tf.Tensor>>;

  constructor(given: Readonly<Record<string, tf.Tensor>>) {
    super(new Parameters(new Random(0)));
    this.given = given;
  }

  override make<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R]): tf.Variable<R> {
    assert.deepEqual(this.given[name].shape, shape);
    return this.given[name] as tf.Variable<R>;
  }
}

/** The module as a function of its input and parameters. */
const operation =
  (Type: Module, [from, to, inputs, outputs, size]: Sizes) =>
  (...[input, weight, bias]: tf.Tensor[]): tf.Tensor =>
    new Type(new GivenScope({ weight, bias }), inputs, outputs, size).forward(input as tf.Tensor2D, from, to);

function check(
  Type: Module,
  dimensions: Sizes,
  weight: (random: Random) => Input,
  reference: (...values: number[][]) => number[],
  seed: number,
): void {
  const [from, , inputs, outputs] = dimensions;
  const random = new Random(seed);
  checkOperation(
    [randomInput(random, rowsOf(from), inputs), weight(random), randomInput(random, outputs)],
    operation(Type, dimensions),
    reference,
    2e-5,
  );
}

/** Channel c at position t of sequence s; 0 outside the sequence. */
const reader =
  (input: number[], from: readonly number[], inputs: number) =>
  (s: number, t: number, c: number): number =>
    t >= 0 && t < from[s] ? input[(offsetsOf(from)[s] + t) * inputs + c] : 0;

forEachEngine(() => {
  it("Convolution sums over each window of the input, with 0 outside a sequence", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (dimensions, seed) => {
        const [from, to, inputs, outputs, size] = dimensions;
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const valueAt = reader(input, from, inputs);
          const result: number[] = [];
          for (const [s, length] of to.entries())
            for (let t = 0; t < length; t++)
              for (let k = 0; k < outputs; k++) {
                let sum = bias[k];
                for (let c = 0; c < inputs; c++)
                  for (let o = 0; o < size; o++)
                    sum += weight[(k * inputs + c) * size + o] * valueAt(s, t + o, c);
                result.push(sum);
              }
          return result;
        };
        check(
          Convolution,
          dimensions,
          (random) => randomInput(random, outputs, inputs, size),
          reference,
          seed,
        );
      }),
      { numRuns: 15 },
    );
  });

  it("TransposedConvolution adds each position of the input to all positions of its window", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (dimensions, seed) => {
        const [from, to, inputs, outputs, size] = dimensions;
        const offsets = offsetsOf(to);
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const valueAt = reader(input, from, inputs);
          const result = Array.from({ length: rowsOf(to) * outputs }, (_, i) => bias[i % outputs]);
          for (const [s, length] of to.entries())
            for (let t = 0; t < from[s]; t++)
              for (let c = 0; c < inputs; c++)
                for (let k = 0; k < outputs; k++)
                  for (let o = 0; o < size && t + o < length; o++)
                    result[(offsets[s] + t + o) * outputs + k] +=
                      weight[(c * outputs + k) * size + o] * valueAt(s, t, c);
          return result;
        };
        check(
          TransposedConvolution,
          dimensions,
          (random) => randomInput(random, inputs, outputs, size),
          reference,
          seed,
        );
      }),
      { numRuns: 15 },
    );
  });
});
