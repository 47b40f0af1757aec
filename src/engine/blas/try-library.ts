// Child process of tryLibrary: compares products with plain JavaScript, in this thread and in a worker, and prints the BlasLibrary
// as JSON.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { reason } from "../../base/files";
import { EngineFailure } from "../engine-failure";
import { addressOf, asStored, bindSgemm, rowMajor, type Sgemm, transposed } from "./bind";
import { describeLibrary } from "./describe";
import type { BlasLibrary } from "./library";

/** [m, k, n]: single elements, sizes that are not multiples of a kernel's, and one that a second thread would share. */
const shapes = [
  [1, 1, 1],
  [1, 7, 5],
  [17, 33, 29],
  [64, 300, 129],
] as const;

const tolerance = 1e-4;

/** Elements between one row and the next, which a product must not touch. */
const gap = 3;

/** Fills the gaps. */
const untouched = 123.5;

/** @throws Error that names the first wrong element */
function checkProducts(library: BlasLibrary): void {
  const sgemm = bindSgemm(library);
  for (const shape of shapes)
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        for (const [alpha, beta] of [
          [1, 0],
          [0.5, 1],
        ])
          checkProduct(sgemm, shape, [transposeA, transposeB], alpha, beta);
}

function checkProduct(
  sgemm: Sgemm,
  [m, k, n]: (typeof shapes)[number],
  [transposeA, transposeB]: readonly [boolean, boolean],
  alpha: number,
  beta: number,
): void {
  const a = matrix(m, k, transposeA, 1);
  const b = matrix(k, n, transposeB, 2);
  const c = matrix(m, n, false, 3);
  const before = c.values.slice();
  sgemm(
    rowMajor,
    a.order,
    b.order,
    m,
    n,
    k,
    alpha,
    addressOf(a.values),
    a.stride,
    addressOf(b.values),
    b.stride,
    beta,
    addressOf(c.values),
    c.stride,
  );
  for (const [i, value] of c.values.entries()) {
    const [row, column] = [Math.floor(i / c.stride), i % c.stride];
    const isGap = column >= n;
    const expected = isGap ? untouched : alpha * dot(a, b, row, column, k) + beta * before[i];
    if (!(Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected))))
      throw new Error(`its product of ${m}×${k}×${n} has ${value} instead of ${expected}`);
  }
}

/** Row `row` of `a` times column `column` of `b`. */
function dot(a: Matrix, b: Matrix, row: number, column: number, depth: number): number {
  let sum = 0;
  for (let j = 0; j < depth; j++) sum += a.at(row, j) * b.at(j, column);
  return sum;
}

interface Matrix {
  /** As it is stored, with gaps. */
  readonly values: Float32Array;
  /** Elements from one stored row to the next. */
  readonly stride: number;
  readonly order: typeof asStored | typeof transposed;
  at(row: number, column: number): number;
}

/** Pseudorandom values in shared memory, like the engine's. */
function matrix(rows: number, columns: number, isTransposed: boolean, seed: number): Matrix {
  const [height, width] = isTransposed ? [columns, rows] : [rows, columns];
  const stride = width + gap;
  const values = new Float32Array(new SharedArrayBuffer(4 * height * stride)).fill(untouched);
  let state = seed;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[row * stride + column] = state / 2 ** 31 - 1;
    }
  return isTransposed
    ? { values, stride, order: transposed, at: (row, column) => values[column * stride + row] }
    : { values, stride, order: asStored, at: (row, column) => values[row * stride + column] };
}

function checkInWorker(library: BlasLibrary): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure = "its worker thread ended early";
    new Worker(__filename, { workerData: library })
      .on("message", (text: string) => {
        failure = text;
      })
      .on("error", reject)
      .on("exit", () => (failure ? reject(new Error(failure)) : resolve()));
  });
}

async function tryPath(path: string): Promise<void> {
  const library = describeLibrary(path);
  checkProducts(library);
  await checkInWorker(library);
  process.stdout.write(JSON.stringify(library));
}

const messageOf = (error: unknown): string => (error instanceof EngineFailure ? error.reason : reason(error));

if (isMainThread) {
  tryPath(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
} else {
  let failure = "";
  try {
    checkProducts(workerData as BlasLibrary);
  } catch (error) {
    failure = messageOf(error);
  }
  parentPort?.postMessage(failure);
}
