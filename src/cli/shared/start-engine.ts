import type { Ensemble } from "../../detector/ensemble";
import type { EntityDetector } from "../../detector/entity-detector";
import type { EngineInfo, EngineName } from "../../engine";
import { note } from "./output";

export interface RunEngineOptions {
  readonly engine?: EngineName | "auto";
  readonly allowEngineChange?: true;
}

/**
 * Starts the engine of a training run and prints which. Unless the user names one, an interrupted run keeps its engine.
 * @param directory of the run; it may already exist
 * @throws InputError if that engine cannot run here
 */
export async function startRunEngine(
  directory: string | undefined,
  { engine = "auto", allowEngineChange }: RunEngineOptions,
): Promise<void> {
  const { InputError } = await import("../../base/errors.js");
  const { describeEngine, startEngine } = await import("../../engine/index.js");
  const { engineOfRun } = await import("../../training/index.js");
  const keeps = directory !== undefined && engine === "auto" && !allowEngineChange;
  const recorded = keeps ? engineOfRun(directory) : undefined;
  const started = startEngine(recorded ?? engine).catch((error: unknown) => {
    if (recorded === undefined || !(error instanceof InputError)) throw error;
    throw new InputError(
      `${directory}: ${error.message}, or resume the run on another engine with --allow-engine-change`,
      { cause: error },
    );
  });
  note(describeEngine(await started));
}

/**
 * Loads the models of several runs on an engine, and prints which.
 * @throws InputError if a folder contains no model, before the engine starts, or the models have different types
 */
export async function startEnsemble(
  runs: readonly string[],
  engine: EngineName | "auto" | undefined,
): Promise<{ readonly ensemble: Ensemble; readonly engine: EngineInfo }> {
  const { findModel } = await import("../../detector/storage.js");
  const { Ensemble } = await import("../../detector/ensemble.js");
  const { describeEngine, startEngine } = await import("../../engine/index.js");
  for (const run of runs) findModel(run);
  const started = await startEngine(engine);
  note(describeEngine(started));
  return { ensemble: await Ensemble.load(runs), engine: started };
}

/**
 * Loads a run's model on an engine, and prints which.
 * @throws InputError if the folder contains no model, before the engine starts
 */
export async function startDetector(
  run: string,
  engine: EngineName | "auto" | undefined,
): Promise<{ readonly detector: EntityDetector; readonly engine: EngineInfo }> {
  const { findModel } = await import("../../detector/storage.js");
  const { EntityDetector } = await import("../../detector/entity-detector.js");
  const { describeEngine, startEngine } = await import("../../engine/index.js");
  const file = findModel(run);
  const started = await startEngine(engine);
  note(describeEngine(started));
  return { detector: await EntityDetector.load(file), engine: started };
}
