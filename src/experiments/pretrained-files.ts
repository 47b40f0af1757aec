import { createHash } from "node:crypto";
import { InputError } from "../base/errors";
import { PretrainedBert } from "../bert";
import type { ModelConfig } from "../config/model-config";
import { hashFile } from "../corpus/vectors/read-vectors";

/**
 * A hash of the files that a model starts from: those of its encoder and of its word vectors.
 * @returns `undefined` if it starts from neither
 * @throws InputError if one is missing or cannot be read
 */
export async function pretrainedHash({ bert, wordVectors }: ModelConfig): Promise<string | undefined> {
  const files = [
    ...(bert?.from ? new PretrainedBert(bert.from).files : []),
    ...(wordVectors ? [wordVectors.file] : []),
  ];
  if (!files.length) return undefined;
  const hash = createHash("sha256");
  for (const file of files) hash.update(await hashFile(file));
  return hash.digest("hex").slice(0, 16);
}

/** The {@link pretrainedHash} of many models, each of whose files is read once. Missing files give "missing": the run can be planned. */
export class PretrainedHashes {
  private readonly hashes = new Map<string, Promise<string | undefined>>();

  of(model: ModelConfig): Promise<string | undefined> {
    const key = JSON.stringify([model.bert?.from, model.wordVectors?.file]);
    const hash = this.hashes.get(key) ?? pretrainedHash(model).catch(missing);
    this.hashes.set(key, hash);
    return hash;
  }
}

function missing(error: unknown): string {
  if (error instanceof InputError) return "missing";
  throw error;
}
