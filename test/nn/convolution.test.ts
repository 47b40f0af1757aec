import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { Random } from "../../src/engine/random";
import { Convolution, TransposedConvolution } from "../../src/nn/convolution";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { checkOperation, type Input, randomInput } from "../support/operations";

/** Sizes of an operation: batch, length, inputs, outputs, kernel. */
type Sizes = readonly [number, number, number, number, number];

const small = fc.integer({ min: 1, max: 3 });
const sizes = fc
  .tuple(small, fc.integer({ min: 1, max: 6 }), small, small, fc.integer({ min: 1, max: 4 }))
  .map((values): Sizes => values);

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
  (Type: Module, [, , inputs, outputs, size]: Sizes) =>
  (...[input, weight, bias]: tf.Tensor[]): tf.Tensor =>
    new Type(new GivenScope({ weight, bias }), inputs, outputs, size).forward(input as tf.Tensor3D);

function check(
  Type: Module,
  dimensions: Sizes,
  weight: (random: Random) => Input,
  reference: (...values: number[][]) => number[],
  seed: number,
): void {
  const [batch, length, inputs, outputs] = dimensions;
  const random = new Random(seed);
  checkOperation(
    [randomInput(random, batch, length, inputs), weight(random), randomInput(random, outputs)],
    operation(Type, dimensions),
    reference,
    2e-5,
  );
}

forEachEngine(() => {
  it("Convolution sums what each window of the input contributes", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (dimensions, seed) => {
        const [batch, length, inputs, outputs, size] = dimensions;
        fc.pre(size <= length);
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const result: number[] = [];
          for (let b = 0; b < batch; b++)
            for (let t = 0; t + size <= length; t++)
              for (let k = 0; k < outputs; k++) {
                let sum = bias[k];
                for (let c = 0; c < inputs; c++)
                  for (let o = 0; o < size; o++)
                    sum += weight[(k * inputs + c) * size + o] * input[(b * length + t + o) * inputs + c];
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
        const [batch, length, inputs, outputs, size] = dimensions;
        const places = length + size - 1;
        const reference = (input: number[], weight: number[], bias: number[]) => {
          const result = Array.from({ length: batch * places * outputs }, (_, i) => bias[i % outputs]);
          for (let b = 0; b < batch; b++)
            for (let t = 0; t < length; t++)
              for (let c = 0; c < inputs; c++)
                for (let k = 0; k < outputs; k++)
                  for (let o = 0; o < size; o++)
                    result[(b * places + t + o) * outputs + k] +=
                      weight[(c * outputs + k) * size + o] * input[(b * length + t) * inputs + c];
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

  it("undoes a convolution's shortening", () => {
    const parameters = new Parameters(new Random(1));
    const scope = new Scope(parameters);
    tf.tidy(() => {
      const short = new Convolution(scope.at("down"), 2, 3, 4).forward(tf.ones([2, 6, 2]));
      assert.deepEqual(short.shape, [2, 3, 3]);
      assert.deepEqual(new TransposedConvolution(scope.at("up"), 3, 2, 4).forward(short).shape, [2, 6, 2]);
    });
    parameters.dispose();
  });
});
