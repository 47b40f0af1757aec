// Child process of examineBlas: times one product with our kernel and with the library, and prints a BlasExamination as JSON.
import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, startBackend } from "../backends";
import type { BlasExamination } from "../examine";
import { findBlas } from "./find";

/** A linear map of BERT-base on 256 tokens: [rows, depth] × [depth, columns]. */
const [rows, depth, columns] = [256, 768, 768] as const;

/** The engines take turns, so that other work on the machine slows down both. */
const turns = 4;
const turnMilliseconds = 100;

/** GFLOP/s of the fastest product of one turn, on all threads. */
async function rate(engine: EngineName): Promise<number> {
  await startBackend(engine);
  const [left, right] = [tf.ones([rows, depth]), tf.ones([depth, columns])];
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + turnMilliseconds; performance.now() < end; ) {
    const began = performance.now();
    tf.matMul(left, right).dispose();
    best = Math.min(best, performance.now() - began);
  }
  return (2 * rows * depth * columns) / best / 1e6;
}

async function measure(): Promise<void> {
  const { path, name, version, core } = await findBlas();
  const gigaflops = { wasm: 0, blas: 0 };
  for (let turn = 0; turn < turns; turn++) {
    for (const engine of ["wasm", "blas"] as const)
      gigaflops[engine] = Math.max(gigaflops[engine], await rate(engine));
  }
  const product = [rows, depth, columns] as const;
  const examination: BlasExamination = { path, name, version, core, product, gigaflops };
  process.stdout.write(JSON.stringify(examination));
}

measure();
