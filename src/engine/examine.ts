import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EngineName, engineNames } from "./backends";
import { installCommand } from "./tensorflow/places";

export interface EngineExamination {
  readonly name: EngineName;
  readonly available: boolean;
  /** What it would run, or why it cannot. */
  readonly reason: string;
  /** What to do about it; empty when it can run. */
  readonly remedy: string;
}

/** Which engines run here, tried in processes of their own: the engine of this one is not disturbed. */
export function examineEngines(): Promise<EngineExamination[]> {
  return Promise.all(engineNames.map(examine));
}

async function examine(name: EngineName): Promise<EngineExamination> {
  try {
    const trial = await promisify(execFile)(process.execPath, [join(__dirname, "trial.js"), name]);
    return { name, ...JSON.parse(trial.stdout) };
  } catch (error) {
    // TensorFlow's libraries can end the process that loads them.
    const { signal, code } = error as { signal?: string; code?: number };
    return {
      name,
      available: false,
      reason: `loading it ended its process with ${signal ?? `exit code ${code}`}`,
      remedy: `build it for this machine with "${installCommand}", or use another engine`,
    };
  }
}
