// Our own kernels: a second WebAssembly module, compiled by the set-up step from the AssemblyScript in ../kernels. It computes
// in the memory of tfjs's module, on several threads.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { blasParameters } from "../blas/blas-kernels";
import { cutOf, leastBlasOperations } from "../blas/blas-product";
import type { BlasLibrary } from "../blas/library";
import { moduleOf, type WasmModule, wordBytes } from "./heap";
import { kernelParameters } from "./kernel-parameters.generated";
import { instantiate, type KernelsInstance, type KernelsModule } from "./kernels-module";
import { OutsideBuffers, outsideParameters } from "./outside";
import { Threads, threadCount } from "./threads";

const parameterNames: typeof kernelParameters & typeof blasParameters & typeof outsideParameters = {
  ...kernelParameters,
  ...blasParameters,
  ...outsideParameters,
};
type Kernel = keyof typeof parameterNames;
type Parameter<Name extends Kernel> = (typeof parameterNames)[Name][number];

/** Parameters that the scheduler sets: a range of units, and the thread's scratch. */
const scheduled = ["first", "end", "scratch"] as const;

/** A number, a flag, or a tensor, of which a kernel gets the address. An absent tensor has the address 0. */
type Argument = number | boolean | tf.TensorInfo | undefined;
type Arguments<Name extends Kernel> = Readonly<
  Record<Exclude<Parameter<Name>, (typeof scheduled)[number]>, Argument>
>;

/** A job for all threads. */
export interface Work {
  /** Into how many units it can be cut. */
  readonly units: number;
  /** About how many operations there are in all; decides how many threads it is worth. */
  readonly operations: number;
}

/** Each kernel by its name. A kernel that works on a range of units is run by all threads; the others return a number. */
export type KernelCalls = {
  readonly [Name in Kernel]: "first" extends Parameter<Name>
    ? (given: Arguments<Name>, work: Work) => void
    : (given: Arguments<Name>) => number;
};

/** A matrix in memory, with the distance in words from one row, and from one column, to the next. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** What follows a product on the rows that are still in the cache. */
export interface Epilogue {
  /** [columns], added to each row. */
  readonly bias?: tf.TensorInfo;
  /** [rows, columns] becomes GELU of the result. */
  readonly activated?: tf.TensorInfo;
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

export class Kernels {
  /** Runs a kernel on named arguments. */
  readonly run: KernelCalls;
  private threads: Threads;
  private instance: KernelsInstance;
  private buffers: OutsideBuffers;
  private blas: BlasLibrary | undefined;
  private scratch: readonly [address: number, bytesEach: number] = [0, 0];
  private scratchStart = 0;

  private constructor(
    readonly backend: BackendWasm,
    private readonly module: KernelsModule,
  ) {
    [this.instance, this.threads, this.buffers] = started(module, threadCount());
    this.run = this.calls();
    this.reserve(this.run.multiplyScratch({}));
  }

  /** @throws Error when the module is missing or does not load. */
  static load(backend: BackendWasm): Kernels {
    const { wasmMemory: memory } = moduleOf(backend);
    const code = compile(new Uint8Array(readFileSync(join(__dirname, "../kernels.wasm"))));
    return new Kernels(backend, { code, memory });
  }

  private calls(): KernelCalls {
    const call = (kernel: string, names: readonly string[]) => {
      const order = names.filter((name) => !(scheduled as readonly string[]).includes(name));
      const numbers = (given: Readonly<Record<string, Argument>>) =>
        order.map((name) => this.numberOf(given[name]));
      if (names[0] !== "first") {
        return (given: Readonly<Record<string, Argument>>) => this.instance.run[kernel](...numbers(given));
      }
      return (given: Readonly<Record<string, Argument>>, { units, operations }: Work) => {
        if (units > 0) this.threads.run(kernel, units, operations, numbers(given), this.scratch);
      };
    };
    const entries = Object.entries(parameterNames).map(([kernel, names]) => [kernel, call(kernel, names)]);
    return Object.fromEntries(entries);
  }

  private numberOf(argument: Argument): number {
    if (typeof argument === "object") return this.address(argument);
    return Number(argument ?? 0);
  }

  /**
   * Sends large products to a library from now on; without one, to our own kernels.
   *
   * @throws EngineFailure when the library does not load
   */
  multiplyBy(blas: BlasLibrary | undefined): void {
    if (blas?.path === this.blas?.path) return;
    const before = this.threads;
    // As many as before: each has its scratch.
    [this.instance, this.threads, this.buffers] = started({ ...this.module, blas }, before.count);
    before.close();
    this.blas = blas;
  }

  get threadCount(): number {
    return this.threads.count;
  }

  /** The memory and its views, which are replaced when it grows. */
  get heap(): WasmModule {
    return moduleOf(this.backend);
  }

  /** A new tensor, whose elements are not set. */
  output(shape: readonly number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  /** The same tensor again, in the same memory. */
  share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Where a tensor starts in memory. The memory grows but never moves: only JavaScript's views of it do. */
  address(tensor: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** Reads a matrix stored row after row, `stride` words each; transposed if wanted. */
  matrix(start: number | tf.TensorInfo, stride: number, transposed: boolean = false): Matrix {
    const address = this.numberOf(start);
    return transposed ? { address, row: 1, column: stride } : { address, row: stride, column: 1 };
  }

  /** Gives each thread at least so many bytes of scratch. */
  reserve(bytesEach: number): void {
    if (bytesEach <= this.scratch[1]) return;
    const module = moduleOf(this.backend);
    const each = aligned(bytesEach);
    if (this.scratch[1] > 0) module._free(this.scratchStart);
    this.scratchStart = module._malloc(64 + each * this.threads.count) >>> 0;
    this.scratch = [aligned(this.scratchStart), each];
  }

  /** The number by which kernels know a buffer outside the memory. */
  idOf(buffer: SharedArrayBuffer): number {
    return this.buffers.idOf(buffer);
  }

  /** Calls `compute` with the addresses of blocks of memory of so many words each, which are free afterwards. */
  withMemory<T>(sizes: readonly number[], compute: (...addresses: number[]) => T): T {
    const module = moduleOf(this.backend);
    const bytes = sizes.map((size) => aligned(size * wordBytes));
    const start = module._malloc(64 + bytes.reduce((sum, size) => sum + size, 0)) >>> 0;
    try {
      let next = aligned(start);
      return compute(
        ...bytes.map((size) => {
          const address = next;
          next += size;
          return address;
        }),
      );
    } finally {
      module._free(start);
    }
  }

  /** Calls `compute` with the addresses of copies of lists of 32-bit integers, which are free afterwards. */
  withLists<T>(lists: readonly ArrayLike<number>[], compute: (...addresses: number[]) => T): T {
    return this.withMemory(
      lists.map((list) => list.length),
      (...addresses) => {
        for (const [i, list] of lists.entries()) this.heap.HEAP32.set(list, addresses[i] >>> 2);
        return compute(...addresses);
      },
    );
  }

  /** Whether a library computes products of so many operations. */
  sendsToBlas(operations: number): boolean {
    return this.blas !== undefined && operations >= leastBlasOperations;
  }

  /** out (+)= left · right (+ bias): [rows, depth] · [depth, columns]. */
  multiply(
    [rows, depth, columns]: readonly [number, number, number],
    left: Matrix,
    right: Matrix,
    out: number | tf.TensorInfo,
    { accumulate = false, bias, activated }: Epilogue & { readonly accumulate?: boolean } = {},
  ): void {
    const operations = 2 * rows * depth * columns;
    const parameters = {
      rows,
      columns,
      depth,
      ...operandsOf(left, right),
      out,
      outStride: columns,
      accumulate,
      bias,
      activated,
    };
    if (this.sendsToBlas(operations)) {
      const { byColumns, block, blocks } = cutOf(rows, columns, depth);
      this.run.blasMultiply({ byColumns, block, ...parameters }, { units: blocks, operations });
      return;
    }
    const byColumns = columns >= rows;
    const units = byColumns ? Math.ceil(columns / 8) : Math.ceil(rows / 4);
    this.run.multiply({ byColumns, ...parameters }, { units, operations });
  }

  /** A batch of products, from one of which to the next lead `leftStep` and `rightStep` words. */
  multiplyEach(
    count: number,
    [rows, depth, columns]: readonly [number, number, number],
    left: Matrix,
    leftStep: number,
    right: Matrix,
    rightStep: number,
    out: tf.TensorInfo,
  ): void {
    const multiply = this.sendsToBlas(2 * rows * depth * columns)
      ? this.run.blasMultiplyEach
      : this.run.multiplyEach;
    multiply(
      { rows, columns, depth, ...operandsOf(left, right), leftStep, rightStep, out },
      { units: count, operations: 2 * count * rows * depth * columns },
    );
  }

  /** out[b, j] = scale · Σ over the rows of block b of column j: [blocks, rows, width] → [blocks, width] */
  sumRows(
    source: number | tf.TensorInfo,
    [blocks, rows, width]: readonly [number, number, number],
    out: tf.TensorInfo,
    scale: number = 1,
  ): void {
    const work = { units: blocks * Math.ceil(width / 8), operations: blocks * rows * width };
    this.run.sumRows({ source, rows, width, scale, out }, work);
  }
}

function started(module: KernelsModule, count: number): [KernelsInstance, Threads, OutsideBuffers] {
  const buffers = new OutsideBuffers((message) => threads.tell(message));
  const instance = instantiate(module, buffers.lookup);
  const threads = new Threads(count, module, instance);
  return [instance, threads, buffers];
}

function operandsOf(left: Matrix, right: Matrix) {
  return {
    left: left.address,
    leftRow: left.row,
    leftColumn: left.column,
    right: right.address,
    rightRow: right.row,
    rightColumn: right.column,
  };
}

/** tfjs's backend, with our kernels. */
export interface BackendWithKernels extends BackendWasm {
  readonly kernels: Kernels;
}
