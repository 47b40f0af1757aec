import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "../base/errors";
import { PretrainedBert } from "../bert";
import type { Config } from "../config/config";
import { hashFile } from "../corpus/vectors/read-vectors";
import { findModel } from "../detector/storage";

/**
 * A hash of the files that a run starts from: a trained model, or an encoder, and word vectors. A trained model does without its word
 * vectors if their file is missing.
 * @returns `undefined` if it starts from none of them
 * @throws InputError if one is missing or cannot be read
 */
export async function pretrainedHash({ model, training: { init } }: Config): Promise<string | undefined> {
  const { bert, wordVectors } = model;
  const files = [
    // Its description, which holds the hash of its tensors.
    ...(init === null ? [] : [findModel(init)]),
    ...(bert?.from && init === null ? new PretrainedBert(bert.from).files : []),
    ...(wordVectors && (init === null || existsSync(wordVectors.file)) ? [wordVectors.file] : []),
  ];
  if (!files.length) return undefined;
  const hash = createHash("sha256");
  for (const file of files) hash.update(await hashFile(file));
  return hash.digest("hex").slice(0, 16);
}

/** The {@link pretrainedHash} of many runs, which reads each file once. Missing files give "missing": the run can be planned. */
export class PretrainedHashes {
  private readonly hashes = new Map<string, Promise<string | undefined>>();

  of(config: Config): Promise<string | undefined> {
    const { model, training } = config;
    const key = JSON.stringify([training.init, model.bert?.from, model.wordVectors?.file]);
    const hash = this.hashes.get(key) ?? pretrainedHash(config).catch(missing);
    this.hashes.set(key, hash);
    return hash;
  }
}

function missing(error: unknown): string {
  if (error instanceof InputError) return "missing";
  throw error;
}

/** A line for each encoder and file of word vectors that configs name and that is missing. A trained model to start from brings its own. */
export function missingPretrained(configs: Iterable<Config>): string[] {
  const models = [...configs].flatMap(({ model, training }) => (training.init === null ? [model] : []));
  const encoders = new Set(models.flatMap(({ bert }) => bert?.from ?? []));
  const vectors = new Set(models.flatMap(({ wordVectors }) => wordVectors?.file ?? []));
  return [
    ...[...encoders].flatMap(whyMissing),
    ...[...vectors].flatMap((file) =>
      existsSync(file)
        ? []
        : `${file}: no such file of word vectors; put it into ${resolve(dirname(file))}, or name another: --set model.wordVectors.file=FILE`,
    ),
  ];
}

function whyMissing(encoder: string): string[] {
  try {
    new PretrainedBert(encoder);
    return [];
  } catch (error) {
    if (error instanceof InputError) return [error.message];
    throw error;
  }
}
