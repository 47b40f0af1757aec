import { createHash } from "node:crypto";
import type { StoredTensor } from "../../base/safetensors";
import type { BertConfig } from "../bert-config";
import { outputsVersion } from "./output-segment";

/** The properties on which the rounding of outputs depends. */
export interface Computer {
  readonly engine: string;
  readonly processor: string;
}

/** Name of the folder for a frozen BERT's outputs: a hash of everything but the input that determines them. */
export function outputsName(
  { engine, processor }: Computer,
  { heads, normEpsilon, output }: Pick<BertConfig, "heads" | "normEpsilon" | "output">,
  weights: Iterable<readonly [name: string, tensor: StoredTensor]>,
): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([outputsVersion, engine, processor, heads, normEpsilon, output]));
  for (const [name, { shape, values }] of weights) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex").slice(0, 32);
}

/** Hexadecimal SHA-256 of an input, for `BertOutputs.keyOf`. */
export function inputKey(ids: Int32Array, owners: Int32Array, tokens: number): string {
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return createHash("sha256")
    .update(Int32Array.of(ids.length, tokens))
    .update(bytes(ids))
    .update(bytes(owners))
    .digest("hex");
}
