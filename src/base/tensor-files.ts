import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "./errors";
import { reason } from "./files";
import { floatTypes, toFloat32 } from "./number-types";
import type { StoredTensor } from "./safetensors";
import {
  dataStart,
  parseHeader,
  requireType,
  type SafetensorsHeader,
  type TensorType,
} from "./safetensors-header";

/** A file of named tensors. Tensors are read one at a time, so that loading a model does not need memory for a second copy. */
export interface TensorFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, TensorType>;
  /** @throws InputError when the tensor does not hold floating-point numbers, or the file has changed */
  read(name: string): StoredTensor;
  close(): void;
}

/** A file open for reading at any offset. */
export class RandomAccess {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  private readonly file: number;

  /** @throws InputError when the file is missing or unreadable */
  constructor(path: string) {
    this.path = path;
    try {
      this.file = openSync(path, "r");
      this.size = fstatSync(this.file).size;
    } catch (error) {
      throw new InputError(`${path}: cannot be read (${reason(error)})`, { cause: error });
    }
  }

  /** @throws InputError when the range lies outside the file, or the file cannot be read */
  read(from: number, length: number): Buffer {
    if (from < 0 || length < 0 || from + length > this.size) {
      throw new InputError(`${this.path}: cut short: ends at byte ${this.size}, before ${from + length}`);
    }
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = this.readOnce(bytes, done, from + done);
      if (count === 0)
        throw new InputError(`${this.path}: became shorter while it was read; download it again`);
      done += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.file);
  }

  private readOnce(bytes: Buffer, offset: number, position: number): number {
    try {
      return readSync(this.file, bytes, offset, Math.min(2 ** 30, bytes.length - offset), position);
    } catch (error) {
      throw new InputError(`${this.path}: cannot be read (${reason(error)})`, { cause: error });
    }
  }
}

/** A safetensors file. Only its header is in memory. */
export class SafetensorsFile implements TensorFile {
  readonly path: string;
  private readonly file: RandomAccess;
  private readonly header: SafetensorsHeader;

  /** @throws InputError when the file is missing, truncated, or not a safetensors file */
  constructor(path: string) {
    this.path = path;
    this.file = new RandomAccess(path);
    try {
      const { size } = this.file;
      const start = dataStart(this.file.read(0, Math.min(8, size)), size, path);
      this.header = parseHeader(this.file.read(8, start - 8), size, path);
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  get entries(): SafetensorsHeader["entries"] {
    return this.header.entries;
  }

  /** Texts that the writer added. */
  get metadata(): SafetensorsHeader["metadata"] {
    return this.header.metadata;
  }

  read(name: string): StoredTensor {
    const { entries, start } = this.header;
    const entry = entries.get(name);
    if (!entry) throw new InputError(`${this.path}: has no tensor "${name}"`);
    requireType(name, entry, this.path, floatTypes);
    const [from, to] = entry.data_offsets;
    return { shape: entry.shape, values: toFloat32(this.file.read(start + from, to - from), entry.dtype) };
  }

  close(): void {
    this.file.close();
  }
}
