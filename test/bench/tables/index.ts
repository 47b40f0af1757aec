// The text output of the benchmark.
import { alignedTable } from "../../../src/base/aligned-table";
import type { Comparison } from "../compare";
import type { Reference } from "../reference";
import type { Result, YardstickResult } from "../result";
import { summarize } from "../statistics";
import type { Timing } from "../widgets/measure";
import { interval, nameOf, number } from "./numbers";
import { profileText } from "./profile-table";
import { scalingText } from "./scaling-table";
import { speedText } from "./speed-table";

/** @param reference the speed of the authors' code on this machine */
export function resultText(result: Result, reference?: Reference): string {
  const { runs, yardsticks, scaling } = result;
  const { variant } = result.settings;
  return [
    ...(runs.some(({ shuffled }) => shuffled) ? [speedText(result, reference)] : []),
    ...runs.flatMap((run) => (run.failure === undefined ? [] : [`${nameOf(run)} failed: ${run.failure}`])),
    ...(yardsticks.length ? [yardstickText(yardsticks)] : []),
    ...runs.flatMap((run) => (run.profile ? [profileText(run, run.profile, yardsticks, variant)] : [])),
    ...(scaling.length ? scalingText(scaling, variant) : []),
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

export function comparisonText(comparisons: readonly Comparison[], path: string, variant: string): string {
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
  return `Against ${path} (variant ${variant})\n${alignedTable([header, ...rows])}`;
}

/** @param browser the browser's name and version */
export function widgetsText(timings: readonly Timing[], browser: string): string {
  const rows = timings.map(({ widget, action, limit, milliseconds, busy }, i) => {
    const summary = summarize(milliseconds);
    return [
      timings[i - 1]?.widget === widget ? "" : widget,
      action,
      number(summary.median),
      interval(summary),
      number(Math.max(...milliseconds)),
      number(summarize(busy).median),
      String(limit),
      summary.median <= limit ? "kept" : "missed",
    ];
  });
  const header = ["", "", "ms", "95 % interval", "highest", "computing", "limit", ""];
  return `Widgets in ${browser}, plotly loaded: from the action until it is painted\n${alignedTable([header, ...rows])}`;
}
