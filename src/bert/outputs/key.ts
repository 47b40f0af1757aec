import { createHash } from "node:crypto";
import type { StoredTensor } from "../../base/safetensors";
import type { BertConfig } from "../config";
import { outputsVersion } from "./segment";

/** What computes: engines round differently, and so may one engine on different processors. */
export interface Computer {
  readonly engine: string;
  readonly processor: string;
}

/** Name of the folder for a frozen BERT's outputs: the hash of all that decides them besides the input. */
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

/**
 * Key of an input: its pieces, context among them, and the token of the sentence that each belongs to.
 * @param ids [P] rows of BERT's table
 * @param owners [P] each piece's token; `tokens` itself for what belongs to none
 */
export function inputKey(ids: Int32Array, owners: Int32Array, tokens: number): string {
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return createHash("sha256")
    .update(Int32Array.of(ids.length, tokens))
    .update(bytes(ids))
    .update(bytes(owners))
    .digest("hex");
}
