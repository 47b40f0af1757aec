// TensorFlow's tensors and our kernels' memory are two places; a tensor lies in either or in both, and is copied to the
// other when it is asked for there.
import type * as tf from "@tensorflow/tfjs-core";
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

export interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
  deleteTensor(id: number): void;
}

/** What we use of tfjs-node's backend. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: Binding;
  readonly tensorMap: {
    get(id: tf.DataId): TensorRecord;
    has(id: tf.DataId): boolean;
    set(id: tf.DataId, record: TensorRecord): void;
  };
  getDTypeInteger(dtype: tf.DataType): number;
  readSync(id: tf.DataId): tf.BackendValues;
  disposeData(id: tf.DataId, force?: boolean): boolean;
}

export type NodeBackendClass = new (binding: Binding, packageName: string) => NodeBackend;

/** A record whose values come from the kernels' memory when TensorFlow first needs them. */
class AbsentRecord implements TensorRecord {
  id = -1;
  private fetched = false;

  constructor(
    readonly shape: number[],
    readonly dtype: number,
    public refCount: number,
    private readonly fetch: () => tf.BackendValues,
  ) {}

  get values(): tf.BackendValues | null {
    return this.fetched ? null : this.fetch();
  }

  set values(_: null) {
    this.fetched = true;
  }
}

/** tfjs-node's backend with our kernels' memory as a second place of its tensors. */
export interface SharedBackend extends NodeBackend {
  /** The tensor in the kernels' memory. */
  lend(tensor: tf.TensorInfo): tf.TensorInfo;
  /** A kernel's output as a tensor of this backend. */
  adopt(made: tf.TensorInfo): tf.TensorInfo;
  /** To be told of each tensor that a kernel has changed in place. */
  changed(tensor: tf.TensorInfo): void;
  /** Keeps a tensor in TensorFlow alone. */
  takeBack(tensor: tf.TensorInfo): void;
}

export function makeSharedBackend(
  Base: NodeBackendClass,
  binding: Binding,
  packageName: string,
  memory: KernelMemory,
): SharedBackend {
  class Shared extends Base implements SharedBackend {
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
        this.tensorMap.set(dataId, { shape, dtype, refCount, id: -1, values: memory.read(dataId) });
      }
      memory.drop(dataId);
    }

    override disposeData(id: tf.DataId, force?: boolean): boolean {
      const disposed = super.disposeData(id, force);
      if (disposed) memory.drop(id);
      return disposed;
    }

    private absent(dataId: tf.DataId, shape: number[], dtype: number, refCount: number): void {
      this.tensorMap.set(dataId, new AbsentRecord(shape, dtype, refCount, () => memory.read(dataId)));
    }
  }
  return new Shared(binding, packageName);
}
