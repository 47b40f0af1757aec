// A process of its own for proveLibrary: products in this thread and in a worker, each compared with plain JavaScript.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { reason } from "../../base/files";
import { EngineFailure } from "../failure";
import { addressOf, asStored, bindSgemm, rowMajor, transposed } from "./bind";
import { describeLibrary } from "./describe";
import type { BlasLibrary } from "./library";

/** [m, k, n]: single elements, sizes that no kernel divides, and one that a second thread would share. */
const shapes = [
  [1, 1, 1],
  [1, 7, 5],
  [17, 33, 29],
  [64, 300, 129],
] as const;

const tolerance = 1e-4;

/** Elements left between one row and the next, which a product must not touch. */
const gap = 3;

/** What no product writes. */
const untouched = 123.5;

/** @throws Error that names the first wrong element */
function checkProducts(library: BlasLibrary): void {
  const sgemm = bindSgemm(library);
  for (const [m, k, n] of shapes)
    for (const ta of [false, true])
      for (const tb of [false, true])
        for (const [alpha, beta] of [
          [1, 0],
          [0.5, 1],
        ]) {
          const a = matrix(ta ? k : m, ta ? m : k, 1);
          const b = matrix(tb ? n : k, tb ? k : n, 2);
          const c = matrix(m, n, 3);
          const before = c.values.slice();
          sgemm(
            rowMajor,
            ta ? transposed : asStored,
            tb ? transposed : asStored,
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
              const at = row * c.stride + column;
              let right = before[at];
              if (column < n) {
                let sum = 0;
                for (let i = 0; i < k; i++) {
                  const left = ta ? a.values[i * a.stride + row] : a.values[row * a.stride + i];
                  sum += left * (tb ? b.values[column * b.stride + i] : b.values[i * b.stride + column]);
                }
                right = alpha * sum + beta * before[at];
              }
              if (!(Math.abs(c.values[at] - right) <= tolerance * Math.max(1, Math.abs(right)))) {
                throw new Error(`its product of ${m}×${k}×${n} has ${c.values[at]} where ${right} is right`);
              }
            }
        }
}

/** Values in shared memory, where the engine's are. */
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

async function prove(path: string): Promise<void> {
  const library = describeLibrary(path);
  checkProducts(library);
  await checkInWorker(library);
  process.stdout.write(JSON.stringify(library));
}

const say = (error: unknown): string => (error instanceof EngineFailure ? error.reason : reason(error));

if (isMainThread) {
  prove(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${say(error)}\n`);
    process.exitCode = 1;
  });
} else {
  let failure = "";
  try {
    checkProducts(workerData as BlasLibrary);
  } catch (error) {
    failure = say(error);
  }
  parentPort?.postMessage(failure);
}
