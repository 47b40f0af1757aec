import type { Trace } from "../../src/model/trace-types";
import { escapeHtml } from "../shared/html";
import { showWidget } from "../shared/show";
import { buildTrajectories } from "./build";
import { type TrajectoryOptions, trajectories, trajectoryLines } from "./paths";

/** Shows how the proposal of each predicted entity moved, as lines in the manner of Table 8 and on the start–end plane. */
export async function showTrajectories(trace: Trace, options: TrajectoryOptions = {}): Promise<void> {
  const data = trajectories(trace, options);
  const text = trajectoryLines(data).join("\n") || "nothing predicted, nothing missed";
  const above = `<pre style="margin:0 0 8px;font-size:13px;line-height:1.5;white-space:pre-wrap">${escapeHtml(text)}</pre>`;
  await showWidget({ kind: "trajectories", data, figure: buildTrajectories(data), text, above });
}
