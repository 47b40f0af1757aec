import type { Data, FixedSizeBinary, Float32, List } from "apache-arrow";
import { readBytes } from "../../base/files";
import { arrow, encodeTable } from "../../corpus/arrow-file";
import { isIntact } from "../../corpus/checksum";

/** Increased when the columns or the computation of BERT change. */
export const outputsVersion = "1";

/** Bytes of a key (SHA-256). */
const keyBytes = 32;

/** Outputs of BERT by the hexadecimal key of their input. */
export type Outputs = ReadonlyMap<string, Float32Array>;

export interface OutputRange {
  /** Offset in bytes. */
  readonly start: number;
  /** Number of 32-bit floats. */
  readonly count: number;
}

/** Encodes outputs as an Arrow IPC file with `key` and `values` for each input. The metadata holds version and checksum. */
export function encodeSegment(outputs: Outputs): Uint8Array {
  const { Field, FixedSizeBinary, Float32, List, makeData, RecordBatch, Schema, Struct, Table } = arrow();
  const keyType = new FixedSizeBinary(keyBytes);
  const valuesType = new List(new Field("item", new Float32(), false));
  const keys = Buffer.concat([...outputs.keys()].map((key) => Buffer.from(key, "hex")));
  const offsets = new Int32Array(outputs.size + 1);
  let end = 0;
  for (const [row, values] of [...outputs.values()].entries()) {
    end += values.length;
    offsets[row + 1] = end;
  }
  const all = new Float32Array(end);
  for (const [row, values] of [...outputs.values()].entries()) all.set(values, offsets[row]);
  const items = makeData({ type: new Float32(), length: end, nullCount: 0, data: all });
  const columns: [Data<FixedSizeBinary>, Data<List<Float32>>] = [
    makeData({ type: keyType, length: outputs.size, nullCount: 0, data: new Uint8Array(keys) }),
    makeData({ type: valuesType, length: outputs.size, nullCount: 0, valueOffsets: offsets, child: items }),
  ];
  const fields = [new Field("key", keyType, false), new Field("values", valuesType, false)];
  const data = makeData({ type: new Struct(fields), length: outputs.size, nullCount: 0, children: columns });
  const schema = new Schema(fields);
  return encodeTable(new Table(schema, new RecordBatch(schema, data)), { version: outputsVersion });
}

/**
 * The range of each output in a file; undefined if the file is damaged or has another version.
 * @throws InputError if the file cannot be read
 */
export function readSegment(path: string): Map<string, OutputRange> | undefined {
  const bytes = readBytes(path);
  if (!isIntact(bytes)) return undefined;
  const { schema, batches } = arrow().tableFromIPC(bytes);
  if (schema.metadata.get("version") !== outputsVersion) return undefined;
  const ranges = new Map<string, OutputRange>();
  for (const { data } of batches) {
    const [keys, values] = data.children;
    const items = values.children[0].values as Float32Array;
    const offsets = values.valueOffsets as Int32Array;
    // Arrow's columns are views of the file
    const start = items.byteOffset - bytes.byteOffset;
    for (let row = 0; row < data.length; row++) {
      const key = Buffer.from(keys.values.subarray(row * keyBytes, (row + 1) * keyBytes)).toString("hex");
      const from = start + offsets[row] * Float32Array.BYTES_PER_ELEMENT;
      ranges.set(key, { start: from, count: offsets[row + 1] - offsets[row] });
    }
  }
  return ranges;
}
