import { type Command, Option } from "commander";
import type { EngineName } from "../../engine";
import { kernelChoiceFor } from "../../engine/blas/library";
import type { Grid, ScaleName } from "../../experiments";
import { architectureOption } from "./config-options";
import { engineOption, jsonOption, wholeNumber } from "./options";
import { note } from "./output";
import { scaleOption } from "./results-options";

/** The runs of a sweep, as on the command line. */
export interface GridChoice {
  readonly scale: ScaleName;
  readonly seeds: number;
  readonly corpora?: readonly string[];
  readonly architecture?: string;
  readonly set: readonly string[];
  readonly store: string;
  readonly engine?: EngineName | "auto";
  readonly json?: true;
}

/** Adds the options that determine the runs of a sweep. */
export function addGridOptions(command: Command): Command {
  return command
    .addOption(scaleOption())
    .option("--seeds <number>", "number of seeds, from 1 on", wholeNumber(1), 3)
    .option("--corpora <name...>", "corpora to use instead of the scale's")
    .addOption(architectureOption())
    .addOption(new Option("--set <key=value...>", "change settings of all runs").default([], "none"))
    .option("--store <folder>", "folder of the runs", "sweeps")
    .addOption(engineOption())
    .addOption(jsonOption());
}

/**
 * The runs of a sweep.
 * @param elsewhere whether other machines compute them. A named engine then need not run here, except `blas`, whose library is
 * part of a run's identity. Without a name, `wasm` replaces `blas`, because other machines may have another library.
 */
export async function chosenGrid(
  plans: readonly string[],
  options: GridChoice,
  elsewhere = false,
): Promise<Grid> {
  const { completeRuns, gridOf, plansOf, scales } = await import("../../experiments/index.js");
  const { applyOverrides } = await import("../../training/index.js");
  const { architecture, set } = options;
  const settings = architecture === undefined ? set : [`model.architecture=${architecture}`, ...set];
  const grid = await gridOf({
    plans: plansOf(plans),
    scale: scales.find(({ name }) => name === options.scale)!,
    engine: await plannedEngine(options.engine, elsewhere),
    seeds: Array.from({ length: options.seeds }, (_, index) => index + 1),
    corpora: options.corpora,
    change: (config) => applyOverrides(config, settings),
  });
  for (const line of grid.leftOut) note(`omitted: ${line}`);
  for (const line of grid.remarks) note(line);
  await noteOtherEngines(grid, completeRuns(options.store));
  return grid;
}

/** Prints which complete runs a grid does not count because another engine computed them. */
export async function noteOtherEngines(
  grid: Grid,
  complete: readonly { readonly id: string; readonly engine: string }[],
): Promise<void> {
  const { doneOnOtherEngines } = await import("../../experiments/index.js");
  const [planned] = grid.runs.values();
  for (const [engine, count] of doneOnOtherEngines(grid, complete)) {
    const choice = kernelChoiceFor(engine, planned.engine);
    note(
      `not counted, because runs on another engine are different runs: ${count} complete on ${engine}` +
        (choice ? `; with ${choice} they count` : ""),
    );
  }
}

/** Identity of the engine of the runs. */
async function plannedEngine(choice: EngineName | "auto" | undefined, elsewhere: boolean): Promise<string> {
  const engineName = choice === "auto" ? undefined : choice;
  if (elsewhere && engineName !== undefined && engineName !== "blas") return engineName;
  const { describeEngine, startEngine } = await import("../../engine/index.js");
  const engine = await startEngine(engineName);
  if (elsewhere && engineName === undefined && engine.name === "blas") {
    note(
      "engine: wasm, because other machines may have another BLAS; --engine blas requires the BLAS of this one",
    );
    return "wasm";
  }
  note(describeEngine(engine));
  return engine.identity;
}
