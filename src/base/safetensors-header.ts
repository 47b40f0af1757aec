import { z } from "zod";
import { InputError, show } from "./errors";
import { reason } from "./files";
import { parseJson } from "./json";
import { bytesOf, numberTypes } from "./number-types";
import { parseWith } from "./schema";

/** A tensor's entry in a file, before its numbers are read. */
export interface TensorType {
  /** Type of its numbers, as "F32". */
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A tensor's entry in the header. Offsets are bytes from the start of the data. */
export interface TensorEntry extends TensorType {
  readonly data_offsets: readonly [number, number];
}

export interface SafetensorsHeader {
  /** Arbitrary texts from the writer of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Offset of the data, in bytes. */
  readonly start: number;
}

const entrySchema: z.ZodType<TensorEntry> = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const lengthBytes = 8;
const metadataKey = "__metadata__";

/** The format's own limit; BERT-large has a header of 40 kB. */
const longestHeader = 100_000_000;

/**
 * The offset of a file's data, read from its first eight bytes. Rejects a header longer than the file before allocating it.
 * @param size size of the file in bytes
 * @throws InputError when the header's length is impossible
 */
export function dataStart(first: Uint8Array, size: number, source: string): number {
  const length = first.length < lengthBytes ? Number.POSITIVE_INFINITY : littleEndian(first);
  if (lengthBytes + length > size) {
    const isPointer = String.fromCharCode(...first.subarray(0, lengthBytes)) === "version ";
    throw new InputError(
      isPointer
        ? `${source}: is not the file, but its pointer in Git LFS; run git lfs pull, or copy the file itself`
        : `${source}: not a safetensors file, or cut short (${size} bytes); get the file again`,
    );
  }
  if (length > longestHeader) {
    throw new InputError(`${source}: not a safetensors file: its header would have ${length} bytes`);
  }
  return lengthBytes + length;
}

/** The value of eight bytes. */
function littleEndian({ buffer, byteOffset }: Uint8Array): number {
  return Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
}

/**
 * @param text the header's JSON
 * @param size size of the whole file in bytes
 * @throws InputError when the header is invalid, or its tensors do not fill the file exactly, one after another
 */
export function parseHeader(text: Uint8Array, size: number, source: string): SafetensorsHeader {
  let header: unknown;
  try {
    header = parseJson(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text));
  } catch (error) {
    throw new InputError(`${source}: its safetensors header is not valid JSON (${reason(error)})`, {
      cause: error,
    });
  }
  const record = parseWith(z.record(z.string(), z.unknown()), header, `${source}: header`);
  const { [metadataKey]: metadata = {}, ...tensors } = record;
  const start = lengthBytes + text.length;
  const entries = new Map<string, TensorEntry>();
  for (const [name, raw] of Object.entries(tensors)) {
    const entry = parseWith(entrySchema, raw, `${source}: tensor "${name}"`);
    checkSize(name, entry, source);
    const end = start + entry.data_offsets[1];
    if (end > size) {
      throw new InputError(
        `${source}: cut short: tensor "${name}" ends at byte ${end} of ${size}; get the file again`,
      );
    }
    entries.set(name, entry);
  }
  checkOrder(entries, size - start, source);
  return {
    metadata: parseWith(z.record(z.string(), z.string()), metadata, `${source}: metadata`),
    entries,
    start,
  };
}

function checkSize(
  name: string,
  { dtype, shape, data_offsets: [from, to] }: TensorEntry,
  source: string,
): void {
  const bytes = bytesOf(dtype);
  if (bytes === undefined) {
    const choices = numberTypes.join(", ");
    throw new InputError(
      `${source}: tensor "${name}" is of unknown type ${show(dtype)}; there are ${choices}`,
    );
  }
  const size = shape.reduce((product, side) => product * side, bytes);
  if (to - from !== size) {
    throw new InputError(
      `${source}: tensor "${name}" of shape [${shape}] and type ${dtype} has ${to - from} bytes of data, not ${size}`,
    );
  }
}

/** Rejects gaps and overlaps between tensors: only manipulated or damaged files have them. */
function checkOrder(entries: ReadonlyMap<string, TensorEntry>, size: number, source: string): void {
  const inOrder = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let end = 0;
  let previous = "the header";
  for (const [name, { data_offsets }] of inOrder) {
    const [from, to] = data_offsets;
    if (from !== end) {
      const problem = from < end ? "overlap" : `are ${from - end} bytes apart`;
      throw new InputError(`${source}: tensor "${name}" and ${previous} ${problem}; get the file again`);
    }
    end = to;
    previous = `tensor "${name}"`;
  }
  if (end < size) {
    throw new InputError(
      `${source}: ${size - end} bytes after ${previous} belong to no tensor; get the file again`,
    );
  }
}

/** @throws InputError when the tensor's type is not one of `types` */
export function requireType(
  name: string,
  { dtype }: TensorEntry,
  source: string,
  types: readonly string[],
): void {
  if (types.includes(dtype)) return;
  throw new InputError(
    `${source}: tensor "${name}" is of type ${show(dtype)}: expected one of ${types.join(", ")}`,
  );
}
