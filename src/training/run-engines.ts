import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { type EngineInfo, type EngineName, engineNamed, kernelChoiceFor } from "../engine";
import { holdsCheckpoint } from "./checkpoint";
import { readRun, runFiles } from "./run-folder";

/**
 * The engines of a run that is started or resumed on `engine`, in order.
 * @throws InputError if another engine computed its last steps, unless `allowChange`: engines round differently
 */
export function enginesOf(directory: string, engine: EngineInfo, allowChange: boolean): readonly string[] {
  // Without a checkpoint, nothing that another engine computed remains.
  if (!holdsCheckpoint(directory)) return [engine.identity];
  const { engines } = readRun(directory);
  const last = engines.at(-1);
  if (last === engine.identity) return engines;
  if (last !== undefined && !allowChange) throw otherEngine(directory, last, engine);
  return [...engines, engine.identity];
}

function otherEngine(directory: string, last: string, { name, identity, skipped }: EngineInfo): InputError {
  const lastName = engineNamed(last);
  const why = skipped.find((line) => line.startsWith(`${lastName}: `));
  const choice = kernelChoiceFor(last, identity);
  const sameEngine = choice ? `set ${choice} to resume it here` : "resume it on a machine with that library";
  const wayBack = lastName === name ? sameEngine : `resume it with --engine ${lastName}`;
  return new InputError(
    `${directory}: the run was computed on the engine ${last}, and this is ${identity}${why ? ` (${why})` : ""}; ${wayBack}, or ` +
      "accept results that mix both with --allow-engine-change (in code: allowEngineChange)",
  );
}

/** The engine that last computed the folder's interrupted run; `undefined` if the folder holds no interrupted run. */
export function engineOfRun(directory: string): EngineName | undefined {
  if (!holdsCheckpoint(directory) || existsSync(join(directory, runFiles.result))) return undefined;
  const last = readRun(directory).engines.at(-1);
  return last === undefined ? undefined : engineNamed(last);
}
