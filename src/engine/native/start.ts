import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { EngineFailure } from "../failure";
import { prepareWasm } from "../wasm/start";
import { borrowKernels } from "./borrowed";
import { KernelMemory } from "./kernel-memory";
import { registerLinear } from "./linear";
import { mendNodeUtilities } from "./node-utilities";
import { Operations } from "./operations";
import {
  findBinding,
  isProvedHere,
  packageFolder,
  packageName,
  packageRemedy,
  processor,
  stderrName,
} from "./places";
import { replaceProduct } from "./product";
import { replaceReshape } from "./reshape";
import { type Binding, makeSharedBackend, type NodeBackendClass } from "./shared-backend";
import { replaceRowSums } from "./sums";

/** The device is decided when a process loads the library, for good. */
let loading: Promise<Loaded> | undefined;

interface Loaded {
  readonly binding: Binding;
  readonly detail: string;
}

/**
 * Makes libtensorflow the backend. Returns what runs.
 *
 * @param device "gpu" insists on a CUDA device; "cpu" hides them.
 * @param path of the binding, where not the installed one
 * @throws EngineFailure when the binding is not there or does not load, or the device is not to be had.
 */
export async function startTensorFlow(device: "gpu" | "cpu", path?: string): Promise<string> {
  loading ??= load(device, path);
  // A failed start leaves another try open.
  loading.catch(() => {
    loading = undefined;
  });
  const { binding, detail } = await loading;
  const onGpu = binding.isUsingGpuDevice();
  if (device === "gpu" && !onGpu) throw withoutCuda(binding);
  if (device === "cpu" && onGpu) {
    throw new EngineFailure("this process runs it on CUDA already", "start a new process");
  }
  await tf.setBackend("tensorflow");
  return detail;
}

async function load(device: "gpu" | "cpu", path: string | undefined): Promise<Loaded> {
  const { binding, NodeBackend } = loadLibrary(device, path);
  const onGpu = binding.isUsingGpuDevice();
  const version = `TensorFlow ${binding.TF_Version}`;
  if (onGpu) {
    // Kernels on a GPU's tensors would wait for each to come over.
    tf.registerBackend("tensorflow", () => new NodeBackend(binding, packageName));
    return { binding, detail: `${version} on CUDA` };
  }
  const { backend: wasm } = await prepareWasm();
  const backend = makeSharedBackend(NodeBackend, binding, packageName, new KernelMemory(wasm));
  tf.registerBackend("tensorflow", () => backend);
  const operations = new Operations(backend);
  registerLinear(backend, operations);
  borrowKernels(backend, wasm);
  replaceProduct(operations);
  replaceRowSums(operations);
  replaceReshape(backend);
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return { binding, detail: `${version} on CPU, own kernels, ${threads} thread${threads === 1 ? "" : "s"}` };
}

function loadLibrary(
  device: "gpu" | "cpu",
  given: string | undefined,
): { readonly binding: Binding; readonly NodeBackend: NodeBackendClass } {
  const folder = packageFolder();
  if (folder === undefined) {
    throw new EngineFailure(
      `the package ${packageName} is not installed`,
      `install it with "${packageRemedy}", then "npx pnr engine"`,
    );
  }
  const installed = findBinding(folder);
  if (given === undefined && installed !== undefined && !isProvedHere(installed)) {
    throw new EngineFailure(
      `what "npx pnr engine" has made was proved on another processor than this (${processor})`,
      'prove it on this one with "npx pnr engine"',
    );
  }
  const path = given ?? installed?.path;
  if (path === undefined) {
    throw new EngineFailure(
      `the native binding of ${packageName} is not there`,
      'fetch or build it with "npx pnr engine"',
    );
  }
  const { CUDA_VISIBLE_DEVICES: visible } = process.env;
  // TensorFlow writes to standard error past Node; what goes wrong comes as an error as well.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  // Without this it takes all of a GPU's memory, also of one that others use.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  if (device === "cpu") process.env.CUDA_VISIBLE_DEVICES = "-1";
  try {
    mendNodeUtilities();
    const binding = requireSilently(path);
    // The package's own index finds its binding in the package alone, and sets the backend while it loads.
    const { NodeJSKernelBackend } = require(join(folder, "dist/nodejs_kernel_backend.js"));
    require(join(folder, "dist/register_all_kernels.js"));
    return { binding, NodeBackend: NodeJSKernelBackend };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new EngineFailure(
      `the native binding of ${packageName} does not load: ${reason}`,
      'build it for this machine with "npx pnr engine"',
      { cause: error },
    );
  } finally {
    if (visible === undefined) delete process.env.CUDA_VISIBLE_DEVICES;
    else process.env.CUDA_VISIBLE_DEVICES = visible;
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

function withoutCuda({ TF_Version }: Binding): EngineFailure {
  if (!existsSync("/proc/driver/nvidia/version")) {
    return new EngineFailure(
      "there is no NVIDIA driver",
      "use another engine, or a machine with an NVIDIA GPU",
    );
  }
  return new EngineFailure(
    `TensorFlow ${TF_Version} finds no CUDA device`,
    'check that "nvidia-smi" lists one, then build the engine for it with "npx pnr engine --force"',
  );
}
