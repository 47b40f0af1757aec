import { InputError } from "../../base/errors";

/** The packages of the notebook kernel. An installation with `--omit=optional`, as for a server, lacks them. */
const packages = ["tslab", "typescript", "zeromq", "@types/node"];

/** Loads the notebook kernel. @throws InputError if its packages are not installed */
export async function loadKernel(): Promise<typeof import("../../../notebooks/kernel/index.js")> {
  try {
    for (const name of packages) require.resolve(`${name}/package.json`);
    return await import("../../../notebooks/kernel/index.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new InputError(
      "the packages of the notebook kernel are not installed: npm install --include=optional",
      { cause: error },
    );
  }
}
