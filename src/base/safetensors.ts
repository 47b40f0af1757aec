import { z } from "zod";
import { InputError } from "./errors";
import { reason } from "./files";
import { parseWith } from "./schema";

/** A tensor of 32-bit floats, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The header's entry of one tensor. */
const entrySchema = z.strictObject({
  dtype: z.literal("F32"),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const lengthBytes = 8;

/** Tensors in the safetensors format: header length, JSON header padded to 8 bytes, data. Equal tensors give equal bytes. */
export function encodeSafetensors(tensors: ReadonlyMap<string, StoredTensor>): Buffer {
  const header: Record<string, unknown> = {};
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
 * Reads what {@link encodeSafetensors} writes (32-bit floats only).
 * @param source what to call the file in a message
 * @throws InputError when the file is cut short, is no safetensors file, or its header does not fit its data
 */
export function decodeSafetensors(file: Buffer, source: string): Map<string, StoredTensor> {
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
  const entries = parseWith(z.record(z.string(), z.unknown()), header, `${source}: header`);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, raw] of Object.entries(entries)) {
    if (name === "__metadata__") continue;
    const entry = parseWith(entrySchema, raw, `${source}: tensor "${name}"`);
    const [from, to] = entry.data_offsets;
    const size = entry.shape.reduce((product, side) => product * side, 1);
    if (to - from !== size * Float32Array.BYTES_PER_ELEMENT) {
      throw new InputError(
        `${source}: tensor "${name}" of shape [${entry.shape}] has ${to - from} bytes of data`,
      );
    }
    if (start + to > file.length) {
      throw new InputError(
        `${source}: cut short: tensor "${name}" ends at byte ${start + to} of ${file.length}`,
      );
    }
    // copied, because the data need not lie at a multiple of four bytes
    const bytes = Uint8Array.prototype.slice.call(file, start + from, start + to);
    tensors.set(name, { shape: entry.shape, values: new Float32Array(bytes.buffer) });
  }
  return tensors;
}
