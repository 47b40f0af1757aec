import type { Analysis } from "../../src/experiments";
import { pText, signed } from "../../src/experiments/analysis/format";

/** What each setting of the plan "differences" does to F1, by its label, in the words of docs/paper-and-code.md. */
export function effectTexts({ comparisons }: Analysis): Map<string, string> {
  const own = comparisons.filter(({ plan, corpus }) => plan === "differences" && corpus.name === "sample");
  return new Map(
    own.map(({ setting, contrast: { estimate, low, high, seeds }, corrected }) => {
      const interval = `${signed(low)} to ${signed(high)}, n ${seeds.length}`;
      const verdict = corrected < 0.05 ? `p ${pText(corrected)}` : "within noise";
      return [setting, `${signed(estimate)} (${interval}): ${verdict}`];
    }),
  );
}

/** A row of the ledger's tables whose fourth cell names a key: the key, its value in the released code, and the last cell. */
export interface LedgerRow {
  readonly key: string;
  readonly released: string;
  readonly effect: string;
}

/** @param markdown docs/paper-and-code.md */
export function ledgerRows(markdown: string): LedgerRow[] {
  return markdown.split("\n").flatMap((line) => {
    const found = /^\|.*\| `((?:model|loss|training)\.\w+)`: `[^`]+` · `([^`]+)` \|.*\| ([^|]*) \|$/.exec(
      line,
    );
    return found ? [{ key: found[1], released: found[2], effect: found[3] }] : [];
  });
}
