import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { reason, writeAtomic } from "../../base/files";
import { ChildFailure, runInChild } from "../child";
import { engineFolder, processor } from "../machine";
import {
  bindingBelow,
  packageFolder,
  packageName,
  packageRemedy,
  packageVersion,
  readSeal,
  type Seal,
  sealName,
  tensorFlowFolder,
} from "../tensorflow/binding";
import { type BindingOptions, type BindingPlan, examineMachine, planBinding } from "./binding-plan";
import { buildBinding } from "./build-binding";
import { findBuildTools } from "./build-tools";
import { type Installation, install, runStage } from "./installation";
import { findPython, type Python, runPip } from "./pip";
import { fetchPublished } from "./published-binding";

interface TensorFlowInstallOptions extends BindingOptions {
  /** Installs everything again. */
  readonly force?: boolean;
  /** Path or name of the Python whose pip installs TensorFlow. */
  readonly python?: string;
  /** The version for pip (default: the newest). */
  readonly version?: string;
}

interface Job extends Installation {
  /** The folder of the package {@link packageName}. */
  readonly inPackage: string;
  readonly plan: BindingPlan;
  readonly options: TensorFlowInstallOptions;
}

/** Seconds without progress after which pip is killed. Unpacking large wheels takes long without any output. */
const patience = 300;

/**
 * Installs the engine tensorflow, unless it is installed and works. Assembles the binding and its libraries in a temporary folder,
 * runs a test computation, and renames the folder. After an interruption, the next call resumes after pip's part.
 *
 * @returns one line that says what is installed
 * @throws PnrError of one line if TensorFlow cannot be installed
 * @throws InputError if another process is installing an engine, or the folder cannot be written
 */
export async function installTensorFlow(options: TensorFlowInstallOptions): Promise<string> {
  const inPackage = packageFolder();
  if (inPackage === undefined) {
    throw new PnrError(`the package ${packageName} is not installed: "${packageRemedy}" installs it`);
  }
  const plan = planBinding(examineMachine(), options);
  return install(engineFolder(), "an engine", async (installation) => {
    const job: Job = { ...installation, inPackage, plan, options };
    const installed = options.force ? undefined : await tryInstalled(job);
    if (installed !== undefined) return `the engine tensorflow is already installed: ${installed}`;
    return `the engine tensorflow is installed: ${await fetchOrBuild(job)}`;
  });
}

/** Describes the installed engine; undefined if it does not fit the plan or does not work. */
async function tryInstalled({ inPackage, plan, progress }: Job): Promise<string | undefined> {
  const folder = tensorFlowFolder();
  const seal = readSeal(folder);
  const path = bindingBelow(folder);
  if (path === undefined || seal?.package !== packageVersion(inPackage)) return undefined;
  if (seal.device !== plan.device) {
    progress.print(`The installed engine is for ${seal.device}: installing one for ${plan.device}.`);
    return undefined;
  }
  try {
    const detail = await tryBinding(path, seal.device);
    if (!seal.processors.includes(processor))
      writeSeal(folder, { ...seal, processors: [...seal.processors, processor] });
    return detail;
  } catch (error) {
    progress.print(`The installed engine no longer works (${reason(error)}): installing it again.`);
    return undefined;
  }
}

async function fetchOrBuild(job: Job): Promise<string> {
  const { plan, progress, scratch } = job;
  let { published } = plan;
  if (published === undefined) {
    try {
      const folder = join(scratch, "published");
      await runStage(progress, "Fetching the published binary", (note) => fetchPublished(folder, job, note));
      return await finish(folder, job);
    } catch (error) {
      published = reason(error);
    }
  }
  if (plan.build !== undefined) {
    throw new PnrError(
      `TensorFlow has no published binary for this machine (${published}), and cannot be built here (${plan.build}): use another engine`,
    );
  }
  progress.print(`No published binary: ${published}. Building with the TensorFlow that pip installs.`);
  return build(job);
}

async function build(job: Job): Promise<string> {
  const { plan, progress, options } = job;
  const python = findPython(options.python ?? "python3");
  const tools = findBuildTools(python.program);
  const folder = join(engineFolder(), "tensorflow.new");
  const packages = join(folder, `python-${plan.device}-${options.version ?? "newest"}`);
  if (options.force || !existsSync(packages)) {
    rmSync(folder, { recursive: true, force: true });
    await installPackages(packages, python, job);
  }
  await runStage(progress, "Building the binding", () =>
    buildBinding(join(packages, "tensorflow"), folder, tools, job),
  );
  return finish(folder, job);
}

/** Installs the Python packages with TensorFlow's libraries. The folder appears whole. */
async function installPackages(folder: string, python: Python, job: Job): Promise<void> {
  const cuda = job.plan.device === "cuda";
  const { version } = job.options;
  const name = cuda ? "tensorflow[and-cuda]" : "tensorflow-cpu";
  const requirement = version === undefined ? name : `${name}==${version}`;
  const target = join(job.scratch, "python");
  // We do not run TensorFlow's Python code. Its own wheel suffices, unless others bring CUDA.
  const dependencies = cuda ? [] : ["--no-deps"];
  await runStage(job.progress, `Installing ${requirement} with pip (${cuda ? "3 GB" : "250 MB"})`, (note) =>
    runPip(python, ["install", ...dependencies, "--target", target], { ...job, requirement, patience, note }),
  );
  const libraries = join(target, "tensorflow");
  if (!existsSync(join(libraries, "libtensorflow_cc.so.2"))) {
    throw new PnrError(
      `${requirement} has no libtensorflow_cc.so.2: name another version, as in --tensorflow 2.21.0`,
    );
  }
  // The linker looks for these names.
  symlinkSync("libtensorflow_cc.so.2", join(libraries, "libtensorflow.so"));
  symlinkSync("libtensorflow_framework.so.2", join(libraries, "libtensorflow_framework.so"));
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(target, folder);
}

/** Replaces the installed engine by a folder whose binding passes its trial. */
async function finish(folder: string, { plan, inPackage, progress, scratch }: Job): Promise<string> {
  const path = bindingBelow(folder);
  if (path === undefined) throw new PnrError("it contains no binding");
  const detail = await runStage(progress, "Running a trial", () => tryBinding(path, plan.device));
  writeSeal(folder, { package: packageVersion(inPackage), device: plan.device, processors: [processor] });
  const target = tensorFlowFolder();
  if (existsSync(target)) renameSync(target, join(scratch, "old"));
  renameSync(folder, target);
  return detail;
}

/**
 * Compares a binding with plain JavaScript in a child process.
 *
 * @returns one line that describes the engine
 * @throws PnrError if the binding computes wrongly or not at all
 */
async function tryBinding(path: string, device: "cuda" | "cpu"): Promise<string> {
  // A binding for the CPU is tried on the CPU, even if there is a GPU.
  const env = device === "cpu" ? { ...process.env, CUDA_VISIBLE_DEVICES: "-1" } : process.env;
  try {
    return await runInChild(join(__dirname, "try-binding.js"), [path, device], { timeout: 300_000, env });
  } catch (error) {
    if (error instanceof ChildFailure) throw new PnrError(error.message, { cause: error });
    throw error;
  }
}

function writeSeal(folder: string, seal: Seal): void {
  writeAtomic(join(folder, sealName), `${JSON.stringify(seal, null, 2)}\n`);
}
