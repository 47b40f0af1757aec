import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What decides which engine a machine can have. */
export interface Machine {
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** Whether an NVIDIA driver answers. */
  readonly gpu: boolean;
  /** Whether CUDA 11 and cuDNN 8 are there, which the published binary is linked with. */
  readonly cuda11: boolean;
}

export function examineMachine(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    gpu: hasGpu(),
    cuda11: hasLibraries("libcudart.so.11.0", "libcudnn.so.8"),
  };
}

function hasGpu(): boolean {
  const listed = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8", timeout: 20_000 });
  if (listed.status === 0) return listed.stdout.includes("GPU ");
  // In a container the driver shows although no GPU was handed in.
  return (
    existsSync("/proc/driver/nvidia/version") && readdirSync("/dev").some((name) => /^nvidia\d/.test(name))
  );
}

/** Whether the dynamic linker finds all of them. */
function hasLibraries(...names: string[]): boolean {
  const cache = spawnSync("ldconfig", ["-p"], { encoding: "utf8", timeout: 20_000 }).stdout ?? "";
  const folders = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter((folder) => folder !== "");
  return names.every(
    (name) => cache.includes(`\t${name} `) || folders.some((folder) => existsSync(join(folder, name))),
  );
}
