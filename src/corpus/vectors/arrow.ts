import {
  Field,
  FixedSizeList,
  Float32,
  makeData,
  makeVector,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { z } from "zod";
import { hasColumns, tableOf } from "../arrow-file";
import { isIntact, openSeal, seal } from "../seal";
import type { WordVectors } from "./select";

/** Raised when the columns or their meaning change. */
const version = "1";

const sourceSchema: z.ZodType<WordVectors["source"]> = z.strictObject({
  file: z.string(),
  format: z.enum(["text", "text with header", "binary"]),
  zipped: z.boolean(),
  dimension: z.int().min(1),
  rows: z.int(),
  unreadable: z.int(),
  repeated: z.int(),
  sha256: z.string(),
});

/**
 * Selected vectors as an Arrow IPC file, one record a word: `word`, and `vector`, a list of `dimension` 32-bit floats. The
 * schema's metadata says which file they are of and holds a checksum.
 */
export function vectorsToArrow({ source, words, values }: WordVectors): Uint8Array {
  const child = makeData({ type: new Float32(), length: values.length, data: values });
  const type = new FixedSizeList(source.dimension, new Field("item", new Float32(), false));
  const table = new Table({
    word: vectorFromArray([...words], new Utf8()),
    vector: makeVector(makeData({ type, length: words.length, child })),
  });
  table.schema.metadata.set("version", version);
  table.schema.metadata.set("source", JSON.stringify(source));
  table.schema.metadata.set("checksum", openSeal);
  return seal(tableToIPC(table, "file"));
}

/** What {@link vectorsToArrow} wrote, or undefined when the bytes are damaged or something else. */
export function vectorsFromArrow(bytes: Uint8Array): WordVectors | undefined {
  if (!isIntact(bytes)) return undefined;
  const table = tableOf(bytes);
  if ("problem" in table || table.schema.metadata.get("version") !== version) return undefined;
  const source = parsedSource(table.schema.metadata.get("source"));
  if (!source) return undefined;
  const vector = new RegExp(`^FixedSizeList\\[${source.dimension}\\]<Float32>$`);
  if (table.batches.length !== 1 || !hasColumns(table, { word: /^Utf8$/, vector })) return undefined;
  const words = table.getChild("word")!.toArray() as string[];
  const values = table.getChild("vector")!.data[0].children[0].values as Float32Array;
  return { source, words: [...words], values: values.slice(0, words.length * source.dimension) };
}

function parsedSource(text: string | undefined): WordVectors["source"] | undefined {
  try {
    return sourceSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
