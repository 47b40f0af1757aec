import { InputError, PnrError, show } from "../base/errors";
import { type EngineName, engineNames, startBackend } from "./backends";
import { EngineFailure } from "./failure";

export interface EngineInfo {
  readonly name: EngineName;
  readonly detail: string;
  /** What decides how results round: the name, and the library that computes where there are several, as in "blas OpenBLAS 0.3.21 Zen". */
  readonly identity: string;
  /** Engines tried and not taken, one line each: "engine: reason". */
  readonly skipped: readonly string[];
}

/** In the order in which they are tried. TensorFlow is tried on a GPU alone; on a CPU it has to be asked for. */
const order: readonly EngineName[] = ["tensorflow", "blas", "wasm", "cpu"];

let current: EngineInfo | undefined;
let starting: Promise<EngineInfo> | undefined;

/**
 * Starts the engine that everything of this process computes on, once: `wanted`, else the environment's PNR_ENGINE, else
 * the first that runs here of tensorflow (on a GPU), blas, wasm and cpu. Later calls return the same engine.
 *
 * @throws InputError for a name that is none or an engine that cannot run here.
 * @throws PnrError when another engine runs already.
 */
export async function startEngine(wanted?: EngineName | "auto"): Promise<EngineInfo> {
  const name = checkedName(wanted, "");
  if (starting === undefined) {
    starting = start(name ?? checkedName(process.env.PNR_ENGINE || undefined, " in PNR_ENGINE"));
    // A refused engine leaves the choice open.
    starting.catch(() => {
      starting = undefined;
    });
  }
  const info = await starting;
  if (name !== undefined && name !== info.name) {
    throw new PnrError(
      `engine ${info.name} runs already; start a new process (in a notebook: restart the kernel) for engine ${name}`,
    );
  }
  return info;
}

/** The engine asked for, undefined for "auto". */
function checkedName(name: string | undefined, place: string): EngineName | undefined {
  if (name === undefined || name === "auto") return undefined;
  const found = engineNames.find((known) => known === name);
  if (found === undefined) {
    throw new InputError(`unknown engine ${show(name)}${place}; use auto, ${engineNames.join(", ")}`);
  }
  return found;
}

async function start(wanted: EngineName | undefined): Promise<EngineInfo> {
  const skipped: string[] = [];
  for (const name of wanted === undefined ? order : [wanted]) {
    try {
      const { detail, library } = await startBackend(name, { gpuOnly: wanted === undefined });
      current = { name, detail, identity: library ? `${name} ${library}` : name, skipped };
      return current;
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      if (wanted !== undefined) {
        throw new InputError(`engine ${name} cannot run here: ${error.reason}; ${error.remedy}`, {
          cause: error,
        });
      }
      skipped.push(`${name}: ${error.reason}`);
    }
  }
  throw new PnrError(`no engine runs here: ${skipped.join("; ")}`);
}

/** @throws PnrError when none was started. */
export function currentEngine(): EngineInfo {
  if (current === undefined) throw new PnrError("no engine runs yet; call startEngine() first");
  return current;
}

/** The engine of an {@link EngineInfo.identity}; undefined when this version has no such engine. */
export function engineNamed(identity: string): EngineName | undefined {
  const [first] = identity.split(" ");
  return engineNames.find((name) => name === first);
}

/**
 * One line for people: "engine: wasm (tfjs-backend-wasm 4.22.0, own kernels, 2 threads)", and which engines were skipped for
 * it and why.
 */
export function describeEngine({ name, detail, skipped }: EngineInfo): string {
  const others = skipped.length ? `; skipped ${skipped.join("; ")}` : "";
  return `engine: ${name} (${detail})${others}`;
}
