import { z } from "zod";
import { InputError, show } from "./errors";
import { reason } from "./files";
import { parseJson } from "./json";
import { bytesOf, floatTypes, numberTypes } from "./number-types";
import { parseWith } from "./schema";

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

/** The format's own limit; BERT-large has a header of 40 kB. */
const longestHeader = 100_000_000;

/**
 * Where a file's data begins, by its first eight bytes; nothing of the header's size is allocated for a file that is smaller.
 * @param size bytes of the file
 * @throws InputError when no header can be so long
 */
export function dataStart(first: Buffer, size: number, source: string): number {
  const length = first.length < lengthBytes ? Number.POSITIVE_INFINITY : Number(first.readBigUInt64LE(0));
  if (lengthBytes + length > size) {
    throw new InputError(`${source}: not a safetensors file, or cut short (${size} bytes)`);
  }
  if (length > longestHeader) {
    throw new InputError(`${source}: not a safetensors file: its header would have ${length} bytes`);
  }
  return lengthBytes + length;
}

/**
 * @param text the header's JSON
 * @param size bytes of the whole file
 * @throws InputError when the header is none, or the tensors that it lists do not fill the file exactly, one after the other
 */
export function parseHeader(text: Buffer, size: number, source: string): SafetensorsHeader {
  let header: unknown;
  try {
    header = parseJson(text.toString("utf8"));
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
      throw new InputError(`${source}: cut short: tensor "${name}" ends at byte ${end} of ${size}`);
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
    const known = numberTypes.join(", ");
    throw new InputError(`${source}: tensor "${name}" is of unknown type ${show(dtype)}; there are ${known}`);
  }
  const size = shape.reduce((product, side) => product * side, bytes);
  if (to - from !== size) {
    throw new InputError(
      `${source}: tensor "${name}" of shape [${shape}] and type ${dtype} has ${to - from} bytes of data, not ${size}`,
    );
  }
}

/** What lies between two tensors, or in both, is no tensor: such a file was tampered with. */
function checkOrder(entries: ReadonlyMap<string, TensorEntry>, size: number, source: string): void {
  const inOrder = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let end = 0;
  let before = "the header";
  for (const [name, { data_offsets }] of inOrder) {
    const [from, to] = data_offsets;
    if (from !== end) {
      const problem = from < end ? "overlap" : `are ${from - end} bytes apart`;
      throw new InputError(`${source}: tensor "${name}" and ${before} ${problem}; get the file again`);
    }
    end = to;
    before = `tensor "${name}"`;
  }
  if (end < size) {
    throw new InputError(`${source}: ${size - end} bytes behind ${before} are no tensor; get the file again`);
  }
}

/** @throws InputError when a tensor does not hold floating-point numbers that can be read */
export function requireFloats(name: string, { dtype }: TensorEntry, source: string): void {
  if (floatTypes.includes(dtype)) return;
  throw new InputError(
    `${source}: tensor "${name}" is of type ${show(dtype)}: expected one of ${floatTypes.join(", ")}`,
  );
}
