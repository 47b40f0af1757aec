// Our own kernels: a second WebAssembly module, compiled by the set-up step from the AssemblyScript in ../kernels, that
// computes in the memory of tfjs's module, by several threads.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import type { BlasLibrary } from "../blas/library";
import { cutOf, leastBlasOperations } from "../blas/product";
import { moduleOf } from "./heap";
import { instantiate, type KernelsInstance, type KernelsModule } from "./kernels-module";
import { Threads, threadCount } from "./threads";

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

/** Node 20 knows relaxed SIMD, which fuses multiplication and addition, behind a flag that later versions need not have. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  if (!WebAssembly.validate(bytes)) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return new WebAssembly.Module(bytes);
}

/** The next multiple of 64, the bytes of a cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

export class OwnKernels {
  private threads: Threads;
  private blas: BlasLibrary | undefined;
  private scratch: readonly [address: number, bytesEach: number] = [0, 0];
  private scratchStart = 0;

  private constructor(
    readonly backend: BackendWasm,
    private readonly module: KernelsModule,
    private readonly instance: KernelsInstance,
  ) {
    this.threads = new Threads(threadCount(), module, instance);
    this.reserve(instance.run.multiplyScratch());
  }

  /** @throws Error when the module is missing or does not load. */
  static load(backend: BackendWasm): OwnKernels {
    const { wasmMemory: memory } = moduleOf(backend);
    const code = compile(new Uint8Array(readFileSync(join(__dirname, "../kernels.wasm"))));
    const module = { code, memory };
    return new OwnKernels(backend, module, instantiate(module));
  }

  /**
   * Sends large products to a library from now on; without one, to our own kernels.
   *
   * @throws EngineFailure when the library does not load
   */
  multiplyBy(blas: BlasLibrary | undefined): void {
    if (blas?.path === this.blas?.path) return;
    const module = { ...this.module, blas };
    const instance = instantiate(module);
    const { count } = this.threads; // each has its scratch
    this.threads.close();
    this.threads = new Threads(count, module, instance);
    this.blas = blas;
  }

  get threadCount(): number {
    return this.threads.count;
  }

  /** Calls a kernel that is not cut into parts. */
  call(kernel: string, ...parameters: number[]): number {
    return this.instance.run[kernel](...parameters);
  }

  /**
   * Runs a kernel whose first two parameters are a range of its units, and whose last is the address of scratch, on all
   * threads; the others are given.
   * @param operations about how many there are in all
   */
  run(kernel: string, units: number, operations: number, ...parameters: number[]): void {
    if (units > 0) this.threads.run(kernel, units, operations, parameters, this.scratch);
  }

  /** Sees to it that each thread has so many bytes of scratch. */
  reserve(bytesEach: number): void {
    if (bytesEach <= this.scratch[1]) return;
    const module = moduleOf(this.backend);
    const each = aligned(bytesEach);
    if (this.scratch[1] > 0) module._free(this.scratchStart);
    this.scratchStart = module._malloc(64 + each * this.threads.count) >>> 0;
    this.scratch = [aligned(this.scratchStart), each];
  }

  /** Where a tensor starts in memory. The memory grows but never moves: only JavaScript's views of it do. */
  address(tensor: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** Calls `compute` with as many bytes of memory of its own as each of `sizes` says. */
  withMemory<T>(sizes: readonly number[], compute: (...addresses: number[]) => T): T {
    const module = moduleOf(this.backend);
    const start = module._malloc(64 + sizes.reduce((sum, size) => sum + aligned(size), 0)) >>> 0;
    try {
      let next = aligned(start);
      return compute(
        ...sizes.map((size) => {
          const address = next;
          next += aligned(size);
          return address;
        }),
      );
    } finally {
      module._free(start);
    }
  }

  /** out (+)= left · right (+ bias): [rows, depth] · [depth, columns]. @param bias address of [columns], 0 for none */
  multiply(
    [rows, depth, columns]: readonly [number, number, number],
    left: Matrix,
    right: Matrix,
    out: number,
    { accumulate = false, bias = 0 }: { readonly accumulate?: boolean; readonly bias?: number } = {},
  ): void {
    const operations = 2 * rows * depth * columns;
    if (this.blas && operations >= leastBlasOperations) {
      const { byColumns, block, blocks } = cutOf(rows, columns, depth);
      const operands = [left.address, left.row, left.column, right.address, right.row, right.column];
      const result = [out, columns, accumulate ? 1 : 0, bias];
      const parameters = [byColumns ? 1 : 0, block, rows, columns, depth, ...operands, ...result];
      this.run("blasMultiply", blocks, operations, ...parameters);
      return;
    }
    const byColumns = columns >= rows;
    this.run(
      "multiply",
      byColumns ? Math.ceil(columns / 8) : Math.ceil(rows / 4),
      operations,
      byColumns ? 1 : 0,
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
      columns,
      accumulate ? 1 : 0,
      bias,
    );
  }

  /** A batch of products, from one of which to the next lead `leftStep` and `rightStep` words. */
  multiplyEach(
    count: number,
    [rows, depth, columns]: readonly [number, number, number],
    left: Matrix,
    leftStep: number,
    right: Matrix,
    rightStep: number,
    out: number,
  ): void {
    const large = this.blas !== undefined && 2 * rows * depth * columns >= leastBlasOperations;
    this.run(
      large ? "blasMultiplyEach" : "multiplyEach",
      count,
      2 * count * rows * depth * columns,
      rows,
      columns,
      depth,
      left.address,
      leftStep,
      left.row,
      left.column,
      right.address,
      rightStep,
      right.row,
      right.column,
      out,
    );
  }
}
