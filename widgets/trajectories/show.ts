import type { Trace } from "../../src/detector/trace-types";
import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import { type OpenTrajectories, packTrajectories, type Trajectories, type TrajectoryOptions } from "./paths";
import { firstState, type TrajectoriesState } from "./state";
import { trajectoriesWidget } from "./widget";

/**
 * How the proposal of each predicted entity moved: as lines in the manner of Table 8 and on the start–end plane.
 * @throws RangeError when the options ask for what the trace does not have
 */
export function trajectories(
  trace: Trace,
  options?: TrajectoryOptions,
): Shown<Trajectories, TrajectoriesState, OpenTrajectories> {
  const packed = packTrajectories(trace, options);
  return { widget: trajectoriesWidget, packed, state: firstState(packed) };
}

export interface ShowTrajectoriesOptions extends TrajectoryOptions {
  /** Traces a sentence that the reader types beside the widget. */
  readonly another?: (tokens: readonly string[]) => Promise<Trace>;
}

/** Shows {@link trajectories} in the running cell, or prints its lines. */
export async function showTrajectories(
  trace: Trace,
  { another, ...options }: ShowTrajectoriesOptions = {},
): Promise<void> {
  const make =
    another &&
    (async (tokens: readonly string[]) => trajectories(await another(tokens), { ...options, judged: false }));
  await display(trajectories(trace, options), make);
}
