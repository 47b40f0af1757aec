import {
  type Data,
  Field,
  FixedSizeBinary,
  Float32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from "apache-arrow";
import { readBytes } from "../../base/files";
import { isIntact, openSeal, seal } from "../../corpus/seal";

/** Raised when the columns change, or what BERT computes. */
export const outputsVersion = "1";

/** Bytes of a key, a SHA-256. */
const keyBytes = 32;

/** What BERT made of some inputs, by their keys in hexadecimal digits. */
export type Outputs = ReadonlyMap<string, Float32Array>;

/** Where a stored output lies in its file, in bytes, and how many numbers it has. */
export interface StoredPlace {
  readonly start: number;
  readonly count: number;
}

const keyType = new FixedSizeBinary(keyBytes);
const valuesType = new List(new Field("item", new Float32(), false));

/** An Arrow IPC file: a record an input, `key` and `values`; the metadata holds version and checksum. */
export function encodeSegment(outputs: Outputs): Uint8Array {
  const keys = Buffer.concat([...outputs.keys()].map((key) => Buffer.from(key, "hex")));
  const offsets = new Int32Array(outputs.size + 1);
  let end = 0;
  for (const [at, values] of [...outputs.values()].entries()) {
    end += values.length;
    offsets[at + 1] = end;
  }
  const all = new Float32Array(end);
  for (const [at, values] of [...outputs.values()].entries()) all.set(values, offsets[at]);
  const items = makeData({ type: new Float32(), length: end, nullCount: 0, data: all });
  const columns: [Data<FixedSizeBinary>, Data<List<Float32>>] = [
    makeData({ type: keyType, length: outputs.size, nullCount: 0, data: new Uint8Array(keys) }),
    makeData({ type: valuesType, length: outputs.size, nullCount: 0, valueOffsets: offsets, child: items }),
  ];
  const metadata = new Map([
    ["version", outputsVersion],
    ["checksum", openSeal],
  ]);
  const fields = [new Field("key", keyType, false), new Field("values", valuesType, false)];
  const data = makeData({ type: new Struct(fields), length: outputs.size, nullCount: 0, children: columns });
  const schema = new Schema(fields, metadata);
  return seal(tableToIPC(new Table(schema, new RecordBatch(schema, data)), "file"));
}

/**
 * Where each output of a segment's file lies; undefined for a file that is damaged or of another version.
 * @throws InputError when it cannot be read
 */
export function readSegment(path: string): Map<string, StoredPlace> | undefined {
  const bytes = readBytes(path);
  if (!isIntact(bytes)) return undefined;
  const { schema, batches } = tableFromIPC(bytes);
  if (schema.metadata.get("version") !== outputsVersion) return undefined;
  const places = new Map<string, StoredPlace>();
  for (const { data } of batches) {
    const [keys, values] = data.children;
    const items = values.children[0].values as Float32Array;
    const offsets = values.valueOffsets as Int32Array;
    // Arrow's columns are views of the file, so that a number's place in it is known
    const start = items.byteOffset - bytes.byteOffset;
    for (let row = 0; row < data.length; row++) {
      const key = Buffer.from(keys.values.subarray(row * keyBytes, (row + 1) * keyBytes)).toString("hex");
      const from = start + offsets[row] * Float32Array.BYTES_PER_ELEMENT;
      places.set(key, { start: from, count: offsets[row + 1] - offsets[row] });
    }
  }
  return places;
}
