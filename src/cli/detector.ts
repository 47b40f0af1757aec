import type { EntityDetector } from "../detector/entity-detector";
import type { EngineInfo, EngineName } from "../engine";
import { note } from "./output";

/**
 * A run's model on the engine that was asked for, which is told.
 * @throws InputError when the folder holds no model, before an engine is started for it
 */
export async function startDetector(
  run: string,
  engine: EngineName | "auto" | undefined,
): Promise<{ readonly detector: EntityDetector; readonly engine: EngineInfo }> {
  const { findModel } = await import("../detector/storage.js");
  const { EntityDetector } = await import("../detector/entity-detector.js");
  const { describeEngine, startEngine } = await import("../engine/index.js");
  const file = findModel(run);
  const started = await startEngine(engine);
  note(describeEngine(started));
  return { detector: await EntityDetector.load(file), engine: started };
}
