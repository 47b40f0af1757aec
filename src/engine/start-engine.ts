import { InputError, PnrError, show } from "../base/errors";
import { type EngineName, engineNames, startBackend } from "./backends";
import { EngineFailure } from "./engine-failure";

export interface EngineInfo {
  readonly name: EngineName;
  readonly detail: string;
  /** Identifies how results round: the name, with the native library if there is one ("blas OpenBLAS 0.3.21 Zen"). */
  readonly identity: string;
  /** Engines that could not run, one line each: "engine: reason". */
  readonly skipped: readonly string[];
}

let current: EngineInfo | undefined;
let starting: Promise<EngineInfo> | undefined;

/**
 * Starts the engine that this process computes on: `name`, else the environment variable PNR_ENGINE, else the first that runs here
 * of tensorflow (on a GPU), blas, wasm and cpu. Later calls return the same engine.
 *
 * @throws InputError for an unknown name or an engine that cannot run here
 * @throws PnrError if another engine is already running
 */
export async function startEngine(name?: EngineName | "auto"): Promise<EngineInfo> {
  const requested = parseName(name, "");
  if (starting === undefined) {
    starting = start(requested ?? parseName(process.env.PNR_ENGINE || undefined, " in PNR_ENGINE"));
    // After a failure, another engine can be started.
    starting.catch(() => {
      starting = undefined;
    });
  }
  const info = await starting;
  if (requested !== undefined && requested !== info.name) {
    throw new PnrError(
      `engine ${info.name} is already running; start a new process (in a notebook: restart the kernel) for engine ${requested}`,
    );
  }
  return info;
}

/** The engine of a name, undefined for "auto". @param source where the name is from, for the message */
function parseName(name: string | undefined, source: string): EngineName | undefined {
  if (name === undefined || name === "auto") return undefined;
  const engine = engineNames.find((candidate) => candidate === name);
  if (engine === undefined) {
    throw new InputError(`unknown engine ${show(name)}${source}; use auto, ${engineNames.join(", ")}`);
  }
  return engine;
}

async function start(requested: EngineName | undefined): Promise<EngineInfo> {
  const skipped: string[] = [];
  for (const name of requested === undefined ? engineNames : [requested]) {
    try {
      const { detail, library } = await startBackend(name, { gpuOnly: requested === undefined });
      current = { name, detail, identity: library ? `${name} ${library}` : name, skipped };
      return current;
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      if (requested !== undefined) {
        throw new InputError(`engine ${name} cannot run here: ${error.reason}; ${error.remedy}`, {
          cause: error,
        });
      }
      skipped.push(`${name}: ${error.reason}`);
    }
  }
  throw new PnrError(`no engine runs here: ${skipped.join("; ")}`);
}

/** @throws PnrError if none was started */
export function currentEngine(): EngineInfo {
  if (current === undefined) throw new PnrError("no engine runs yet; call startEngine() first");
  return current;
}

/** The engine of an {@link EngineInfo.identity}; undefined if this version has no such engine. */
export function engineNamed(identity: string): EngineName | undefined {
  const [first] = identity.split(" ");
  return engineNames.find((name) => name === first);
}

/** One line: "engine: wasm (tfjs-backend-wasm 4.22.0, own kernels, 2 threads)", and which engines were skipped and why. */
export function describeEngine({ name, detail, skipped }: EngineInfo): string {
  const others = skipped.length ? `; skipped ${skipped.join("; ")}` : "";
  return `engine: ${name} (${detail})${others}`;
}
