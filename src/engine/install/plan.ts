import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** What decides which binding of TensorFlow a machine can have. */
export interface Machine {
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** Whether an NVIDIA driver answers. */
  readonly gpu: boolean;
}

/** Undefined if the way is open, else why not: one line without a full stop. */
export type Obstacle = string | undefined;

export interface Plan {
  readonly device: "cuda" | "cpu";
  /** Against the package's own script fetching the published binary. */
  readonly published: Obstacle;
  /** Against a build with the TensorFlow that pip installs. */
  readonly build: Obstacle;
}

export interface Wishes {
  /** Default: cuda if an NVIDIA driver answers. */
  readonly device?: "cuda" | "cpu";
  /** Default: the published binary if the machine can use it, else a build. */
  readonly from?: "published" | "pip";
}

const publishedFor = ["linux x64", "darwin x64", "win32 x64"];

/** How a machine can get the binding. The published binary is tried first. */
export function planFor(machine: Machine, { device, from }: Wishes = {}): Plan {
  const wanted = device ?? (machine.gpu ? "cuda" : "cpu");
  const builds = machine.platform === "linux";
  const system = `${machine.platform} ${machine.arch}`;
  const published = (): Obstacle => {
    if (from === "pip") return "--from pip excludes it";
    if (!publishedFor.includes(system)) return `no binary is published for ${system}`;
    // The published binary needs CUDA 11 and cuDNN 8, which newer GPUs do not run on.
    if (wanted === "cuda" && builds && from === undefined)
      return "it is for CUDA 11 alone, so --from published must ask for it";
    return undefined;
  };
  const build = (): Obstacle => {
    if (from === "published") return "--from published excludes it";
    return builds ? undefined : `it needs Linux, and this is ${machine.platform}`;
  };
  return { device: wanted, published: published(), build: build() };
}

export function examineMachine(): Machine {
  return { platform: process.platform, arch: process.arch, gpu: hasGpu() };
}

function hasGpu(): boolean {
  const listed = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8", timeout: 20_000 });
  if (listed.status === 0) return listed.stdout.includes("GPU ");
  // In a container the driver shows although no GPU was handed in.
  return (
    existsSync("/proc/driver/nvidia/version") && readdirSync("/dev").some((name) => /^nvidia\d/.test(name))
  );
}
