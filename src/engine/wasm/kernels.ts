// Our kernels: a second WebAssembly module, which the setup step compiles from the AssemblyScript in ../kernels. It computes in the
// memory of tfjs's module.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { blasParameters } from "../blas/blas-kernels";
import { cutOf } from "../blas/blas-product";
import { moduleOf, type WasmModule, wordBytes } from "./heap";
import { kernelParameters } from "./kernel-parameters.generated";
import { outsideParameters } from "./outside";
import type { KernelRunner } from "./runner";
import type { Work } from "./work";

const parameterNames: typeof kernelParameters & typeof blasParameters & typeof outsideParameters = {
  ...kernelParameters,
  ...blasParameters,
  ...outsideParameters,
};
type Kernel = keyof typeof parameterNames;
type Parameter<Name extends Kernel> = (typeof parameterNames)[Name][number];

/** Parameters that the scheduler sets: the range of units and the thread's scratch. */
const scheduled = ["first", "end", "scratch"] as const;

/** A number, a flag, or a tensor, which is passed as its address; 0 if it is undefined. */
type Argument = number | boolean | tf.TensorInfo | undefined;
type Arguments<Name extends Kernel> = Readonly<
  Record<Exclude<Parameter<Name>, (typeof scheduled)[number]>, Argument>
>;

/** All kernels by name. Kernels over a range of units run on all threads. The others return a number. */
type KernelCalls = {
  readonly [Name in Kernel]: "first" extends Parameter<Name>
    ? (args: Arguments<Name>, work: Work) => void
    : (args: Arguments<Name>) => number;
};

/** A matrix in memory. `row` and `column` are the words from one row, or column, to the next. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** Operations on the rows of a product while they are in the cache. */
export interface Epilogue {
  /** [columns], added to each row. */
  readonly bias?: tf.TensorInfo;
  /** [rows, columns] receives GELU of the result. */
  readonly activated?: tf.TensorInfo;
}

/** The next multiple of 64, the bytes of a cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

export class Kernels {
  readonly run: KernelCalls;
  private scratch: readonly [address: number, bytesEach: number] = [0, 0];
  private scratchStart = 0;

  constructor(
    readonly backend: BackendWasm,
    private readonly runner: KernelRunner,
  ) {
    this.run = this.calls();
    this.reserve(this.run.multiplyScratch({}));
  }

  private calls(): KernelCalls {
    const call = (kernel: string, names: readonly string[]) => {
      const order = names.filter((name) => !(scheduled as readonly string[]).includes(name));
      const numbers = (args: Readonly<Record<string, Argument>>) =>
        order.map((name) => this.numberOf(args[name]));
      if (names[0] !== "first") {
        return (args: Readonly<Record<string, Argument>>) => this.runner.functions[kernel](...numbers(args));
      }
      return (args: Readonly<Record<string, Argument>>, { units, operations }: Work) => {
        if (units > 0) this.runner.run(kernel, units, operations, numbers(args), this.scratch);
      };
    };
    const entries = Object.entries(parameterNames).map(([kernel, names]) => [kernel, call(kernel, names)]);
    return Object.fromEntries(entries);
  }

  private numberOf(argument: Argument): number {
    if (typeof argument === "object") return this.address(argument);
    return Number(argument ?? 0);
  }

  /** The memory with its views. The views are replaced when it grows. */
  get heap(): WasmModule {
    return moduleOf(this.backend);
  }

  /** A new tensor with undefined elements. */
  output(shape: readonly number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  /** Another tensor in the same memory. */
  share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** The address of a tensor. It stays valid when the memory grows; only JavaScript's views do not. */
  address(tensor: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** A matrix that is stored row by row, with `stride` words per row; or its transpose. */
  matrix(start: number | tf.TensorInfo, stride: number, transposed: boolean = false): Matrix {
    const address = this.numberOf(start);
    return transposed ? { address, row: 1, column: stride } : { address, row: stride, column: 1 };
  }

  /** Reserves at least `bytesEach` bytes of scratch for each thread. */
  reserve(bytesEach: number): void {
    if (bytesEach <= this.scratch[1]) return;
    const module = moduleOf(this.backend);
    const each = aligned(bytesEach);
    if (this.scratch[1] > 0) module._free(this.scratchStart);
    this.scratchStart = module._malloc(64 + each * this.runner.threadCount) >>> 0;
    this.scratch = [aligned(this.scratchStart), each];
  }

  /** The id of a buffer outside the memory, for kernels. */
  idOf(buffer: SharedArrayBuffer): number {
    return this.runner.idOf(buffer);
  }

  /** Calls `compute` with the addresses of temporary blocks of memory. @param sizes in words */
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

  /** Calls `compute` with the addresses of temporary copies of lists of 32-bit integers. */
  withLists<T>(lists: readonly ArrayLike<number>[], compute: (...addresses: number[]) => T): T {
    return this.withMemory(
      lists.map((list) => list.length),
      (...addresses) => {
        for (const [i, list] of lists.entries()) this.heap.HEAP32.set(list, addresses[i] >>> 2);
        return compute(...addresses);
      },
    );
  }

  /** Whether the library computes products of this many operations. */
  sendsToBlas(operations: number): boolean {
    return this.runner.sendsToBlas(operations);
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

  /** A batch of products. Steps are the words from one operand to the next. */
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

  /** Sums the rows of each block, times `scale`: [blocks, rows, width] → [blocks, width]. */
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
