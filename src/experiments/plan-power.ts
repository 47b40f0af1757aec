import { type Analysis, analyze } from "./analysis/analyze";
import { fewestSeeds } from "./analysis/contrast";
import type { Components } from "./analysis/crossed";
import { detectableWith, mostSeeds, seedsFor } from "./analysis/power";
import type { Grid } from "./grid";
import type { PlanName } from "./plans";
import type { Results } from "./results/run-record";
import type { ScaleName } from "./scales";
import { smallestEffect } from "./smallest-effect";

/** The differences that the planned seeds of a plan can detect on a corpus, from the variances of its complete runs. */
export interface PlanPower {
  readonly plan: PlanName;
  readonly corpus: string;
  /** Planned seeds per setting. */
  readonly seeds: number;
  /**
   * The smallest difference from the first setting, in F1, that one test detects with a power of 80 %; null if the variances are
   * unknown.
   */
  readonly detects: number | null;
  /** The same after Holm's correction for all settings. */
  readonly detectsCorrected: number | null;
  /**
   * Number of seeds that detect the smallest effect of interest in one test; null if no number does, or the variances are
   * unknown.
   */
  readonly seedsNeeded: number | null;
}

/**
 * The power of the plans of a grid that compare settings, on each corpus. The variances are means over the settings that have at
 * least three seeds in common with the first one.
 * @param results complete runs; of other scales are not used
 */
export function planPower(grid: Grid, results: Results, scale: ScaleName): PlanPower[] {
  const hasRuns = results.runs.some((run) => run.scale === scale);
  const analysis = hasRuns ? analyze(results, { scale, draws: 1 }) : undefined;
  const plans = [...new Set(grid.cells.map(({ plan }) => plan))].filter(
    ({ settings }) => settings.length > 1,
  );
  const level = 0.05;
  return plans.flatMap(({ name, settings }) =>
    [...grid.corpora.keys()].flatMap((corpus) => {
      const cells = grid.cells.filter((cell) => cell.plan.name === name && cell.corpus.name === corpus);
      if (!cells.length) return [];
      const seeds = new Set(cells.map(({ seed }) => seed)).size;
      const variances = analysis && variancesOf(analysis, name, corpus);
      const detects = (at: number): number | null =>
        variances && seeds >= fewestSeeds
          ? detectableWith(variances.components, seeds, variances.units, at)
          : null;
      return [
        {
          plan: name,
          corpus,
          seeds,
          detects: detects(level),
          detectsCorrected: detects(level / (settings.length - 1)),
          seedsNeeded: variances
            ? seedsFor(smallestEffect, variances.components, variances.units, level)
            : null,
        },
      ];
    }),
  );
}

interface Variances {
  readonly components: Components;
  readonly units: number;
}

/** The mean variances of the plan's comparisons on a corpus, or of its other plans; `undefined` if none has three seeds. */
function variancesOf({ comparisons }: Analysis, plan: PlanName, corpus: string): Variances | undefined {
  const usableComparisons = comparisons.filter(
    (comparison) =>
      comparison.corpus.name === corpus &&
      comparison.contrast.components &&
      comparison.contrast.seeds >= fewestSeeds,
  );
  const ofPlan = usableComparisons.filter((comparison) => comparison.plan === plan);
  const contrasts = (ofPlan.length ? ofPlan : usableComparisons).map(({ contrast }) => contrast);
  if (!contrasts.length) return undefined;
  const mean = (of: keyof Components): number =>
    contrasts.reduce((sum, { components }) => sum + components![of], 0) / contrasts.length;
  return {
    components: { seed: mean("seed"), units: mean("units"), interaction: mean("interaction") },
    units: contrasts[0].units,
  };
}

/** "table6 on genia: 12 seeds detect 0.9 F1 with a power of 80 %, 1.2 F1 with Holm's correction; 1 F1 needs 10 seeds" */
export function powerText({
  plan,
  corpus,
  seeds,
  detects,
  detectsCorrected,
  seedsNeeded,
}: PlanPower): string {
  const where = `${plan} on ${corpus}`;
  if (seeds < fewestSeeds)
    return `${where}: ${seeds} seeds per setting give no verdict; use at least --seeds 3`;
  if (detects === null || detectsCorrected === null)
    return `${where}: power unknown until two settings have ${fewestSeeds} seeds`;
  const needed =
    seedsNeeded === null
      ? `${smallestEffect} F1, the smallest effect of interest, needs over ${mostSeeds} seeds`
      : `${smallestEffect} F1, the smallest effect of interest, needs ${seedsNeeded} seeds`;
  return `${where}: ${seeds} seeds detect ${detects.toFixed(1)} F1 with a power of 80 %, ${detectsCorrected.toFixed(1)} F1 with Holm's correction; ${needed}`;
}
