import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../base/caches";
import { InputError } from "../../base/errors";
import { configFile } from "./config";

/** Folder of the encoders that `pnr encoder fetch` got: the environment's PNR_ENCODERS, else `encoders` in {@link cachesFolder}. */
export function encodersFolder(): string {
  return process.env.PNR_ENCODERS || cacheFolder("encoders");
}

/** Where an encoder of this name lies, or would lie. @throws InputError for what can be no encoder's name */
export function cachedFolder(name: string): string {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(name)) {
    throw new InputError(
      `${name}: is no encoder's name, as bert-base-cased or dmis-lab/biobert-base-cased-v1.2`,
    );
  }
  return join(encodersFolder(), name);
}

/**
 * The folder that `model.bert.from` means: one of that path, else one of that name in the local cache.
 * @throws InputError saying how to get it when there is neither
 */
export function findEncoder(from: string): string {
  if (existsSync(join(from, configFile))) return from;
  if (existsSync(from) && statSync(from).isDirectory()) {
    throw new InputError(
      `${from}: has no ${configFile}; a BERT's folder holds that, a vocabulary and weights`,
    );
  }
  if (/^[./~]|\\|\/.*\//.test(from)) throw new InputError(`${from}: no such folder`);
  const cached = cachedFolder(from);
  if (existsSync(join(cached, configFile))) return cached;
  throw new InputError(
    `${from}: no such folder, and no encoder of this name in ${encodersFolder()}; get it with: pnr encoder fetch ${from}`,
  );
}
