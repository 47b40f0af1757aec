import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { EngineFailure } from "./failure";

const packageName = "@tensorflow/tfjs-node-gpu";

/** The package installs without its native binding, and takes 200 ms to say so when it is loaded. */
function requireBinding(): void {
  let folder: string;
  try {
    folder = dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    throw new EngineFailure(`the package ${packageName} is not installed`, 'install it with "npm install"');
  }
  const lib = join(folder, "lib");
  const found =
    existsSync(lib) && readdirSync(lib).some((abi) => existsSync(join(lib, abi, "tfjs_binding.node")));
  if (!found) {
    throw new EngineFailure(
      `the native binding of ${packageName} is not there`,
      'fetch or build it with "npm run engine"',
    );
  }
}

/**
 * Makes libtensorflow the backend. Returns what runs.
 *
 * @param device "gpu" insists on a CUDA device; "cpu" hides them.
 * @throws EngineFailure when the binding does not load or there is no CUDA device.
 */
export async function startTensorFlow(device: "gpu" | "cpu"): Promise<string> {
  requireBinding();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  if (device === "cpu") process.env.CUDA_VISIBLE_DEVICES = "-1";
  try {
    require(packageName);
    await tf.setBackend("tensorflow");
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new EngineFailure(
      `the native binding of ${packageName} does not load: ${reason}`,
      'build it for this machine with "npm run engine"',
      { cause: error },
    );
  }
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean; binding: { TF_Version: string } };
  if (device === "gpu" && !backend.isUsingGpuDevice) {
    throw new EngineFailure(
      "TensorFlow finds no CUDA device",
      'check the driver with "nvidia-smi" and that CUDA and cuDNN are on LD_LIBRARY_PATH',
    );
  }
  return `TensorFlow ${backend.binding.TF_Version} on ${device === "gpu" ? "CUDA" : "CPU"}`;
}
