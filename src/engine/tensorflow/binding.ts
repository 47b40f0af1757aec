import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { version_core } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { packageRoot } from "../../base/caches";
import { engineFolder, processor } from "../machine";

export const packageName = "@tensorflow/tfjs-node-gpu";

/** Skips the package's install script, which fetches a binary that few machines can use and fails if the host does not answer. */
export const packageRemedy: string = `npm install --ignore-scripts ${packageName}@${version_core}`;

export const installCommand = "npx pnr engine --tensorflow";

/** The record that `pnr engine --tensorflow` writes next to a binding that passed its trial. */
export interface Seal {
  /** Version of the package that the binding belongs to. */
  readonly package: string;
  readonly device: "cuda" | "cpu";
  /** Processors on which it passed its trial. On others, it may crash the process that loads it. */
  readonly processors: readonly string[];
}

const sealSchema: z.ZodType<Seal> = z.object({
  package: z.string(),
  device: z.enum(["cuda", "cpu"]),
  processors: z.array(z.string()),
});

interface InstalledBinding {
  readonly path: string;
  /** Undefined for a binding that the user put into the package. */
  readonly seal: Seal | undefined;
}

/** The folder whose node_modules contains the packages: this package's in a checkout, else that of the project that installed it. */
export const projectRoot: string = packageRoot.split(`${sep}node_modules${sep}`)[0];

/**
 * The folder of an installed binding. It contains `lib/napi-v…/tfjs_binding.node` and `deps/lib`, as the package does, the Python
 * packages with the libraries that the binding is linked to, and the seal. The folder appears whole.
 */
export const tensorFlowFolder = (): string => join(engineFolder(), "tensorflow");

/** A module next to a binding that was built here. It silences standard error while the binding loads. */
export const stderrName = "tfjs_stderr.node";

export const sealName = "engine.json";

/** The package's folder; undefined if it is not installed. */
export function packageFolder(): string | undefined {
  try {
    return dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

export function packageVersion(folder: string): string {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

/** The binding in a folder laid out like the package. */
export function bindingBelow(folder: string): string | undefined {
  const lib = join(folder, "lib");
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((abi) => join(lib, abi, "tfjs_binding.node"))
    .find((path) => existsSync(path));
}

/**
 * The binding that `pnr engine --tensorflow` has installed for this version of the package, else the one inside the package.
 * @param folder the package's folder
 */
export function findBinding(folder: string): InstalledBinding | undefined {
  const seal = readSeal(tensorFlowFolder());
  if (seal?.package === packageVersion(folder)) {
    const path = bindingBelow(tensorFlowFolder());
    if (path !== undefined) return { path, seal };
  }
  const path = bindingBelow(folder);
  return path === undefined ? undefined : { path, seal: undefined };
}

/** Whether a binding may be loaded on this processor. We do not check one that the user put into the package. */
export function isTriedHere({ seal }: InstalledBinding): boolean {
  return seal === undefined || seal.processors.includes(processor);
}

/** `undefined` if the file is missing or damaged. */
export function readSeal(folder: string): Seal | undefined {
  try {
    return sealSchema.safeParse(JSON.parse(readFileSync(join(folder, sealName), "utf8"))).data;
  } catch {
    return undefined;
  }
}
