import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../base/caches";
import { InputError, show } from "../../base/errors";

const defaultGib = 4;
const gib = 2 ** 30;

/**
 * The cache folder for outputs of frozen BERTs, with a subfolder for each BERT, engine and processor: the environment's PNR_BERT_CACHE,
 * or `bert` in {@link cachesFolder}.
 */
export function outputsFolder(): string {
  return process.env.PNR_BERT_CACHE || cacheFolder("bert");
}

/**
 * Bytes that all cached outputs may take: 4 GiB, or the environment's PNR_BERT_CACHE_GIB. 0 disables the cache.
 * @throws InputError if the variable is not a number
 */
export function outputsLimit(): number {
  const text = process.env.PNR_BERT_CACHE_GIB;
  const limit = text ? Number(text) : defaultGib;
  if (Number.isFinite(limit) && limit >= 0) return limit * gib;
  throw new InputError(
    `PNR_BERT_CACHE_GIB is ${show(text)}: expected a number of GiB, or 0 to cache nothing`,
  );
}

export function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function sizeOf(folder: string): number {
  return filesOf(folder).reduce((sum, name) => {
    const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    return sum + size;
  }, 0);
}

export function touch(folder: string): void {
  const now = new Date();
  if (existsSync(folder)) utimesSync(folder, now, now);
}

/**
 * Makes room for `bytes` more in a BERT's folder by removing outputs of other BERTs, least recently used first.
 * @returns whether there is room
 */
export function makeRoom(
  bytes: number,
  bertFolder: string,
  limit: number,
  folder: string = outputsFolder(),
): boolean {
  const others = filesOf(folder)
    .map((name) => join(folder, name))
    .filter((path) => path !== bertFolder)
    .map((path) => ({ path, size: sizeOf(path), used: statSync(path).mtimeMs }))
    .sort((a, b) => a.used - b.used);
  let total = bytes + sizeOf(bertFolder) + others.reduce((sum, { size }) => sum + size, 0);
  // if even removing all other outputs would not make enough room, keeps them
  if (bytes + sizeOf(bertFolder) > limit) return false;
  for (const { path, size } of others) {
    if (total <= limit) break;
    rmSync(path, { recursive: true, force: true });
    total -= size;
  }
  return true;
}

/** Removes all outputs. @returns the bytes that this freed */
export function clearOutputs(folder: string = outputsFolder()): number {
  const size = filesOf(folder).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
  rmSync(folder, { recursive: true, force: true });
  return size;
}
