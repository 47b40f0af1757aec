import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PnrError } from "../../base/errors";
import { reason, writeAtomic } from "../../base/files";
import { processor } from "../processor";
import {
  bindingBelow,
  bindingFolder,
  engineFolder,
  packageFolder,
  packageName,
  packageRemedy,
  packageVersion,
  readSeal,
  type Seal,
  sealName,
} from "../tensorflow/places";
import { buildBinding, fetchHeaders } from "./build";
import { librariesOf, makeEnvironment, versionOf } from "./environment";
import { examineMachine } from "./machine";
import { type Plan, planFor, type Wishes } from "./plan";
import { type Proof, proveBinding } from "./proof";
import { fetchPublished } from "./published";
import type { Stages } from "./stages";
import { findBuildTools, requireSpace } from "./tools";

export interface InstallOptions extends Wishes {
  /** Makes everything anew. */
  readonly force?: boolean;
  /** Which Python makes the environment. */
  readonly python?: string;
  /** The version that pip installs; the newest where none is given. */
  readonly tensorflow?: string;
}

/** Bytes that an environment takes, with what is needed on the way. */
const space = { cpu: 2.5e9, cuda: 12e9 };

/** Names under which unfinished work lies; the process that makes it stands last. */
const unfinished = /\.making-(\d+)$/;

/**
 * Installs the engine tensorflow, unless it is installed already. Each part is made under a temporary name and renamed when it
 * is complete, so an interrupted installation is never mistaken for an engine.
 * @returns one line that says what is installed
 * @throws PnrError of one line when it cannot be had
 */
export async function installEngine(options: InstallOptions, stages: Stages): Promise<string> {
  const inPackage = packageFolder();
  if (inPackage === undefined) {
    throw new PnrError(`the package ${packageName} is not installed: "${packageRemedy}" installs it`);
  }
  mkdirSync(engineFolder, { recursive: true });
  clearUnfinished();
  const plan = planFor(examineMachine(), options);
  if (!options.force) {
    const there = await proveInstalled(inPackage, plan, stages);
    if (there !== undefined) return `the engine tensorflow is there already: ${there.detail}`;
  }
  const log = join(engineFolder, "install.log");
  writeFileSync(log, "");
  const work = making(bindingFolder);
  try {
    const proof = await make(inPackage, plan, options, work, log, stages);
    return `the engine tensorflow is there: ${proof.detail}`;
  } finally {
    clearOwnWork();
  }
}

const making = (folder: string): string => `${folder}.making-${process.pid}`;

/** What this process has under way, for one that is interrupted. */
export function clearOwnWork(): void {
  clear((pid) => pid === process.pid);
}

/** What interrupted processes have left. */
function clearUnfinished(): void {
  clear((pid) => !isRunning(pid));
}

function clear(chosen: (pid: number) => boolean): void {
  if (!existsSync(engineFolder)) return;
  for (const name of readdirSync(engineFolder)) {
    const pid = name.match(unfinished)?.[1];
    if (pid !== undefined && chosen(Number(pid))) {
      rmSync(join(engineFolder, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The engine that is in place, if it is what the plan wants and still works. */
async function proveInstalled(inPackage: string, plan: Plan, stages: Stages): Promise<Proof | undefined> {
  const seal = readSeal(bindingFolder);
  const path = bindingBelow(bindingFolder);
  if (path === undefined || seal?.package !== packageVersion(inPackage)) return undefined;
  if (seal.device !== plan.device) {
    stages.say(`The engine that is there is for ${seal.device}: making one for ${plan.device}.`);
    return undefined;
  }
  try {
    const proof = await proveBinding(path, seal.device);
    const processors = new Set(seal.processors).add(processor);
    if (processors.size !== seal.processors?.length)
      writeSeal(bindingFolder, { ...seal, processors: [...processors] });
    return proof;
  } catch (error) {
    stages.say(`The engine that is there does not work any more (${reason(error)}): making it anew.`);
    return undefined;
  }
}

async function make(
  inPackage: string,
  plan: Plan,
  options: InstallOptions,
  work: string,
  log: string,
  stages: Stages,
): Promise<Proof> {
  let why: string;
  if ("take" in plan.published) {
    try {
      await stages.run("Fetching the published binary", (note) => fetchPublished(inPackage, work, log, note));
      return await prove(work, "published", inPackage, plan, stages);
    } catch (error) {
      rmSync(work, { recursive: true, force: true });
      why = reason(error);
    }
  } else {
    why = plan.published.not;
  }
  if ("not" in plan.build) {
    throw new PnrError(
      `the published binary cannot be had (${why}), nor a build (${plan.build.not}): the wasm engine needs neither`,
    );
  }
  stages.say(`No published binary: ${why}. Building with the TensorFlow that pip installs.`);
  const libraries = await tensorFlow(plan.build.take, plan.device, options, log, stages);
  await stages.run("Building the binding", () =>
    buildBinding(inPackage, libraries.folder, work, libraries.tools, log),
  );
  return prove(work, "built", inPackage, plan, stages);
}

/** TensorFlow's folder, installed if need be, once everything else that a build needs is known to be there. */
async function tensorFlow(
  name: string,
  device: "cuda" | "cpu",
  { python = "python3", tensorflow, force }: InstallOptions,
  log: string,
  stages: Stages,
) {
  const tools = findBuildTools(python);
  if (tools.nodeHeaders === undefined) {
    await stages.run("Fetching Node's headers", () => fetchHeaders(tools, log));
  }
  const folder = join(engineFolder, device === "cuda" ? "tensorflow-cuda" : "tensorflow-cpu");
  const there = librariesOf(folder);
  const fits = there !== undefined && (tensorflow === undefined || versionOf(there) === tensorflow);
  if (!fits || force) {
    requireSpace(engineFolder, space[device]);
    const work = making(folder);
    const requirement = tensorflow === undefined ? name : `${name}==${tensorflow}`;
    await stages.run(`Installing ${requirement} by pip (${device === "cuda" ? "3 GB" : "250 MB"})`, (note) =>
      makeEnvironment({ ...tools, requirement, folder, work, log }, note),
    );
  }
  return { folder: librariesOf(folder) as string, tools };
}

/** Seals a finished binding and puts it in its place, when it computes what is right. */
async function prove(
  work: string,
  origin: Seal["origin"],
  inPackage: string,
  plan: Plan,
  stages: Stages,
): Promise<Proof> {
  const path = bindingBelow(work);
  if (path === undefined) throw new PnrError("it holds no binding");
  const proof = await stages.run("Proving it by a computation", () => proveBinding(path, plan.device));
  const seal: Seal = {
    package: packageVersion(inPackage),
    origin,
    tensorflow: proof.tensorflow,
    device: plan.device,
    processors: [processor],
  };
  writeSeal(work, seal);
  const old = join(engineFolder, `${basename(bindingFolder)}-old.making-${process.pid}`);
  if (existsSync(bindingFolder)) renameSync(bindingFolder, old);
  renameSync(work, bindingFolder);
  rmSync(old, { recursive: true, force: true });
  return proof;
}

function writeSeal(folder: string, seal: Seal): void {
  writeAtomic(join(folder, sealName), `${JSON.stringify(seal, null, 2)}\n`);
}
