import { z } from "zod";
import { InputError } from "../base/errors";
import { readJson, writeAtomic } from "../base/files";
import { parseJson } from "../base/json";
import { encodeSafetensors, type StoredTensor } from "../base/safetensors";
import { parseWith } from "../base/schema";
import { SafetensorsFile } from "../base/tensor-files";
import { mergeAdapters } from "../bert";
import { checkReleased, checkState, fromReleased, type Shapes, toReleased } from "./exchange";
import { describe, type ModelDescription, storedDescription, vocabulariesOf } from "./storage";

/** Metadata key of our description of the model, with the rows of unknown items that the released code lacks. */
const recordKey = "pnr";

/** Rows are base64 of little-endian 32-bit floats, which preserves every bit. */
const recordSchema = storedDescription.extend({ unknown: z.record(z.string(), z.base64()) });

/** First item of a list of words: the released code gives its row to unknown words. No token is empty. */
const unknownWord = "";

/**
 * Writes a model as a `state_dict` of the released code, in the safetensors format. Adapters are merged into the weights.
 * @throws InputError if the released code computes something other than this model
 */
export function writeState(
  path: string,
  description: ModelDescription,
  parameters: ReadonlyMap<string, StoredTensor>,
): void {
  checkReleased(description.model, path);
  const { types, vocabularies, model: config } = description;
  const { state, unknown } = toReleased(mergeAdapters(parameters, config.bert?.adapter ?? null));
  const rows = [...unknown].map(([name, { buffer }]) => [name, Buffer.from(buffer).toString("base64")]);
  const model = config.bert ? { ...config, bert: { ...config.bert, adapter: null } } : config;
  const words = wordList(description);
  const record = {
    model,
    types,
    vocabularies: { ...vocabularies, words },
    unknown: Object.fromEntries(rows),
  };
  writeAtomic(path, encodeSafetensors(state, { [recordKey]: JSON.stringify(record) }));
}

/** The words in the order of the table's rows, the unknown word first. */
function wordList({ vocabularies: { words } }: ModelDescription): string[] {
  return [unknownWord, ...words.toJSON()];
}

/** A `state_dict` of the released code in a safetensors file, open for reading. */
export class StateFile {
  /** Absent from files that the released code wrote. */
  readonly description: ModelDescription | undefined;
  private readonly file: SafetensorsFile;
  private readonly unknown: ReadonlyMap<string, Float32Array>;

  /** @throws InputError if the file is missing or not a safetensors file */
  constructor(path: string) {
    this.file = new SafetensorsFile(path);
    try {
      const text = this.file.metadata[recordKey];
      const record = text === undefined ? undefined : parseRecord(text, path);
      this.description = record && describe(withoutUnknownWord(record, path), path);
      this.unknown = new Map(Object.entries(record?.unknown ?? {}).map(([name, row]) => [name, rowOf(row)]));
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  /** @throws InputError if the tensors do not belong to a model with parameters of these shapes */
  parameters(shapes: Shapes): Map<string, StoredTensor> {
    checkState(this.file.entries, shapes, this.file.path);
    return fromReleased((name) => this.file.read(name), shapes, this.unknown);
  }

  close(): void {
    this.file.close();
  }
}

function withoutUnknownWord(
  { unknown, vocabularies, ...rest }: z.infer<typeof recordSchema>,
  path: string,
): z.infer<typeof storedDescription> {
  const [first, ...words] = vocabularies.words;
  if (first === unknownWord) return { ...rest, vocabularies: { ...vocabularies, words } };
  throw new InputError(
    `${path}: an earlier version of PnR wrote this file without the row of unknown words; export the model again`,
  );
}

function rowOf(base64: string): Float32Array {
  const { buffer, byteLength } = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(buffer, 0, Math.floor(byteLength / Float32Array.BYTES_PER_ELEMENT));
}

function parseRecord(text: string, path: string): z.infer<typeof recordSchema> {
  const source = `${path}: metadata ${recordKey}`;
  try {
    return parseWith(recordSchema, parseJson(text), source);
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${source}: not valid JSON`, { cause: error });
  }
}

const list = z
  .array(z.string())
  .refine((items) => new Set(items).size === items.length, "lists an item twice");
const metadataSchema = z.object({
  type: list.refine(({ length }) => length > 0, "lists no entity type"),
  char: list.default([]),
  pos: list.default([]),
  word: list.default([]),
});

/**
 * Reads entity types and vocabularies from the released code's `metadata.json`. Its `word` lists the rows of the word vectors,
 * the first of which is that of unknown words.
 * @throws InputError if the file is missing or invalid
 */
export function readMetadata(path: string): Omit<ModelDescription, "model"> {
  const { type, char, pos, word } = parseWith(metadataSchema, readJson(path), path);
  return { types: type, vocabularies: vocabulariesOf({ words: word.slice(1), characters: char, pos }) };
}

/** Writes what {@link readMetadata} reads. */
export function writeMetadata(path: string, description: ModelDescription): void {
  const { types, vocabularies } = description;
  const { characters, pos } = vocabularies;
  const lists = { type: types, char: characters, pos, word: wordList(description) };
  writeAtomic(path, `${JSON.stringify(lists)}\n`);
}
