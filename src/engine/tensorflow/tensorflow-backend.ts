import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { EngineFailure } from "../engine-failure";
import { processor } from "../machine";
import {
  findBinding,
  installCommand,
  isTriedHere,
  packageFolder,
  packageName,
  packageRemedy,
  stderrName,
} from "./binding";

/** The functions of the package's C++ binding that we use. */
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

interface TensorFlowOptions {
  /** Refuses to run on the CPU. */
  readonly gpuOnly?: boolean;
  /** Path of the binding (default: the installed one). */
  readonly path?: string;
}

/** The library that this process has loaded. It chooses its device once. */
let loaded: Binding | undefined;

/**
 * Makes TensorFlow's C++ library the backend, on a GPU if there is one, else on the CPU. Returns a description.
 *
 * @throws EngineFailure if the binding is missing or does not load, or finds no GPU although `gpuOnly` is set
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

/** @throws EngineFailure if no binding is installed that may be loaded here */
function installedBinding(folder: string, gpuOnly: boolean | undefined): string {
  const installed = findBinding(folder);
  if (installed === undefined) {
    throw new EngineFailure(
      "TensorFlow's C++ binding is not installed",
      `install it with "${installCommand}"`,
    );
  }
  if (!isTriedHere(installed)) {
    throw new EngineFailure(
      `TensorFlow is installed, but its trial ran only on other processors, not on this one (${processor})`,
      `repeat the trial here with "${installCommand}"`,
    );
  }
  // Loading the library takes long, and another engine will be used.
  if (gpuOnly && installed.seal?.device === "cpu") {
    throw new EngineFailure(
      "TensorFlow is installed for the CPU",
      `install it for a GPU with "${installCommand} --device cuda"`,
    );
  }
  return installed.path;
}

function loadBinding(folder: string, path: string): Binding {
  // TensorFlow logs to standard error. Failures are also thrown.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  // By default, TensorFlow takes all memory of a GPU, even if others use it.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  try {
    restoreNodeUtilities();
    const binding = requireSilently(path);
    // The package's index loads only a binding inside the package, and sets the backend while it loads.
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

/** Restores two functions of Node's `util` that tfjs-node calls and Node 23 removed. */
function restoreNodeUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
}

/** Loads the binding without its log messages, unless the user has set TensorFlow's log level. */
function requireSilently(path: string): Binding {
  const module = join(dirname(path), stderrName);
  const silent = process.env.TF_CPP_MIN_LOG_LEVEL === "3" && existsSync(module);
  const stderr: { silence(): void; restore(): void } | undefined = silent ? require(module) : undefined;
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
