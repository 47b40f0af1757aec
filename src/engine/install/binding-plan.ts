import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** The properties of a machine that decide which binding of TensorFlow it can use. */
export interface Machine {
  /** `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** Whether an NVIDIA driver answers. */
  readonly gpu: boolean;
}

/** Undefined if the option is available, else why not: one line without a period. */
type Obstacle = string | undefined;

export interface BindingPlan {
  readonly device: "cuda" | "cpu";
  /** Why the published binary cannot be fetched. */
  readonly published: Obstacle;
  /** Why the binding cannot be built with the TensorFlow that pip installs. */
  readonly build: Obstacle;
}

export interface BindingOptions {
  /** Default: cuda if an NVIDIA driver answers. */
  readonly device?: "cuda" | "cpu";
  /** Default: the published binary if the machine can use it, else a build. */
  readonly from?: "published" | "pip";
}

const publishedSystems = ["linux x64", "darwin x64", "win32 x64"];

/** How a machine can get the binding. The published binary is tried first. */
export function planBinding(machine: Machine, { device: requested, from }: BindingOptions = {}): BindingPlan {
  const device = requested ?? (machine.gpu ? "cuda" : "cpu");
  const isLinux = machine.platform === "linux";
  const system = `${machine.platform} ${machine.arch}`;
  const published = (): Obstacle => {
    if (from === "pip") return "--from pip excludes it";
    if (!publishedSystems.includes(system)) return `no binary is published for ${system}`;
    // It needs CUDA 11 and cuDNN 8, which do not support newer GPUs.
    if (device === "cuda" && isLinux && from === undefined)
      return "it supports only CUDA 11, so it needs --from published";
    return undefined;
  };
  const build = (): Obstacle => {
    if (from === "published") return "--from published excludes it";
    return isLinux ? undefined : `it needs Linux, and this is ${machine.platform}`;
  };
  return { device, published: published(), build: build() };
}

export function examineMachine(): Machine {
  return { platform: process.platform, arch: process.arch, gpu: hasGpu() };
}

function hasGpu(): boolean {
  const { status, stdout } = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8", timeout: 20_000 });
  if (status === 0) return stdout.includes("GPU ");
  // A container may see the driver, but not the GPU.
  return (
    existsSync("/proc/driver/nvidia/version") && readdirSync("/dev").some((name) => /^nvidia\d/.test(name))
  );
}
