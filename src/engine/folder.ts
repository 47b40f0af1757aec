import { join } from "node:path";
import { cacheFolder } from "../base/caches";

/**
 * Where `pnr engine` installs engines and where the proofs of libraries are cached: a folder for this platform in the one that
 * the environment's PNR_ENGINE_FOLDER names, else in `engine` of the caches.
 */
export function engineFolder(): string {
  const base = process.env.PNR_ENGINE_FOLDER || cacheFolder("engine");
  return join(base, `${process.platform}-${process.arch}`);
}
