import type { EngineName } from "../engine";
import { note } from "./output";

export interface RunEngineOptions {
  readonly engine?: EngineName | "auto";
  readonly allowEngineChange?: true;
}

/**
 * Starts the engine of a run and prints which. Where none is asked for, an interrupted run keeps the engine it was computed on.
 * @param directory where the run may have been begun
 * @throws InputError when that engine cannot run here
 */
export async function startRunEngine(
  directory: string | undefined,
  { engine = "auto", allowEngineChange }: RunEngineOptions,
): Promise<void> {
  const { InputError } = await import("../base/errors.js");
  const { describeEngine, startEngine } = await import("../engine/index.js");
  const { engineOfRun } = await import("../training/index.js");
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
