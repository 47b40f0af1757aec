import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { EngineFailure } from "../failure";
import { processor } from "../processor";
import { restoreNodeUtilities } from "./node-utilities";
import {
  findBinding,
  installCommand,
  isProvedHere,
  packageFolder,
  packageName,
  packageRemedy,
  stderrName,
} from "./places";

/** What we use of the package's C++ side. */
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

export interface TensorFlowOptions {
  /** Refuses to run on the CPU. */
  readonly gpuOnly?: boolean;
  /** Path of the binding; the installed one by default. */
  readonly path?: string;
}

/** The library this process has loaded, which decides on the device for good. */
let loaded: Binding | undefined;

/**
 * Makes TensorFlow's C++ library the backend, on a GPU where there is one, on the CPU otherwise. Returns what runs.
 *
 * @throws EngineFailure when the binding is missing or does not load, or finds no GPU where `gpuOnly` asks for one.
 */
export async function startTensorFlow(options: TensorFlowOptions = {}): Promise<string> {
  loaded ??= load(options);
  const onGpu = loaded.isUsingGpuDevice();
  if (options.gpuOnly && !onGpu) throw withoutGpu(loaded);
  await tf.setBackend("tensorflow");
  return `TensorFlow ${loaded.TF_Version} on ${onGpu ? "a GPU" : `the CPU, ${threads()}`}`;
}

function threads(): string {
  const count = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return count === 1 ? "1 thread" : `${count} threads`;
}

function load({ gpuOnly, path }: TensorFlowOptions): Binding {
  const folder = packageFolder();
  if (folder === undefined) {
    throw new EngineFailure(
      `the package ${packageName} is not installed`,
      `install it with "${packageRemedy}", then "${installCommand}"`,
    );
  }
  return loadBinding(folder, path ?? installedBinding(folder, gpuOnly));
}

/** Path of the installed binding, which may be loaded here. */
function installedBinding(folder: string, gpuOnly: boolean | undefined): string {
  const installed = findBinding(folder);
  if (installed === undefined) {
    throw new EngineFailure(
      "TensorFlow's C++ binding is not installed",
      `install it with "${installCommand}"`,
    );
  }
  if (!isProvedHere(installed)) {
    throw new EngineFailure(
      `what "${installCommand}" has made was proved on another processor than this (${processor})`,
      `prove it on this one with "${installCommand}"`,
    );
  }
  // Spares a process that takes another engine the time to load the library.
  if (gpuOnly && installed.seal?.device === "cpu") {
    throw new EngineFailure(
      "TensorFlow is installed for the CPU",
      `install it for a GPU with "${installCommand} --device cuda"`,
    );
  }
  return installed.path;
}

function loadBinding(folder: string, path: string): Binding {
  // TensorFlow writes to standard error past Node; what goes wrong comes as an error as well.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  // Without this it takes all of a GPU's memory, also of one that others use.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  try {
    restoreNodeUtilities();
    const binding = requireSilently(path);
    // The package's own index finds its binding in the package alone, and sets the backend while it loads.
    const { NodeJSKernelBackend } = require(join(folder, "dist/nodejs_kernel_backend.js"));
    require(join(folder, "dist/register_all_kernels.js"));
    tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, packageName));
    return binding;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new EngineFailure(
      `TensorFlow's C++ binding does not load: ${reason}`,
      `build it for this machine with "${installCommand}"`,
      { cause: error },
    );
  }
}

/** What goes wrong is thrown; setting TensorFlow's own log level asks for the rest. */
function requireSilently(path: string): Binding {
  const module = join(dirname(path), stderrName);
  const talk = process.env.TF_CPP_MIN_LOG_LEVEL !== "3" || !existsSync(module);
  const stderr: { silence(): void; restore(): void } | undefined = talk ? undefined : require(module);
  stderr?.silence();
  try {
    return require(path);
  } finally {
    stderr?.restore();
  }
}

function withoutGpu({ TF_Version }: Binding): EngineFailure {
  if (!existsSync("/proc/driver/nvidia/version")) {
    return new EngineFailure(
      "there is no NVIDIA driver",
      "use another engine, or a machine with an NVIDIA GPU",
    );
  }
  return new EngineFailure(
    `TensorFlow ${TF_Version} finds no GPU`,
    `check that "nvidia-smi" lists one, then build the engine for it with "${installCommand} --force"`,
  );
}
