import { floatTypes, fromFloat32, toFloat32, type WrittenType } from "./number-types";
import { dataStart, parseHeader, requireType, type SafetensorsHeader } from "./safetensors-header";

export type { SafetensorsHeader, TensorEntry } from "./safetensors-header";

/** A tensor of 32-bit floats, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const lengthBytes = 8;
const metadataKey = "__metadata__";

/**
 * Encodes tensors as safetensors: header length, JSON header padded to 8 bytes, data. Equal tensors give equal bytes.
 * @param typeOf the type in which the file stores a tensor; default: F32, which preserves every bit
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  typeOf: (name: string) => WrittenType = () => "F32",
): Buffer {
  const header: Record<string, unknown> = Object.keys(metadata).length ? { [metadataKey]: metadata } : {};
  const data: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const dtype = typeOf(name);
    const bytes = fromFloat32(values, dtype);
    data.push(bytes);
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / lengthBytes) * lengthBytes;
  const file = Buffer.alloc(lengthBytes + padded + end, " ");
  file.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(file, lengthBytes);
  let offset = lengthBytes + padded;
  for (const bytes of data) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

/**
 * Reads the header of a safetensors file. Accepts all number types.
 * @param source names the file in messages
 * @throws InputError when the file is truncated, not a safetensors file, or its header does not match its data
 */
export function readHeader(file: Uint8Array, source: string): SafetensorsHeader {
  const start = dataStart(file.subarray(0, lengthBytes), file.length, source);
  return parseHeader(file.subarray(lengthBytes, start), file.length, source);
}

/**
 * Reads floating-point tensors. Converts 16-bit and 64-bit numbers to 32 bits.
 * @param source names the file in messages
 * @param types that are accepted: of {@link floatTypes}, and I8
 * @throws InputError when the file is truncated, not a safetensors file, its header does not match its data, or a tensor holds
 * other numbers
 */
export function decodeSafetensors(
  file: Uint8Array,
  source: string,
  types: readonly string[] = floatTypes,
): Map<string, StoredTensor> {
  const { entries, start } = readHeader(file, source);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of entries) {
    requireType(name, entry, source, types);
    const [from, to] = entry.data_offsets;
    const values = toFloat32(file.subarray(start + from, start + to), entry.dtype);
    tensors.set(name, { shape: entry.shape, values });
  }
  return tensors;
}
