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
  const a = matrix(transposeA ? k : m, transposeA ? m : k, 1);
  const b = matrix(transposeB ? n : k, transposeB ? k : n, 2);
  const c = matrix(m, n, 3);
  const before = c.values.slice();
  sgemm(
    rowMajor,
    transposeA ? transposed : asStored,
    transposeB ? transposed : asStored,
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
  for (let row = 0; row < m; row++)
    for (let column = 0; column < c.stride; column++) {
      const i = row * c.stride + column;
      let expected = before[i];
      if (column < n) {
        let sum = 0;
        for (let j = 0; j < k; j++) {
          const left = transposeA ? a.values[j * a.stride + row] : a.values[row * a.stride + j];
          sum += left * (transposeB ? b.values[column * b.stride + j] : b.values[j * b.stride + column]);
        }
        expected = alpha * sum + beta * before[i];
      }
      if (!(Math.abs(c.values[i] - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
        throw new Error(`its product of ${m}×${k}×${n} has ${c.values[i]} instead of ${expected}`);
      }
    }
}

/** Pseudorandom values in shared memory, like the engine's. */
function matrix(rows: number, columns: number, seed: number): { values: Float32Array; stride: number } {
  const stride = columns + gap;
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * stride)).fill(untouched);
  let state = seed;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[row * stride + column] = state / 2 ** 31 - 1;
    }
  return { values, stride };
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
