import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../base/caches";
import { InputError } from "../../base/errors";
import { configFile } from "./pretrained-config";

/** The folder for `pnr encoder fetch`: the environment's PNR_ENCODERS, or `encoders` in {@link cachesFolder}. */
export function encodersFolder(): string {
  return process.env.PNR_ENCODERS || cacheFolder("encoders");
}

/** The folder of an encoder in the cache, whether it exists or not. @throws InputError for an invalid name */
export function cachedFolder(name: string): string {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(name)) {
    throw new InputError(
      `${name}: is not the name of an encoder, such as bert-base-cased or dmis-lab/biobert-base-cased-v1.2`,
    );
  }
  return join(encodersFolder(), name);
}

/**
 * The folder of a `model.bert.from`: the path itself, or the encoder of this name in the cache.
 * @throws InputError if neither exists; the message says how to get the encoder
 */
export function findEncoder(from: string): string {
  if (existsSync(join(from, configFile))) return from;
  if (existsSync(from) && statSync(from).isDirectory()) {
    throw new InputError(`${from}: has no ${configFile}; a BERT's folder needs it, a vocabulary and weights`);
  }
  if (/^[./~]|\\|\/.*\//.test(from)) throw new InputError(`${from}: no such folder`);
  const cached = cachedFolder(from);
  if (existsSync(join(cached, configFile))) return cached;
  throw new InputError(
    `${from}: no such folder, and no encoder of this name in ${encodersFolder()}; get it with: pnr encoder fetch ${from}`,
  );
}
