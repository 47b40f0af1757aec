import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type BertConfig, BertEncoder, type BertInput } from "../../src/bert";
import { dropout, offsetsOf, Random, scoped, valueAndGradients } from "../../src/engine";
import { type Dropout, noDropout, Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { checkGradients, inputOf } from "../support/bert-gradients";
import { forEachEngine } from "../support/engines";
import { smallBert } from "../support/model";
import { assertNear, scramble } from "../support/numbers";
import { hiddenStates, represent } from "../support/reference-bert";
import { sum, Weights } from "../support/reference-math";

const pieces = 9;

function make(change: Partial<BertConfig>, seed: number) {
  const config = { ...smallBert, ...change };
  const random = new Random(seed);
  const parameters = new Parameters(random);
  const bert = new BertEncoder(new Scope(parameters), config, pieces);
  scramble(parameters, random);
  return { config, bert, parameters, random, weights: Weights.of(parameters) };
}

const drawIds = (random: Random, length: number): number[] =>
  Array.from({ length }, () => random.below(pieces));

/** The output for one input. */
function rowOf(output: tf.Tensor2D, row: number, { lengths }: BertInput): tf.Tensor2D {
  return tf.slice(output, [offsetsOf(lengths)[row], 0], [lengths[row], -1]);
}

forEachEngine((engine) => {
  for (const [name, change] of Object.entries({
    "two layers, whose mean takes in the embeddings": {},
    "five layers, of which the last four count": { layers: 5 },
    "the last layer alone": { output: "last" },
    "one head": { heads: 1 },
    "as many heads as columns": { heads: 6 },
  } satisfies Record<string, Partial<BertConfig>>)) {
    it(`is BERT's encoder: ${name}`, () => {
      const { config, bert, parameters, random, weights } = make(change, 3);
      const rows = [1, 5, 3].map((length) => drawIds(random, length));
      scoped(() => {
        const input = inputOf(...rows);
        const output = bert.forward(input);
        for (const [row, ids] of rows.entries()) {
          const expected = represent(weights, config, ids);
          assertNear(rowOf(output, row, input), expected, 1e-5, `row ${row}`);
        }
      });
      parameters.dispose();
    });
  }

  it("distinguishes segments", () => {
    const { config, bert, parameters, random, weights } = make({}, 4);
    const ids = drawIds(random, 4);
    const segments = [0, 0, 1, 1];
    scoped(() => {
      const states = bert.states(inputOf(ids), noDropout, Int32Array.from(segments));
      hiddenStates(weights, config, ids, segments).forEach((expected, index) => {
        assertNear(states[index], expected, 1e-5, `state ${index}`);
      });
    });
    parameters.dispose();
  });

  it("has the gradient of its output for every parameter", () => {
    const { config, ...made } = make({}, 5);
    const ids = drawIds(made.random, 4);
    checkGradients(made, ids, (weights) => represent(weights, config, ids));
    made.parameters.dispose();
  });

  if (engine !== "wasm") return;
  it("gives the same output for an input in any batch, to the last bit", () => {
    const { bert, parameters, random } = make({}, 6);
    const both = [3, 7].map((length) => drawIds(random, length));
    scoped(() => {
      const input = inputOf(...both);
      const together = bert.forward(input);
      for (const [row, ids] of both.entries()) {
        assert.deepEqual(rowOf(together, row, input).dataSync(), bert.forward(inputOf(ids)).dataSync());
      }
    });
    parameters.dispose();
  });

  it("lets pieces that are not keys attend to others, but not be attended to", () => {
    const { bert, parameters } = make({}, 10);
    const [ids, other] = [
      [1, 2, 3, 4, 5],
      [1, 2, 3, 6, 5],
    ];
    scoped(() => {
      const rows = (input: BertInput) => bert.forward(input).arraySync() as number[][];
      const [original, changed] = [ids, other].map((tokens) => rows({ ...inputOf(tokens), keys: [3] }));
      assertNear(original.slice(0, 3), rows(inputOf(ids.slice(0, 3))), 1e-6, "keys");
      assert.deepEqual(changed.toSpliced(3, 1), original.toSpliced(3, 1), "not a key");
      assert.notDeepEqual(rows({ ...inputOf([2, 2, 3, 4, 5]), keys: [3] })[4], original[4]);
    });
    parameters.dispose();
  });

  it("drops embeddings, attention weights and both outputs of each layer, at its own rate", () => {
    const { bert, parameters } = make({ dropout: 0.25 }, 7);
    const calls: [number[], number | undefined][] = [];
    const drop: Dropout = (input, rate) => {
      calls.push([input.shape, rate]);
      return input;
    };
    scoped(() => bert.forward(inputOf([1, 2, 3], [4]), drop));
    const [hidden, weights] = [[4, 6], [2 * (9 + 1)]];
    const layer = [weights, hidden, hidden];
    assert.deepEqual(
      calls,
      [hidden, ...layer, ...layer].map((shape) => [shape, 0.25]),
    );
    parameters.dispose();
  });

  it("does not train when frozen: no trainable parameters, no gradient, no dropout, the same output", () => {
    const { bert, parameters } = make({ dropout: 0.5 }, 8);
    const frozen = make({ dropout: 0.5, frozen: true }, 8);
    assert.deepEqual(parameters.trained, parameters.names);
    assert.deepEqual([frozen.parameters.names, frozen.parameters.trained], [parameters.names, []]);
    const random = new Random(1);
    const drop: Dropout = (input, rate = 0) => dropout(input, rate, random) as typeof input;
    const input = inputOf([1, 2, 3], [4]);
    scoped(() => {
      const expected = [...bert.forward(input).dataSync()];
      const before = tf.memory().numTensors;
      const { gradients } = valueAndGradients(() => {
        const start = tf.memory().numTensors;
        const output = frozen.bert.forward(input, drop);
        assert.equal(tf.memory().numTensors - start, 1, "keeps only its output");
        assert.deepEqual([...output.dataSync()], expected);
        return tf.sum(output) as tf.Scalar;
      }, frozen.parameters.all);
      assert.ok(gradients.every((gradient) => gradient.dataSync().every((value) => value === 0)));
      assert.equal(tf.memory().numTensors - before, gradients.length);
      assert.notDeepEqual([...bert.forward(input, drop).dataSync()], expected);
    });
    parameters.dispose();
    frozen.parameters.dispose();
  });

  it("keeps only the output of each layer if no gradient is needed", () => {
    const memory = [1, 4].map((layers) => {
      const { bert, parameters } = make({ layers }, 9);
      const count = scoped(() => {
        const before = tf.memory().numTensors;
        bert.states(inputOf([1, 2, 3]), noDropout);
        return tf.memory().numTensors - before;
      });
      parameters.dispose();
      return count;
    });
    assert.equal(memory[1] - memory[0], 3);
  });

  it("is initialized like BERT: weights with standard deviation 0.02, biases 0, norms 1", () => {
    const parameters = new Parameters(new Random(2));
    new BertEncoder(new Scope(parameters), { ...smallBert, hidden: 32, intermediate: 64 }, 50);
    for (const name of parameters.names) {
      const { values } = readTensor(parameters.get(name));
      const deviation = Math.sqrt(sum([...values].map((value) => value ** 2)) / values.length);
      if (/bias$/.test(name)) assert.equal(deviation, 0, name);
      else if (/orm\.weight$/.test(name))
        assert.ok(
          values.every((value) => value === 1),
          name,
        );
      else assert.ok(Math.abs(deviation - 0.02) < 0.005, `${name}: ${deviation}`);
    }
    parameters.dispose();
  });
});
