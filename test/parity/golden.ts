import { basename } from "node:path";
import type { z } from "zod";
import { InputError } from "../../src/base/errors";
import { readBytes } from "../../src/base/files";
import { readHeader, type StoredTensor, type TensorEntry } from "../../src/base/safetensors";
import { parseWith } from "../../src/base/schema";

/** A tensor of the authors' code, with numbers of any type. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Numbers of the authors' code: the parameters, inputs and outputs of a model. */
export class Golden {
  private constructor(
    readonly path: string,
    private readonly metadata: Readonly<Record<string, string>>,
    readonly tensors: ReadonlyMap<string, GoldenTensor>,
  ) {}

  /** @throws InputError if the file is missing or damaged */
  static read(path: string): Golden {
    const bytes = readBytes(path);
    const { metadata, entries, start } = readHeader(bytes, path);
    const tensors = [...entries].map(([name, entry]): [string, GoldenTensor] => {
      const values = numbersOf(bytes, start, entry);
      const size = entry.shape.reduce((product, side) => product * side, 1);
      if (values?.length !== size) {
        throw new InputError(`${path}: tensor "${name}" cannot be read as ${entry.dtype} [${entry.shape}]`);
      }
      return [name, { shape: entry.shape, values }];
    });
    return new Golden(path, metadata, new Map(tensors));
  }

  get name(): string {
    return basename(this.path);
  }

  /** @throws InputError if the file has no such tensor */
  tensor(name: string): GoldenTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new InputError(`${this.path}: has no tensor "${name}"`);
    return tensor;
  }

  /** The tensors whose names begin with a prefix, by the rest of their names. */
  withPrefix(prefix: string): Map<string, GoldenTensor> {
    const tensors = [...this.tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(tensors.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  }

  /** A required text of the metadata. */
  text(key: string): string {
    const text = this.metadata[key];
    if (text === undefined) throw new InputError(`${this.path}: its metadata has no "${key}"`);
    return text;
  }

  /** A JSON value of the metadata; undefined if it is missing. */
  optional<T>(key: string, schema: z.ZodType<T>): T | undefined {
    const text = this.metadata[key];
    if (text === undefined) return undefined;
    try {
      return parseWith(schema, JSON.parse(text), `${this.path}: metadata ${key}`);
    } catch (error) {
      throw error instanceof InputError ? error : new InputError(`${this.path}: metadata ${key} is not JSON`);
    }
  }

  /** A required JSON value of the metadata. */
  json<T>(key: string, schema: z.ZodType<T>): T {
    this.text(key);
    return this.optional(key, schema) as T;
  }
}

export const single = ({ shape, values }: GoldenTensor): StoredTensor => ({
  shape,
  values: Float32Array.from(values),
});

function numbersOf(
  file: Buffer,
  start: number,
  { dtype, data_offsets: [from, to] }: TensorEntry,
): Float64Array | undefined {
  const { buffer, byteLength } = Uint8Array.prototype.slice.call(file, start + from, start + to);
  const width = dtype === "F32" ? 4 : 8;
  if (byteLength % width) return undefined;
  if (dtype === "F32") return Float64Array.from(new Float32Array(buffer));
  if (dtype === "F64") return new Float64Array(buffer);
  return dtype === "I64" ? Float64Array.from(new BigInt64Array(buffer), Number) : undefined;
}
