import { cpus } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../base/caches";

/** The processor's name. Native libraries compute differently on another processor, or not at all. */
export const processor: string = cpus()[0]?.model.trim() || process.arch;

/**
 * The folder for this platform where `pnr engine` installs engines and where trials of libraries are cached: in the folder that the
 * environment variable PNR_ENGINE_FOLDER names, else in `engine` of the caches.
 */
export function engineFolder(): string {
  const base = process.env.PNR_ENGINE_FOLDER || cacheFolder("engine");
  return join(base, `${process.platform}-${process.arch}`);
}
