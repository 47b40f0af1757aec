import { z } from "zod";
import { InputError, show } from "./errors";
import { reason } from "./files";
import { parseWith } from "./schema";

/** A tensor of 32-bit floats, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a file says of one tensor. Offsets are bytes from where the data begins. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export interface SafetensorsHeader {
  /** Texts that the writer added. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Where the data begins, in bytes. */
  readonly start: number;
}

const entrySchema: z.ZodType<TensorEntry> = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const lengthBytes = 8;
const metadataKey = "__metadata__";

/** Tensors in the safetensors format: header length, JSON header padded to 8 bytes, data. Equal tensors give equal bytes. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const header: Record<string, unknown> = Object.keys(metadata).length ? { [metadataKey]: metadata } : {};
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / lengthBytes) * lengthBytes;
  const file = Buffer.alloc(lengthBytes + padded + end, " ");
  file.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(file, lengthBytes);
  let at = lengthBytes + padded;
  for (const { values } of tensors.values()) {
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(file, at);
    at += values.byteLength;
  }
  return file;
}

/**
 * The header of a safetensors file, of whatever number types.
 * @param source what to call the file in a message
 * @throws InputError when the file is cut short or is no safetensors file
 */
export function readHeader(file: Buffer, source: string): SafetensorsHeader {
  const length = file.length < lengthBytes ? Number.POSITIVE_INFINITY : Number(file.readBigUInt64LE(0));
  const start = lengthBytes + length;
  if (start > file.length) {
    throw new InputError(`${source}: not a safetensors file, or cut short (${file.length} bytes)`);
  }
  let header: unknown;
  try {
    header = JSON.parse(file.toString("utf8", lengthBytes, start));
  } catch (error) {
    throw new InputError(`${source}: its safetensors header is not valid JSON (${reason(error)})`, {
      cause: error,
    });
  }
  const record = parseWith(z.record(z.string(), z.unknown()), header, `${source}: header`);
  const { [metadataKey]: metadata = {}, ...tensors } = record;
  const entries = new Map<string, TensorEntry>();
  for (const [name, raw] of Object.entries(tensors)) {
    const entry = parseWith(entrySchema, raw, `${source}: tensor "${name}"`);
    const end = start + entry.data_offsets[1];
    if (end > file.length) {
      throw new InputError(`${source}: cut short: tensor "${name}" ends at byte ${end} of ${file.length}`);
    }
    entries.set(name, entry);
  }
  return {
    metadata: parseWith(z.record(z.string(), z.string()), metadata, `${source}: metadata`),
    entries,
    start,
  };
}

/**
 * Reads what {@link encodeSafetensors} writes (32-bit floats only).
 * @param source what to call the file in a message
 * @throws InputError when the file is cut short, is no safetensors file, or its header does not fit its data
 */
export function decodeSafetensors(file: Buffer, source: string): Map<string, StoredTensor> {
  const { entries, start } = readHeader(file, source);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [from, to] = data_offsets;
    const size = shape.reduce((product, side) => product * side, 1);
    if (dtype !== "F32") {
      throw new InputError(`${source}: tensor "${name}" is of type ${show(dtype)}: expected "F32"`);
    }
    if (to - from !== size * Float32Array.BYTES_PER_ELEMENT) {
      throw new InputError(`${source}: tensor "${name}" of shape [${shape}] has ${to - from} bytes of data`);
    }
    // copied, because the data need not lie at a multiple of four bytes
    const bytes = Uint8Array.prototype.slice.call(file, start + from, start + to);
    tensors.set(name, { shape, values: new Float32Array(bytes.buffer) });
  }
  return tensors;
}
