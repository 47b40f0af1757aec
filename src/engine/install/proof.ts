import { execFile } from "node:child_process";
import { join } from "node:path";
import { PnrError } from "../../base/errors";

/** What a proved binding runs, as its process tells. */
export interface Proof {
  readonly tensorflow: string;
  readonly device: "cuda" | "cpu";
  /** One line. */
  readonly detail: string;
}

/**
 * Computes values and gradients with a binding in a process of its own, which a bad library may end.
 * @throws PnrError when they are wrong or do not come
 */
export function proveBinding(path: string, device: "cuda" | "cpu"): Promise<Proof> {
  return new Promise((resolve, reject) => {
    // TensorFlow for the CPU is proved there, also where there is a GPU.
    const env = device === "cpu" ? { ...process.env, CUDA_VISIBLE_DEVICES: "-1" } : process.env;
    const options = { timeout: 300_000, env };
    execFile(
      process.execPath,
      [join(__dirname, "prove.js"), path, device],
      options,
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(JSON.parse(stdout));
          return;
        }
        const said = stderr.trim().split("\n").at(-1);
        reject(new PnrError(said || `its process ended with ${error.signal ?? `exit code ${error.code}`}`));
      },
    );
  });
}
