import { authorsMargins, authorsRuns } from "../authors-training";
import type { EpochRecord, RunRecord } from "../results/run-record";
import { type Estimate, intervalAround, pEquivalent, spread } from "./statistics";

/** Our mean minus that of the authors' code, of one measure after the last epoch. */
export interface AuthorsComparison {
  readonly measure: "f1" | "loss";
  readonly ours: number;
  readonly theirs: number;
  readonly difference: Estimate;
  /** 90 % interval of the difference. The two one-sided tests at 5 % succeed if the interval lies within ± `margin`. */
  readonly interval90: { readonly low: number; readonly high: number };
  readonly margin: number;
  /** p value of the two one-sided tests. */
  readonly p: number;
}

/**
 * Compares training with the authors' code.
 * @param runs of the preset `released` at the scale `curves`, at least two seeds
 */
export function compareWithAuthors(runs: readonly RunRecord[]): AuthorsComparison[] {
  const last = authorsRuns[0].f1.length - 1;
  const ours = {
    f1: runs.map(({ epochs }) => epochs[last].dev!.overall.f1),
    loss: runs.map(({ epochs }) => epochs[last].loss),
  };
  return (["f1", "loss"] as const).map((measure) => {
    const theirs = authorsRuns.map((run) => run[measure][last]);
    const difference = welch(ours[measure], theirs);
    const margin = authorsMargins[measure];
    return {
      measure,
      ours: spread(ours[measure]).mean,
      theirs: spread(theirs).mean,
      difference,
      interval90: intervalAround(difference, 0.9),
      margin,
      p: pEquivalent(difference, margin),
    };
  });
}

/** The epochs of the authors' code, each the mean over its seeds. */
export function authorsMeans(): EpochRecord[] {
  return authorsRuns[0].f1.map((_, index) => {
    const mean = (measure: "f1" | "precision" | "recall" | "loss"): number =>
      spread(authorsRuns.map((run) => run[measure][index])).mean;
    const [f1, precision, recall] = [mean("f1"), mean("precision"), mean("recall")];
    return {
      epoch: index + 1,
      loss: mean("loss"),
      seconds: 0,
      best: false,
      dev: { overall: { precision, recall, f1 } },
    };
  });
}

/** Difference of the means of two independent samples of unequal variances, with Welch's degrees of freedom. */
function welch(one: readonly number[], other: readonly number[]): Estimate {
  const parts = [one, other].map((values) => {
    const { mean, std, n } = spread(values);
    return { mean, variance: (std ?? 0) ** 2 / n, n };
  });
  const [a, b] = parts;
  const variance = a.variance + b.variance;
  const df = variance ** 2 / (a.variance ** 2 / (a.n - 1) + b.variance ** 2 / (b.n - 1));
  return { estimate: a.mean - b.mean, standardError: Math.sqrt(variance), df };
}

/** @param f1 p value of the equivalence of F1 @param loss p value of the equivalence of the loss */
export function equivalenceText(f1: number, loss: number): string {
  const [isF1, isLoss] = [f1 < 0.05, loss < 0.05];
  const margin = "the margin that we declared before the runs";
  if (isF1 && isLoss) return `Both intervals lie within ${margin}: training is equivalent.`;
  const notShown = "so equivalence is not shown.";
  if (isF1 === isLoss) return `Neither interval lies within ${margin}, ${notShown}`;
  const [inside, outside] = isF1 ? ["F1", "the loss"] : ["the loss", "F1"];
  return `The interval of ${inside} lies within ${margin}, but that of ${outside} does not, ${notShown}`;
}
