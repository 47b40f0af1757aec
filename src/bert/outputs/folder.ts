import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../base/caches";
import { InputError, show } from "../../base/errors";

const defaultGib = 4;
const gib = 2 ** 30;

/**
 * Where outputs of frozen BERTs are cached, a folder for each BERT and way of computing it: the environment's PNR_BERT_CACHE, else
 * `bert` in {@link cachesFolder}.
 */
export function outputsFolder(): string {
  return process.env.PNR_BERT_CACHE || cacheFolder("bert");
}

/**
 * Bytes that all outputs together may take: 4 GiB, or as many GiB as the environment's PNR_BERT_CACHE_GIB says; 0 keeps none.
 * @throws InputError when that is no number
 */
export function outputsLimit(): number {
  const text = process.env.PNR_BERT_CACHE_GIB;
  const limit = text ? Number(text) : defaultGib;
  if (Number.isFinite(limit) && limit >= 0) return limit * gib;
  throw new InputError(`PNR_BERT_CACHE_GIB is ${show(text)}: expected a number of GiB, 0 to keep no outputs`);
}

/** Names of a folder's files, none where it is missing. */
export function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function sizeOf(folder: string): number {
  return filesOf(folder).reduce((sum, name) => {
    const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    return sum + size;
  }, 0);
}

/** Marks a BERT's outputs as just used. */
export function touch(folder: string): void {
  const now = new Date();
  if (existsSync(folder)) utimesSync(folder, now, now);
}

/**
 * Makes room for so many more bytes in `own`, by removing the outputs of other BERTs, those not used for longest first.
 * @returns whether there is room now
 */
export function makeRoom(
  bytes: number,
  own: string,
  limit: number,
  folder: string = outputsFolder(),
): boolean {
  const others = filesOf(folder)
    .map((name) => join(folder, name))
    .filter((path) => path !== own)
    .map((path) => ({ path, size: sizeOf(path), used: statSync(path).mtimeMs }))
    .sort((a, b) => a.used - b.used);
  let total = bytes + sizeOf(own) + others.reduce((sum, { size }) => sum + size, 0);
  // nobody else's outputs are worth less than what does not fit even without them
  if (bytes + sizeOf(own) > limit) return false;
  for (const { path, size } of others) {
    if (total <= limit) break;
    rmSync(path, { recursive: true, force: true });
    total -= size;
  }
  return true;
}

/** Removes all outputs. @returns the bytes that they took */
export function clearOutputs(folder: string = outputsFolder()): number {
  const size = filesOf(folder).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
  rmSync(folder, { recursive: true, force: true });
  return size;
}
