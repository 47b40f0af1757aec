import { join } from "node:path";
import { PnrError } from "../../base/errors";
import { ChildFailure, runInChild } from "../child";

/**
 * Computes values and gradients with a binding in a child process, and compares them with plain JavaScript's.
 *
 * @returns what ran, in one line
 * @throws PnrError when the binding computes wrongly or not at all
 */
export async function proveBinding(path: string, device: "cuda" | "cpu"): Promise<string> {
  // A binding for the CPU is proved on the CPU, also if there is a GPU.
  const env = device === "cpu" ? { ...process.env, CUDA_VISIBLE_DEVICES: "-1" } : process.env;
  try {
    return await runInChild(join(__dirname, "prove.js"), [path, device], { timeout: 300_000, env });
  } catch (error) {
    if (error instanceof ChildFailure) throw new PnrError(error.message, { cause: error });
    throw error;
  }
}
