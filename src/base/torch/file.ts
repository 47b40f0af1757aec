import { InputError } from "../errors";
import { bytesOf, floatTypes, toFloat32 } from "../number-types";
import type { StoredTensor } from "../safetensors";
import type { TensorType } from "../safetensors-header";
import { RandomAccess, type TensorFile } from "../tensor-files";
import { type ArchiveEntry, readArchive } from "./archive";
import { Pickle, type PickleValue, TorchTensor } from "./pickle";

/** Number types of PyTorch's storages, by the names of the safetensors format. */
const storageTypes: Readonly<Record<string, string>> = {
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  DoubleStorage: "F64",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** Bytes to search for the end of the description of the tensors; no description is longer. The old format has no index. */
const longestPickle = 2 ** 26;

/**
 * A `pytorch_model.bin`: a dictionary of tensors saved by PyTorch, in the current format (a zip archive) or the one before version
 * 1.6. No code in the file is executed.
 */
export class TorchFile implements TensorFile {
  readonly path: string;
  private readonly file: RandomAccess;
  private readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** The location of each storage in the file, by its key. The constructor validates that all tensors fit in. */
  private readonly storages: ReadonlyMap<string, ArchiveEntry>;

  /** @throws InputError when the file is missing, truncated, or holds anything but tensors */
  constructor(path: string) {
    this.path = path;
    this.file = new RandomAccess(path);
    try {
      const isArchive = this.file.size >= 4 && this.file.read(0, 4).readUInt32LE() === 0x04034b50;
      const { value, storages } = isArchive ? this.openArchive() : this.openOld();
      this.tensors = tensorsOf(value, path);
      this.storages = storages;
      for (const [name, tensor] of this.tensors) this.check(name, tensor);
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  get entries(): ReadonlyMap<string, TensorType> {
    return new Map(
      [...this.tensors].map(([name, { storage, shape }]) => [
        name,
        { dtype: storageTypes[storage.type], shape },
      ]),
    );
  }

  read(name: string): StoredTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new InputError(`${this.path}: has no tensor "${name}"`);
    const { storage, offset, shape, strides } = tensor;
    const type = storageTypes[storage.type];
    if (!floatTypes.includes(type)) {
      throw new InputError(
        `${this.path}: tensor "${name}" is of type ${type}: expected one of ${floatTypes.join(", ")}`,
      );
    }
    const width = bytesOf(type)!;
    const { start } = this.storages.get(storage.key)!;
    const reach = reachOf(shape, strides);
    const values = toFloat32(this.file.read(start + offset * width, reach * width), type);
    return { shape, values: inOrder(values, shape, strides) };
  }

  close(): void {
    this.file.close();
  }

  private openArchive(): { value: PickleValue; storages: Map<string, ArchiveEntry> } {
    const entries = readArchive(this.file);
    const [name] = [...entries.keys()].filter((entry) => entry.endsWith("/data.pkl"));
    const entry = name === undefined ? undefined : entries.get(name);
    if (!entry) throw new InputError(`${this.path}: is an archive, but PyTorch did not save it`);
    const folder = `${name.slice(0, -"data.pkl".length)}data/`;
    const storages = [...entries]
      .filter(([file]) => file.startsWith(folder))
      .map(([file, place]): [string, ArchiveEntry] => [file.slice(folder.length), place]);
    const value = new Pickle(this.file.read(entry.start, entry.size), this.path).read();
    return { value, storages: new Map(storages) };
  }

  /** Five pickles (magic number, version, machine, tensors, storage keys), then the length and the numbers of each storage. */
  private openOld(): { value: PickleValue; storages: Map<string, ArchiveEntry> } {
    const bytes = this.file.read(0, Math.min(this.file.size, longestPickle));
    const values: PickleValue[] = [];
    let end = 0;
    for (let count = 0; count < 5; count++) {
      const pickle = new Pickle(bytes, this.path, end);
      values.push(pickle.read());
      end = pickle.end;
    }
    const [, , , value, keys] = values;
    const areNames = Array.isArray(keys) && keys.every((key) => typeof key === "string");
    if (!areNames) throw new InputError(`${this.path}: not a PyTorch file`);
    const lengths = new Map<string, number>();
    for (const { storage } of tensorsOf(value, this.path).values()) {
      lengths.set(storage.key, storage.length * (bytesOf(storageTypes[storage.type] ?? "") ?? 0));
    }
    const storages = new Map<string, ArchiveEntry>();
    for (const key of keys) {
      const size = lengths.get(key) ?? 0;
      storages.set(key, { start: end + 8, size });
      end += 8 + size;
    }
    if (end > this.file.size)
      throw new InputError(`${this.path}: cut short: ends before the end of its tensors`);
    return { value, storages };
  }

  private check(name: string, { storage, offset, shape, strides }: TorchTensor): void {
    const width = bytesOf(storageTypes[storage.type] ?? "");
    const place = this.storages.get(storage.key);
    const count = shape.reduce((product, side) => product * side, 1);
    // A model's tensor is never larger than the storage that it views.
    const fits = count <= storage.length && offset + reachOf(shape, strides) <= storage.length;
    if (width === undefined || !place || !fits || storage.length * width > place.size) {
      throw new InputError(`${this.path}: tensor "${name}" of shape [${shape}] does not fit its data`);
    }
  }
}

/** The tensors of the dictionary, or of its entry "state_dict". */
function tensorsOf(value: PickleValue, path: string): Map<string, TorchTensor> {
  const inner = value instanceof Map ? (value.get("state_dict") ?? value) : value;
  const tensors = new Map<string, TorchTensor>();
  if (inner instanceof Map) {
    for (const [name, tensor] of inner) {
      if (typeof name === "string" && tensor instanceof TorchTensor) tensors.set(name, tensor);
    }
  }
  if (!tensors.size) throw new InputError(`${path}: holds no dictionary of tensors`);
  return tensors;
}

/** The number of elements from a tensor's first to its last, in storage order. */
function reachOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return 1 + shape.reduce((last, side, axis) => last + (side - 1) * strides[axis], 0);
}

/** The numbers of a view in row-major order. Checkpoints converted from TensorFlow contain transposed views. */
function inOrder(values: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  const result = new Float32Array(size);
  const place = new Array<number>(shape.length).fill(0);
  for (let index = 0, from = 0; index < size; index++) {
    result[index] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      place[axis] = 0;
    }
  }
  return result;
}
