import { existsSync } from "node:fs";
import { join } from "node:path";
import userCache from "cachedir";

/** This package's folder. */
export const packageRoot: string = join(__dirname, "../../..");

/**
 * The folder of all that is stored only to save time: the environment's PNR_CACHE; else `.cache` of a clone of this project;
 * else `pnr` in the user's cache folder (XDG_CACHE_HOME, `~/.cache`, or what macOS and Windows have).
 */
export function cachesFolder(): string {
  return process.env.PNR_CACHE || (isClone() ? join(packageRoot, ".cache") : usersFolder());
}

/** One of the {@link cachesFolder}'s folders. */
export function cacheFolder(name: "corpora" | "vectors" | "bert" | "encoders" | "engine"): string {
  return join(cachesFolder(), name);
}

/** An installed package comes without its set-up step. */
function isClone(): boolean {
  return existsSync(join(packageRoot, "src", "setup.mjs"));
}

function usersFolder(): string {
  try {
    return userCache("pnr");
  } catch {
    // a user whom the system does not know, as in some containers, has no home
    return join(packageRoot, ".cache");
  }
}
