import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { reason, writeAtomic } from "../../base/files";
import { engineFolder } from "../folder";
import { processor } from "../processor";
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
} from "../tensorflow/places";
import { buildBinding } from "./build";
import { type Installation, install } from "./install";
import { findPython, type Python, runPip } from "./pip";
import { examineMachine, type Plan, planFor, type Wishes } from "./plan";
import { proveBinding } from "./proof";
import { fetchPublished } from "./published";
import { runStage } from "./stage";
import { findBuildTools } from "./tools";

export interface TensorFlowOptions extends Wishes {
  /** Installs everything again. */
  readonly force?: boolean;
  /** Path or name of the Python whose pip installs TensorFlow. */
  readonly python?: string;
  /** The version that pip installs; its newest by default. */
  readonly version?: string;
}

interface Job extends Installation {
  readonly inPackage: string;
  readonly plan: Plan;
  readonly options: TensorFlowOptions;
}

/** Seconds without progress after which pip is ended: unpacking large wheels can be silent for long. */
const patience = 300;

/**
 * Installs the engine tensorflow, unless it is installed and works. Assembles the binding and its libraries in a temporary folder,
 * proves them by a computation, and renames the folder. A repeated call resumes a killed one after pip's part.
 *
 * @returns one line that says what is installed
 * @throws PnrError of one line when TensorFlow cannot be installed
 * @throws InputError when another process installs an engine, or the folder cannot be written
 */
export async function installTensorFlow(options: TensorFlowOptions): Promise<string> {
  const inPackage = packageFolder();
  if (inPackage === undefined) {
    throw new PnrError(`the package ${packageName} is not installed: "${packageRemedy}" installs it`);
  }
  const plan = planFor(examineMachine(), options);
  return install(engineFolder(), "an engine", async (installation) => {
    const job: Job = { ...installation, inPackage, plan, options };
    const installed = options.force ? undefined : await proveInstalled(job);
    if (installed !== undefined) return `the engine tensorflow is installed already: ${installed}`;
    return `the engine tensorflow is installed: ${await make(job)}`;
  });
}

/** What the installed engine runs, if it is what the plan wants and still works. */
async function proveInstalled({ inPackage, plan, progress }: Job): Promise<string | undefined> {
  const folder = tensorFlowFolder();
  const seal = readSeal(folder);
  const path = bindingBelow(folder);
  if (path === undefined || seal?.package !== packageVersion(inPackage)) return undefined;
  if (seal.device !== plan.device) {
    progress.print(`The installed engine is for ${seal.device}: installing one for ${plan.device}.`);
    return undefined;
  }
  try {
    const detail = await proveBinding(path, seal.device);
    if (!seal.processors.includes(processor))
      writeSeal(folder, { ...seal, processors: [...seal.processors, processor] });
    return detail;
  } catch (error) {
    progress.print(`The installed engine no longer works (${reason(error)}): installing it again.`);
    return undefined;
  }
}

async function make(job: Job): Promise<string> {
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
  const { progress, options } = job;
  const python = findPython(options.python ?? "python3");
  const tools = findBuildTools(python.program);
  const folder = join(engineFolder(), "tensorflow.new");
  const packages = join(folder, packagesName(job));
  if (options.force || !existsSync(packages)) {
    rmSync(folder, { recursive: true, force: true });
    await installPackages(packages, python, job);
  }
  await runStage(progress, "Building the binding", () =>
    buildBinding(join(packages, "tensorflow"), folder, tools, job),
  );
  return finish(folder, job);
}

const packagesName = ({ plan, options }: Job): string =>
  `python-${plan.device}-${options.version ?? "newest"}`;

/** Installs TensorFlow's Python packages, whose libraries the binding is linked with. The folder appears whole. */
async function installPackages(folder: string, python: Python, job: Job): Promise<void> {
  const cuda = job.plan.device === "cuda";
  const { version } = job.options;
  const name = cuda ? "tensorflow[and-cuda]" : "tensorflow-cpu";
  const requirement = version === undefined ? name : `${name}==${version}`;
  const target = join(job.scratch, "python");
  // TensorFlow's Python code is never run, so its own wheel is enough; for CUDA, the wheels that it depends on bring CUDA.
  const dependencies = cuda ? [] : ["--no-deps"];
  await runStage(job.progress, `Installing ${requirement} by pip (${cuda ? "3 GB" : "250 MB"})`, (note) =>
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

/** Puts a finished folder in its place, once its binding has computed correctly. */
async function finish(folder: string, { plan, inPackage, progress, scratch }: Job): Promise<string> {
  const path = bindingBelow(folder);
  if (path === undefined) throw new PnrError("it holds no binding");
  const detail = await runStage(progress, "Proving it by a computation", () =>
    proveBinding(path, plan.device),
  );
  writeSeal(folder, { package: packageVersion(inPackage), device: plan.device, processors: [processor] });
  const place = tensorFlowFolder();
  if (existsSync(place)) renameSync(place, join(scratch, "old"));
  renameSync(folder, place);
  return detail;
}

function writeSeal(folder: string, seal: Seal): void {
  writeAtomic(join(folder, sealName), `${JSON.stringify(seal, null, 2)}\n`);
}
