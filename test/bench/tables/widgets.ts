import { alignedTable } from "../../../src/cli/shared/tables";
import { summarize } from "../statistics";
import type { Timing } from "../widgets/measure";
import { interval, number } from "./numbers";

/** @param browser that they were measured in */
export function widgetsText(timings: readonly Timing[], browser: string): string {
  const rows = timings.map(({ widget, action, limit, milliseconds, busy }, place) => {
    const summary = summarize(milliseconds);
    return [
      timings[place - 1]?.widget === widget ? "" : widget,
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
