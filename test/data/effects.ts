import type { Analysis, Comparison } from "../../src/experiments";
import { pText, signed } from "../../src/experiments/analysis/format";
import { intervalAround } from "../../src/experiments/analysis/statistics";

/** The effect of each setting of the plan "differences" on F1, by its label, as docs/paper-and-code.md prints it. */
export function effectTexts({ comparisons }: Analysis): Map<string, string> {
  const differences = comparisons.filter(
    ({ plan, corpus }) => plan === "differences" && corpus.name === "sample",
  );
  return new Map(differences.map((comparison) => [comparison.setting, effectText(comparison)]));
}

/** The effect of shuffling batches, which is the plan's reference, instead of forming them of similar length. */
export function shufflingEffect({ comparisons }: Analysis): string {
  const [comparison] = comparisons.filter(({ plan }) => plan === "batching");
  return effectText(comparison, -1);
}

function effectText({ contrast, tests, outcome }: Comparison, sign = 1): string {
  const { estimate, seeds } = contrast;
  const { low, high } = intervalAround({ ...contrast, estimate: sign * estimate });
  const isDifferent = outcome === "better" || outcome === "worse";
  const verdict = isDifferent ? `p ${pText(tests.different ?? 1)}` : "within noise";
  return `${signed(sign * estimate)} (${signed(low)} to ${signed(high)}, n ${seeds}): ${verdict}`;
}

/** A row of the tables whose fourth cell names a key: the key, its value in the released code, and the last cell. */
export interface DifferenceRow {
  readonly key: string;
  readonly released: string;
  readonly effect: string;
}

/** @param markdown docs/paper-and-code.md */
export function differenceRows(markdown: string): DifferenceRow[] {
  return markdown.split("\n").flatMap((line) => {
    const match = /^\|.*\| `((?:model|loss|training)\.\w+)`: `[^`]+` · `([^`]+)` \|.*\| ([^|]*) \|$/.exec(
      line,
    );
    return match ? [{ key: match[1], released: match[2], effect: match[3] }] : [];
  });
}
