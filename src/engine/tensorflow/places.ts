import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { version_core } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { packageRoot } from "../../base/caches";
import { engineFolder } from "../folder";
import { processor } from "../processor";

export const packageName = "@tensorflow/tfjs-node-gpu";

/** How to get it: its own install script would fetch a binary that few machines can use, and fail without its host. */
export const packageRemedy: string = `npm install --ignore-scripts ${packageName}@${version_core}`;

/** Installs the engine. */
export const installCommand = "npx pnr engine --tensorflow";

/** What `pnr engine --tensorflow` writes next to a binding that passed its proof. */
export interface Seal {
  /** Version of the package whose binding it is. */
  readonly package: string;
  readonly device: "cuda" | "cpu";
  /** Processors on which it was proved: on another it may end the process that loads it. */
  readonly processors: readonly string[];
}

const sealSchema: z.ZodType<Seal> = z.object({
  package: z.string(),
  device: z.enum(["cuda", "cpu"]),
  processors: z.array(z.string()),
});

export interface InstalledBinding {
  readonly path: string;
  /** Undefined for a binding that somebody put into the package itself. */
  readonly seal: Seal | undefined;
}

/** The folder whose node_modules holds the packages: this package's own in a checkout, else that of the project it is installed in. */
export const projectRoot: string = packageRoot.split(`${sep}node_modules${sep}`)[0];

/**
 * What `pnr engine --tensorflow` installs: `lib/napi-v…/tfjs_binding.node` and `deps/lib`, as in the package itself, the Python
 * packages whose libraries it is linked with, and the seal. The folder appears whole.
 */
export const tensorFlowFolder = (): string => join(engineFolder(), "tensorflow");

/** A module next to a binding that was built here, which keeps standard error silent while the binding loads. */
export const stderrName = "tfjs_stderr.node";

export const sealName = "engine.json";

/** The package's folder; undefined where it is not installed. */
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

/** The binding below a folder laid out like the package. */
export function bindingBelow(folder: string): string | undefined {
  const lib = join(folder, "lib");
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((abi) => join(lib, abi, "tfjs_binding.node"))
    .find((path) => existsSync(path));
}

/** The binding that `pnr engine --tensorflow` has installed for this version of the package, else one in the package itself. */
export function findBinding(inPackage: string): InstalledBinding | undefined {
  const seal = readSeal(tensorFlowFolder());
  const own = seal?.package === packageVersion(inPackage) ? bindingBelow(tensorFlowFolder()) : undefined;
  if (own !== undefined) return { path: own, seal };
  const path = bindingBelow(inPackage);
  return path === undefined ? undefined : { path, seal: undefined };
}

/** Whether a binding may be loaded here; one that somebody put into the package is their own risk. */
export function isProvedHere({ seal }: InstalledBinding): boolean {
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
