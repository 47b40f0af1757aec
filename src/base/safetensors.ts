import { toFloat32 } from "./number-types";
import { dataStart, parseHeader, requireFloats, type SafetensorsHeader } from "./safetensors-header";

export type { SafetensorsHeader, TensorEntry } from "./safetensors-header";

/** A tensor of 32-bit floats, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const lengthBytes = 8;
const metadataKey = "__metadata__";

/** Encodes tensors as safetensors: header length, JSON header padded to 8 bytes, data. Equal tensors give equal bytes. */
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
  let offset = lengthBytes + padded;
  for (const { values } of tensors.values()) {
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(file, offset);
    offset += values.byteLength;
  }
  return file;
}

/**
 * Reads the header of a safetensors file. Accepts all number types.
 * @param source names the file in messages
 * @throws InputError when the file is truncated, not a safetensors file, or its header does not match its data
 */
export function readHeader(file: Buffer, source: string): SafetensorsHeader {
  const start = dataStart(file.subarray(0, lengthBytes), file.length, source);
  return parseHeader(file.subarray(lengthBytes, start), file.length, source);
}

/**
 * Reads floating-point tensors. Converts 16-bit and 64-bit numbers to 32 bits.
 * @param source names the file in messages
 * @throws InputError when the file is truncated, not a safetensors file, its header does not match its data, or a tensor holds
 * other numbers
 */
export function decodeSafetensors(file: Buffer, source: string): Map<string, StoredTensor> {
  const { entries, start } = readHeader(file, source);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of entries) {
    requireFloats(name, entry, source);
    const [from, to] = entry.data_offsets;
    const values = toFloat32(file.subarray(start + from, start + to), entry.dtype);
    tensors.set(name, { shape: entry.shape, values });
  }
  return tensors;
}
