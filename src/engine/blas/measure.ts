// Child process of examineBlas: finds the library, times one product by our kernel and by the library, and prints both as JSON.
import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, startBackend } from "../backends";
import type { BlasExamination } from "../examine";
import { findBlas } from "./find";

/** A linear map of BERT-base on 256 tokens: [rows, depth] × [depth, columns]. */
const [rows, depth, columns] = [256, 768, 768] as const;

/** The engines take turns, so that other work on the machine slows down both. Milliseconds. */
const [turns, turn] = [4, 100];

/** The best of one turn's products, in GFLOP/s, by all threads of the engine. */
async function rate(engine: EngineName): Promise<number> {
  await startBackend(engine);
  const [left, right] = [tf.ones([rows, depth]), tf.ones([depth, columns])];
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + turn; performance.now() < end; ) {
    const began = performance.now();
    tf.matMul(left, right).dispose();
    best = Math.min(best, performance.now() - began);
  }
  return (2 * rows * depth * columns) / best / 1e6;
}

async function measure(): Promise<void> {
  const { path, name, version, core } = await findBlas();
  const gigaflops = { wasm: 0, blas: 0 };
  for (let at = 0; at < turns; at++) {
    for (const engine of ["wasm", "blas"] as const)
      gigaflops[engine] = Math.max(gigaflops[engine], await rate(engine));
  }
  const measured: BlasExamination = {
    ...{ path, name, version, core, gigaflops },
    product: [rows, depth, columns],
  };
  process.stdout.write(JSON.stringify(measured));
}

measure();
