import { existsSync } from "node:fs";
import { join } from "node:path";
import userCache from "cachedir";

/** This package's folder. */
export const packageRoot: string = join(__dirname, "../../..");

/**
 * The folder of all caches: the environment variable PNR_CACHE; else `.cache` in a clone of this project; else `pnr` in the user's
 * cache folder (XDG_CACHE_HOME, `~/.cache`, or the equivalent on macOS and Windows).
 */
export function cachesFolder(): string {
  return process.env.PNR_CACHE || (isClone() ? join(packageRoot, ".cache") : usersFolder());
}

/** A folder inside {@link cachesFolder}. */
export function cacheFolder(
  name: "corpora" | "vectors" | "bert" | "encoders" | "engine" | "jupyter",
): string {
  return join(cachesFolder(), name);
}

/** An installed package does not contain the setup step. */
function isClone(): boolean {
  return existsSync(join(packageRoot, "src", "setup.mjs"));
}

function usersFolder(): string {
  try {
    return userCache("pnr");
  } catch {
    // A user without an entry in the system's database has no home, for example in some containers.
    return join(packageRoot, ".cache");
  }
}
