// Our own kernels: a second WebAssembly module, compiled by the set-up step from the AssemblyScript in ../kernels, that
// computes in the memory of tfjs's module.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { moduleOf } from "./heap";

/** What ../kernels/index.ts exports. Addresses and counts are plain numbers. */
interface Exports {
  multiplyScratch(): number;
  multiply(
    rows: number,
    columns: number,
    depth: number,
    left: number,
    leftRow: number,
    leftColumn: number,
    right: number,
    rightRow: number,
    rightColumn: number,
    out: number,
    outStride: number,
    accumulate: number,
    scratch: number,
  ): void;
  gruScratch(sentences: number, hidden: number): number;
  gruForward(
    projected: number,
    weight: number,
    biasInput: number,
    biasHidden: number,
    counts: number,
    steps: number,
    hidden: number,
    saved: number,
    scratch: number,
  ): void;
  gruBackward(
    dStates: number,
    saved: number,
    weight: number,
    counts: number,
    steps: number,
    rows: number,
    hidden: number,
    dProjected: number,
    dProduct: number,
    scratch: number,
  ): void;
  gatherRows(
    source: number,
    sourceStride: number,
    index: number,
    count: number,
    width: number,
    target: number,
    targetStride: number,
  ): void;
  scatterRows(
    source: number,
    sourceStride: number,
    index: number,
    count: number,
    width: number,
    target: number,
    targetStride: number,
    accumulate: number,
  ): void;
  sumOfSquares(source: number, count: number): number;
  adamW(
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    count: number,
    scale: number,
    beta1: number,
    beta2: number,
    stepSize: number,
    correction: number,
    epsilon: number,
    decay: number,
  ): void;
  exponential(x: number, count: number, out: number): void;
  hyperbolicTangent(x: number, count: number, out: number): void;
  gelu(x: number, count: number, out: number): void;
  geluGradient(x: number, dy: number, count: number, dx: number): void;
  layerNorm(
    x: number,
    weight: number,
    bias: number,
    rows: number,
    size: number,
    epsilon: number,
    out: number,
    statistics: number,
  ): void;
  layerNormGradient(
    x: number,
    weight: number,
    statistics: number,
    dy: number,
    rows: number,
    size: number,
    dx: number,
    dWeight: number,
    dBias: number,
  ): void;
  softmaxGradient(value: number, dy: number, rows: number, size: number, dx: number): void;
  fillRows(row: number, rows: number, width: number, out: number): void;
  sumRows(source: number, blocks: number, rows: number, width: number, scale: number, out: number): void;
  sumColumns(source: number, rows: number, width: number, scale: number, out: number): void;
}

/** A matrix in memory, with the distance in words from one row, and from one column, to the next. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** Reads a matrix stored row after row, `stride` words each; transposed if wanted. */
export function matrix(address: number, stride: number, transposed: boolean = false): Matrix {
  return transposed ? { address, row: 1, column: stride } : { address, row: stride, column: 1 };
}

export class OwnKernels {
  private readonly productScratch: number;

  private constructor(
    readonly backend: BackendWasm,
    readonly run: Exports,
  ) {
    this.productScratch = moduleOf(backend)._malloc(run.multiplyScratch());
  }

  /** @throws Error when the module is missing or does not load. */
  static load(backend: BackendWasm): OwnKernels {
    const { memory } = moduleOf(backend).asm;
    const code = new WebAssembly.Module(readFileSync(join(__dirname, "../kernels.wasm")));
    const { exports } = new WebAssembly.Instance(code, { env: { memory } });
    return new OwnKernels(backend, exports as unknown as Exports);
  }

  /** Where a tensor starts in memory. The memory grows but never moves: only JavaScript's views of it do. */
  address(tensor: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** Calls `compute` with as many bytes of memory of its own as each of `sizes` says. */
  withScratch<T>(sizes: readonly number[], compute: (...addresses: number[]) => T): T {
    const aligned = sizes.map((size) => (size + 63) & ~63);
    const module = moduleOf(this.backend);
    const start = module._malloc(64 + aligned.reduce((sum, size) => sum + size, 0));
    try {
      let next = (start + 63) & ~63;
      return compute(
        ...aligned.map((size) => {
          next += size;
          return next - size;
        }),
      );
    } finally {
      module._free(start);
    }
  }

  /** out (+)= left · right: [rows, depth] · [depth, columns], `outStride` words from one row of `out` to the next. */
  multiply(
    [rows, depth, columns]: readonly [number, number, number],
    left: Matrix,
    right: Matrix,
    out: number,
    outStride: number = columns,
    accumulate: boolean = false,
  ): void {
    this.run.multiply(
      rows,
      columns,
      depth,
      left.address,
      left.row,
      left.column,
      right.address,
      right.row,
      right.column,
      out,
      outStride,
      accumulate ? 1 : 0,
      this.productScratch,
    );
  }
}
