// TensorFlow's tensors and our kernels' memory are two places; a tensor lies in either or in both, and is copied to the
// other when it is asked for there.
import * as tf from "@tensorflow/tfjs-core";
import type { KernelMemory } from "./kernel-memory";

/** tfjs-node's own record of a tensor. */
interface TensorRecord {
  readonly shape: number[];
  /** As libtensorflow numbers it. */
  readonly dtype: number;
  /** The binding's number of the tensor; -1 while TensorFlow has none. */
  id: number;
  /** Handed to TensorFlow, and set to null, when an operation needs them. */
  values: tf.BackendValues | null;
  refCount: number;
}

/** An attribute of an operation, of one of the binding's types. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the binding tells of a tensor. */
export interface Made {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** What we use of the package's C++ side. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  isUsingGpuDevice(): boolean;
  createTensor(shape: readonly number[], dtype: number, values: tf.TypedArray): number;
  deleteTensor(id: number): void;
  /** Runs any operation that TensorFlow has. */
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): Made[];
}

/** What we use of tfjs-node's backend. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: Binding;
  readonly tensorMap: {
    get(id: tf.DataId): TensorRecord;
    has(id: tf.DataId): boolean;
    set(id: tf.DataId, record: TensorRecord): void;
    delete(id: tf.DataId): boolean;
  };
  getDTypeInteger(dtype: tf.DataType): number;
  /** The binding's numbers of tensors, which are handed to TensorFlow where it does not have them. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(made: Made): tf.Tensor;
  executeSingleOutput(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  readSync(id: tf.DataId): tf.BackendValues;
  disposeData(id: tf.DataId, force?: boolean): boolean;
  refCount(id: tf.DataId): number;
}

export type NodeBackendClass = new (binding: Binding, packageName: string) => NodeBackend;

/** A record whose values come from the kernels' memory when TensorFlow first needs them. */
class AbsentRecord implements TensorRecord {
  id = -1;
  private fetched: tf.BackendValues | null | undefined;

  /** @param onHanded told when TensorFlow has the values */
  constructor(
    readonly shape: number[],
    readonly dtype: number,
    public refCount: number,
    private readonly fetch: () => tf.BackendValues,
    private readonly onHanded: () => void,
  ) {}

  /** Read twice by the backend that hands them over. */
  get values(): tf.BackendValues | null {
    if (this.fetched === undefined) this.fetched = this.fetch();
    return this.fetched;
  }

  set values(_: null) {
    this.fetched = null;
    this.onHanded();
  }
}

/** Bytes of tensors that may lie in both places: a quarter of what WebAssembly can address. */
const mostInBoth = 2 ** 30;

/** tfjs-node's backend with our kernels' memory as a second place of its tensors. */
export interface SharedBackend extends NodeBackend {
  /** Keeps tensors that lie in both places from filling the smaller one. */
  makeRoom(): void;
  /** The tensor in the kernels' memory. */
  lend(tensor: tf.TensorInfo): tf.TensorInfo;
  /** A kernel's output as a tensor of this backend. */
  adopt(made: tf.TensorInfo): tf.TensorInfo;
  /** To be told of each tensor that a kernel has changed in place. */
  changed(tensor: tf.TensorInfo): void;
  /** Keeps a tensor in TensorFlow alone. */
  takeBack(tensor: tf.TensorInfo): void;
  /** The tensor in another shape, one side of which may be -1, where it lies in the kernels' memory alone. */
  reshape(tensor: tf.TensorInfo, wanted: number[]): tf.TensorInfo | undefined;
}

export function makeSharedBackend(
  Base: NodeBackendClass,
  binding: Binding,
  packageName: string,
  memory: KernelMemory,
): SharedBackend {
  class Shared extends Base implements SharedBackend {
    makeRoom(): void {
      memory.trim(mostInBoth);
    }

    lend(tensor: tf.TensorInfo): tf.TensorInfo {
      const { dataId, shape, dtype } = tensor;
      if (!memory.has(dataId)) memory.put(dataId, this.readSync(dataId), shape, dtype);
      return memory.view(tensor);
    }

    adopt(made: tf.TensorInfo): tf.TensorInfo {
      const { shape, dtype } = made;
      const dataId = {};
      memory.adopt(dataId, made);
      this.absent(dataId, shape, this.getDTypeInteger(dtype), 1);
      return { dataId, shape, dtype };
    }

    changed({ dataId }: tf.TensorInfo): void {
      const { id, shape, dtype, refCount } = this.tensorMap.get(dataId);
      if (id >= 0) this.binding.deleteTensor(id);
      this.absent(dataId, shape, dtype, refCount);
    }

    takeBack({ dataId }: tf.TensorInfo): void {
      const record = this.tensorMap.get(dataId);
      if (record instanceof AbsentRecord && record.id < 0) {
        const { shape, dtype, refCount } = record;
        this.replace(dataId, { shape, dtype, refCount, id: -1, values: memory.read(dataId) });
      }
      memory.drop(dataId);
    }

    reshape({ dataId, dtype, shape: before }: tf.TensorInfo, wanted: number[]): tf.TensorInfo | undefined {
      const record = this.tensorMap.get(dataId);
      if (!(record instanceof AbsentRecord) || record.id >= 0) return undefined;
      const shape = tf.util.inferFromImplicitShape(wanted, tf.util.sizeFromShape(before));
      const result = { dataId: {}, shape, dtype };
      memory.share(dataId, result.dataId);
      this.absent(result.dataId, shape, record.dtype, 1);
      return result;
    }

    override readSync(id: tf.DataId): tf.BackendValues {
      const record = this.tensorMap.get(id);
      return record instanceof AbsentRecord && record.id < 0 ? memory.read(id) : super.readSync(id);
    }

    /** Also counts those that share its place in the kernels' memory, where it may be changed. */
    override refCount(id: tf.DataId): number {
      return Math.max(super.refCount(id), memory.sharers(id));
    }

    override disposeData(id: tf.DataId, force?: boolean): boolean {
      const disposed = super.disposeData(id, force);
      if (disposed) memory.drop(id);
      return disposed;
    }

    /** tfjs counts each setting as one tensor more. */
    private replace(dataId: tf.DataId, record: TensorRecord): void {
      if (this.tensorMap.has(dataId)) this.tensorMap.delete(dataId);
      this.tensorMap.set(dataId, record);
    }

    private absent(dataId: tf.DataId, shape: number[], dtype: number, refCount: number): void {
      const bytes = tf.util.sizeFromShape(shape) * Float32Array.BYTES_PER_ELEMENT;
      memory.markOnly(dataId);
      this.replace(
        dataId,
        new AbsentRecord(
          shape,
          dtype,
          refCount,
          () => memory.handOut(dataId),
          () => memory.markSpare(dataId, bytes),
        ),
      );
    }
  }
  return new Shared(binding, packageName);
}
