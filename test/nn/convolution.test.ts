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

/** Sizes of an operation: places of each sequence before and after, inputs, outputs, kernel. */
type Sizes = readonly [readonly number[], readonly number[], number, number, number];

const small = fc.integer({ min: 1, max: 3 });
const lengths = fc.array(fc.tuple(fc.nat(5), fc.nat(6)), { minLength: 1, maxLength: 3 });
const sizes = fc
  .tuple(lengths, small, small, fc.integer({ min: 1, max: 4 }))
  .map(([pairs, ...others]): Sizes => [pairs.map(([from]) => from), pairs.map(([, to]) => to), ...others])
  .filter(([from, to]) => rowsOf(from) > 0 && rowsOf(to) > 0);

type Module = typeof Convolution | typeof TransposedConvolution;

/** Hands a module tensors to be differentiated by in place of new parameters. */
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

/** Number c of place t of sequence s; 0 for a place that it does not have. */
const reader =
  (input: number[], from: readonly number[], inputs: number) =>
  (s: number, t: number, c: number): number =>
    t >= 0 && t < from[s] ? input[(offsetsOf(from)[s] + t) * inputs + c] : 0;

forEachEngine(() => {
  it("Convolution sums what each window of the input contributes, 0 past a sequence's ends", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (dimensions, seed) => {
        const [from, to, inputs, outputs, size] = dimensions;
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const at = reader(input, from, inputs);
          const result: number[] = [];
          for (const [s, places] of to.entries())
            for (let t = 0; t < places; t++)
              for (let k = 0; k < outputs; k++) {
                let sum = bias[k];
                for (let c = 0; c < inputs; c++)
                  for (let o = 0; o < size; o++) sum += weight[(k * inputs + c) * size + o] * at(s, t + o, c);
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

  it("TransposedConvolution spreads each place of the input over the places of its window", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (dimensions, seed) => {
        const [from, to, inputs, outputs, size] = dimensions;
        const offsets = offsetsOf(to);
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const at = reader(input, from, inputs);
          const result = Array.from({ length: rowsOf(to) * outputs }, (_, i) => bias[i % outputs]);
          for (const [s, places] of to.entries())
            for (let t = 0; t < from[s]; t++)
              for (let c = 0; c < inputs; c++)
                for (let k = 0; k < outputs; k++)
                  for (let o = 0; o < size && t + o < places; o++)
                    result[(offsets[s] + t + o) * outputs + k] +=
                      weight[(c * outputs + k) * size + o] * at(s, t, c);
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
