import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startBackend } from "../../../src/engine/backends";
import { Random } from "../../../src/engine/random";
import { assertClose, type Input, randomInput } from "../../support/operations";

type Compute = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Asserts that wasm and cpu compute the same. */
async function checkAgainstCpu(
  inputs: readonly Input[],
  compute: Compute,
  dtype: "float32" | "int32" = "float32",
) {
  const run = () =>
    tf.tidy(() => {
      const tensors = inputs.map(({ values, shape }) =>
        tf.tensor(
          dtype === "int32" ? values.map((value) => Math.round(100 * value)) : values,
          [...shape],
          dtype,
        ),
      );
      return [compute(...tensors)].flat().map((output) => ({
        shape: output.shape,
        dtype: output.dtype,
        values: output.dataSync(),
      }));
    });
  await startBackend("cpu");
  const expected = run();
  await startBackend("wasm");
  const actual = run();
  const typesOf = (outputs: typeof actual) => outputs.map(({ shape, dtype: type }) => ({ shape, type }));
  assert.deepEqual(typesOf(actual), typesOf(expected));
  actual.forEach(({ values }, i) => {
    assertClose(values, expected[i].values, 1e-5, `output ${i}`);
  });
}

const dtypes = fc.constantFrom("float32" as const, "int32" as const);
const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
/** Shapes whose last axes may be long enough to be copied as blocks. */
const wideShapes = fc.tuple(shapes, fc.constantFrom(1, 3, 30)).map(([shape, width]) => [...shape, width]);
const axisOf = (shape: readonly number[], pick: number): number => (pick % (2 * shape.length)) - shape.length;

before(() => startBackend("wasm"));

describe("transpose", () => {
  it("moves the axes in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        wideShapes.chain((shape) =>
          fc.tuple(
            fc.constant(shape),
            fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }),
          ),
        ),
        dtypes,
        ([shape, order], dtype) =>
          checkAgainstCpu([randomInput(new Random(1), ...shape)], (x) => tf.transpose(x, order), dtype),
      ),
      { numRuns: 60 },
    );
  });

  it("swaps the sides of matrices of any size", async () => {
    for (const shape of [
      [7, 9],
      [4, 8],
      [1, 12],
      [13, 1],
      [3, 6, 2],
      [2, 5, 11],
      [3, 16, 20],
      [0, 5],
    ]) {
      const order = [...shape.keys()];
      order.push(...order.splice(-2).reverse());
      await checkAgainstCpu([randomInput(new Random(1), ...shape)], (x) => tf.transpose(x, order));
    }
  });
});

describe("sums", () => {
  it("run along any axes", async () => {
    await fc.assert(
      fc.asyncProperty(
        wideShapes.chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()]))),
        fc.boolean(),
        dtypes,
        async ([shape, axes], keepDims, dtype) => {
          const input = randomInput(new Random(1), ...shape);
          await checkAgainstCpu([input], (x) => tf.sum(x, axes, keepDims), dtype);
          await checkAgainstCpu([input], (x) => tf.mean(x, axes, keepDims), dtype);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("round once, for several blocks, rows and columns", () => {
    const [blocks, rows, columns] = [3, 21, 15];
    const input = randomInput(new Random(7), blocks, rows, columns);
    const x = tf.tensor3d(Array.from(input.values), [blocks, rows, columns], "float32");
    const values = x.arraySync();
    const add = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);
    const transposed = values.map((block) => block[0].map((_, column) => block.map((row) => row[column])));
    assert.deepEqual(
      tf.sum(x, 1).arraySync(),
      transposed.map((block) => block.map((column) => Math.fround(add(column)))),
    );
    assert.deepEqual(
      tf.sum(x, 2).arraySync(),
      values.map((block) => block.map((row) => Math.fround(add(row)))),
    );
  });

  it("are in double precision", () => {
    tf.tidy(() => {
      const rows = tf.tensor2d([
        [2 ** 24, 1],
        [1, 2 ** 24],
        [-(2 ** 24), 1],
        [1, -(2 ** 24)],
        [1, 1],
      ]);
      assert.deepEqual([...tf.sum(rows, 0).dataSync()], [3, 3]);
      assert.deepEqual([...tf.sum(tf.transpose(rows), 1).dataSync()], [3, 3]);
    });
  });
});

describe("copies", () => {
  it("slice any block", async () => {
    const cuts = wideShapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.tuple(
          ...shape.map((length) =>
            fc
              .nat(length - 1)
              .chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: 0, max: length - begin }))),
          ),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(cuts, dtypes, async ([shape, cut], dtype) => {
        const begin = cut.map(([first]) => first);
        const size = cut.map(([, length]) => length);
        await checkAgainstCpu([randomInput(new Random(1), ...shape)], (x) => tf.slice(x, begin, size), dtype);
      }),
      { numRuns: 40 },
    );
  });

  it("split, unstack, concatenate and stack along any axis", async () => {
    await fc.assert(
      fc.asyncProperty(wideShapes, fc.nat(), fc.nat(), dtypes, async (shape, pick, first, dtype) => {
        const axis = axisOf(shape, pick);
        const length = shape.at(axis) as number;
        const sizes = [first % (length + 1), length - (first % (length + 1))];
        const input = randomInput(new Random(2), ...shape);
        const other = randomInput(new Random(3), ...shape.with(axis, 2));
        await checkAgainstCpu([input], (x) => tf.split(x, sizes, axis), dtype);
        await checkAgainstCpu([input], (x) => tf.unstack(x, axis), dtype);
        await checkAgainstCpu([input, other], (x, y) => tf.concat([x, y, x], axis), dtype);
        await checkAgainstCpu([input, input], (x, y) => tf.stack([x, y], axis), dtype);
      }),
      { numRuns: 40 },
    );
  });

  it("are not made for a clone, which outlives its original", () => {
    const before = tf.memory().numDataBuffers;
    for (const dtype of ["float32", "int32", "bool"] as const) {
      const x = tf.tensor2d([1, 0, 1, 1], [2, 2], dtype);
      const clone = x.clone();
      assert.equal(tf.memory().numDataBuffers, before + 1);
      assert.equal(clone.dtype, dtype);
      x.dispose();
      assert.deepEqual(clone.arraySync(), [
        [1, 0],
        [1, 1],
      ]);
      clone.dispose();
    }
    assert.equal(tf.memory().numDataBuffers, before);
    const text = tf.tensor1d(["a", "b"]);
    assert.deepEqual(text.clone().arraySync(), ["a", "b"]);
  });

  it("of tensors of single bytes work as in tfjs", async () => {
    const flags = tf.tensor2d([1, 0, 0, 1], [2, 2], "bool");
    assert.deepEqual(Array.from(tf.slice(flags, [0, 1], [2, 1]).dataSync()), [0, 1]);
    assert.deepEqual(Array.from(tf.concat([flags, flags], 1).dataSync()), [1, 0, 1, 0, 0, 1, 0, 1]);
  });
});

describe("rows", () => {
  it("are gathered along any axis by indices of any shape", async () => {
    await fc.assert(
      fc.asyncProperty(
        wideShapes,
        fc.nat(),
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        dtypes,
        async (shape, pick, picks, dtype) => {
          const axis = axisOf(shape, pick);
          const indices = picks.map((index) => index % (shape.at(axis) as number));
          await checkAgainstCpu(
            [randomInput(new Random(4), ...shape)],
            (x) => [
              tf.gather(x, tf.tensor1d(indices, "int32"), axis),
              tf.gather(x, tf.tensor2d(indices, [indices.length, 1], "int32"), axis),
            ],
            dtype,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are not gathered with an index out of range", () => {
    const table = tf.ones([3, 2]);
    for (const index of [-1, 3]) {
      assert.throws(() => tf.gather(table, tf.tensor1d([0, index], "int32")), /not in \[0, 2\]/);
    }
  });

  it("are added up by segment, except those without a segment", () => {
    const values = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2], "float32");
    const sums = tf.unsortedSegmentSum(values, tf.tensor1d([2, 0, -1, 2], "int32"), 3);
    assert.deepEqual(sums.arraySync(), [
      [3, 4],
      [0, 0],
      [8, 10],
    ]);
  });
});

describe("matMul", () => {
  it("multiplies single matrices and batches, transposed or not, with an operand shared by the batch", async () => {
    const length = fc.integer({ min: 1, max: 20 });
    const batches = fc.constantFrom<[number[], number[]]>(
      [[], []],
      [[3], [3]],
      [
        [2, 3],
        [2, 3],
      ],
      [[4], [1]],
      [[1], [4]],
    );
    await fc.assert(
      fc.asyncProperty(
        length,
        length,
        length,
        batches,
        fc.boolean(),
        fc.boolean(),
        async (m, k, n, [left, right], a, b) => {
          const random = new Random(m * k * n);
          await checkAgainstCpu(
            [
              randomInput(random, ...left, ...(a ? [k, m] : [m, k])),
              randomInput(random, ...right, ...(b ? [n, k] : [k, n])),
            ],
            (x, y) => tf.matMul(x, y, a, b),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("multiplies matrices of several blocks in each direction", async () => {
    const random = new Random(6);
    for (const [a, b] of [
      [false, false],
      [true, true],
    ]) {
      const [m, k, n] = [67, 517, 515];
      await checkAgainstCpu(
        [randomInput(random, ...(a ? [k, m] : [m, k])), randomInput(random, ...(b ? [n, k] : [k, n]))],
        (x, y) => tf.div(tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, a, b), Math.sqrt(k)),
      );
    }
  });

  it("multiplies by a variable's new value after it changed in place", () => {
    const weight = tf.variable(tf.ones([2, 2]));
    const left = tf.ones([1, 2]) as tf.Tensor2D;
    assert.deepEqual(tf.matMul(left, weight as tf.Tensor2D).arraySync(), [[2, 2]]);
    const backend = tf.backend() as BackendWasm;
    backend.typedArrayFromHeap(weight).fill(3);
    assert.deepEqual(tf.matMul(left, weight as tf.Tensor2D).arraySync(), [[6, 6]]);
    weight.dispose();
  });

  it("returns zeros for a depth of 0", () => {
    assert.deepEqual(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])).arraySync(), [
      [0, 0, 0],
      [0, 0, 0],
    ]);
    assert.deepEqual(tf.matMul(tf.zeros([0, 2]), tf.zeros([2, 3])).shape, [0, 3]);
  });

  it("does not reuse a packed right operand for its reshaped view, or for another tensor in its memory", () => {
    const left = tf.tensor2d([1, 2, 3, 4], [1, 4], "float32");
    const right = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2], "float32");
    assert.deepEqual(tf.matMul(left, right).arraySync(), [[50, 60]]);
    const reshaped = tf.reshape(right, [2, 4]) as tf.Tensor2D;
    assert.deepEqual(tf.matMul(tf.ones([1, 2]), reshaped).arraySync(), [[6, 8, 10, 12]]);
    for (let value = 1; value < 5; value++) {
      const product = tf.tidy(() => tf.matMul(left, tf.fill([4, 2], value, "float32")).arraySync());
      assert.deepEqual(product, [[10 * value, 10 * value]]);
    }
  });

  it("frees temporary memory", () => {
    const left = tf.ones([3, 40, 30]);
    const right = tf.ones([3, 50, 30]);
    const multiply = () => tf.tidy(() => void tf.matMul(left, right, false, true));
    multiply();
    const before = tf.memory().numDataBuffers;
    multiply();
    assert.equal(tf.memory().numDataBuffers, before);
  });
});

it("rejects tensors that do not fit into its memory, and continues to work", () => {
  const backend = tf.backend() as BackendWasm;
  const outputs: tf.TensorInfo[] = [];
  const halfOfMemory = 2 ** 29;
  assert.throws(() => {
    for (let i = 0; i < 2; i++) outputs.push(backend.makeOutput([halfOfMemory], "float32"));
  }, /4 GB of memory are used up/);
  assert.throws(() => backend.makeOutput([2 * halfOfMemory], "float32"), /4 GB of memory are used up/);
  for (const { dataId } of outputs) backend.disposeData(dataId);
  assert.deepEqual(Array.from(tf.fill([2], 3, "float32").dataSync()), [3, 3]);
});
