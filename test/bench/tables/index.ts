// The benchmark's results as text for people.
import { alignedTable } from "../../../src/cli/table";
import type { Comparison } from "../compare";
import type { Reference } from "../reference";
import type { Result, YardstickResult } from "../result";
import { interval, nameOf, number } from "./numbers";
import { profileText } from "./profile";
import { scalingText } from "./scaling";
import { speedText } from "./speed";

export { widgetsText } from "./widgets";

/** All that a result holds. @param reference PyTorch's figures of this very machine */
export function resultText(result: Result, reference?: Reference): string {
  const { runs, yardsticks, scaling } = result;
  return [
    ...(runs.some(({ training }) => training) ? [speedText(result, reference)] : []),
    ...runs.flatMap((run) => (run.failure === undefined ? [] : [`${nameOf(run)} failed: ${run.failure}`])),
    ...(yardsticks.length ? [yardstickText(yardsticks)] : []),
    ...runs.flatMap((run) => (run.profile ? [profileText(run, run.profile, yardsticks)] : [])),
    ...(scaling.length ? scalingText(scaling) : []),
  ].join("\n\n");
}

function yardstickText(yardsticks: readonly YardstickResult[]): string {
  const rows = yardsticks.map(({ engine, name, gflopPerSecond, milliseconds }) => [
    `${engine}: ${name}`,
    number(gflopPerSecond.median),
    interval(gflopPerSecond),
    number(milliseconds.median),
  ]);
  return `What the engines can do on this machine\n${alignedTable([["", "GFLOP/s", "95 % interval", "ms"], ...rows])}`;
}

export function comparisonText(comparisons: readonly Comparison[], path: string): string {
  const rows = comparisons.map(({ figure, before, after, ratio, verdict }) => [
    figure,
    number(before.median),
    interval(before),
    number(after.median),
    interval(after),
    `${ratio.toFixed(2)}×`,
    verdict,
  ]);
  const header = ["", "before", "95 % interval", "now", "95 % interval", "ratio", ""];
  return `Against ${path}\n${alignedTable([header, ...rows])}`;
}
