import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";

/** The memory of our WebAssembly kernels, as far as it holds tensors of another backend: by that backend's data ids. */
export class KernelMemory {
  /** Where each tensor's copy lies. */
  private readonly copies = new Map<tf.DataId, tf.DataId>();
  /** Bytes of the tensors that lie in the other place too, the longest kept first. */
  private readonly spare = new Map<tf.DataId, number>();
  private spareBytes = 0;

  constructor(private readonly wasm: BackendWasm) {}

  has(id: tf.DataId): boolean {
    return this.copies.has(id);
  }

  /** Copies a tensor's values in. */
  put(id: tf.DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.copies.set(id, this.wasm.write(values, shape, dtype));
    this.markSpare(id, (values as tf.TypedArray).byteLength);
  }

  /** Tells that a tensor of so many bytes lies in the other place too. */
  markSpare(id: tf.DataId, bytes: number): void {
    if (!this.copies.has(id) || this.spare.has(id)) return;
    this.spare.set(id, bytes);
    this.spareBytes += bytes;
  }

  /** Tells that a tensor lies here alone. */
  markOnly(id: tf.DataId): void {
    this.spareBytes -= this.spare.get(id) ?? 0;
    this.spare.delete(id);
  }

  /** Drops what lies in the other place too until it is at most so many bytes. */
  trim(bytes: number): void {
    for (const id of this.spare.keys()) {
      if (this.spareBytes <= bytes) return;
      this.drop(id);
    }
  }

  /** Takes over what a kernel has made. */
  adopt(id: tf.DataId, made: tf.TensorInfo): void {
    this.copies.set(id, made.dataId);
  }

  /** Has one copy for both. */
  share(id: tf.DataId, other: tf.DataId): void {
    const copy = this.copies.get(id) as tf.DataId;
    this.wasm.incRef(copy);
    this.copies.set(other, copy);
  }

  /** How many tensors lie at one place with this one, itself included. */
  sharers(id: tf.DataId): number {
    const copy = this.copies.get(id);
    return copy === undefined ? 0 : this.wasm.refCount(copy);
  }

  /** The tensor as a kernel sees it. */
  view({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    return { dataId: this.copies.get(dataId) as tf.DataId, shape, dtype };
  }

  /** The values, copied out. */
  read(id: tf.DataId): tf.BackendValues {
    return this.wasm.readSync(this.copies.get(id) as tf.DataId);
  }

  /**
   * The values for TensorFlow, which takes over memory that begins at a multiple of 64 bytes, and copies any other.
   * To be handed over at once.
   */
  handOut(id: tf.DataId): tf.BackendValues {
    const copy = this.copies.get(id) as tf.DataId;
    const { shape, dtype, memoryOffset } = this.wasm.dataIdMap.get(copy);
    if (memoryOffset % 64 === 0) return this.wasm.readSync(copy);
    return this.wasm.typedArrayFromHeap({ dataId: copy, shape, dtype });
  }

  drop(id: tf.DataId): void {
    const copy = this.copies.get(id);
    if (copy === undefined) return;
    this.markOnly(id);
    this.wasm.disposeData(copy);
    this.copies.delete(id);
  }
}
