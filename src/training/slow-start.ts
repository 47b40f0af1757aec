import type { Scores } from "../evaluation/score-types";

/**
 * Optimizer steps within which a model predicts its first correct entities at learning rates of 0.001 and 0.002: twice the most
 * that was measured, on four corpora with the presets s0 and small in batches of 8 and 16 (30 to 100 steps).
 */
const usualStart = 200;

/**
 * A line about an epoch without a correct entity, which is normal in the first steps; undefined for all other epochs.
 * @param steps taken so far @param total steps of the whole run
 */
export function slowStart(
  { overall }: Pick<Scores, "overall">,
  steps: number,
  total: number,
): string | undefined {
  if (overall.correct > 0 || overall.gold === 0 || steps >= usualStart) return undefined;
  const what = overall.predicted === 0 ? "no entity is predicted yet" : "no predicted entity is correct yet";
  const expected = `after step ${steps} ${what}, which is normal: the first correct ones usually come within ${usualStart} steps at a learning rate of 0.001, later at lower rates`;
  return total < usualStart
    ? `${expected}, and this run ends at ${total}; give it more epochs or smaller batches`
    : expected;
}
