import { alignedTable } from "../../src/cli/table";
import type { Tally } from "./jobs";

const mebi = 2 ** 20;

/** The figures of all readers, and below them what went wrong. */
export function talliesText(tallies: readonly Tally[]): string {
  const rows = tallies.map((tally) => {
    const { reader, inputs, read, refused, longest, seconds, memory, growth } = tally;
    const exponents = growth.flatMap(({ exponent }) => exponent ?? []);
    return [
      reader,
      inputs.toLocaleString("en"),
      read.toLocaleString("en"),
      refused.reduce((sum, [, count]) => sum + count, 0).toLocaleString("en"),
      String(refused.length),
      longest.milliseconds.toFixed(0),
      (memory / mebi).toFixed(0),
      seconds ? (inputs / seconds).toFixed(0) : "-",
      exponents.length ? Math.max(...exponents).toFixed(2) : "-",
    ];
  });
  const head = ["reader", "inputs", "read", "refused", "in kinds", "longest ms", "MiB", "inputs/s", "growth"];
  const faults = tallies.flatMap(({ reader, faults, ended }) => [
    ...faults.map(({ input, error, files }) => `${reader}: input ${input} (${files}): ${error}`),
    ...(ended ? [`${reader}: ${ended}`] : []),
  ]);
  return [
    alignedTable([head, ...rows]),
    ...(faults.length ? faults : ["All were read, or refused in one line."]),
  ].join("\n");
}
