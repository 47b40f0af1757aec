import type { ExperimentCorpus } from "../corpora";
import type { PlanKeys, PlanName } from "../plans";
import type { RunRecord, Scoring } from "../results/run-record";
import type { Scale } from "../scales";
import { smallestEffect } from "../smallest-effect";
import type { ResultCell } from "./cells";
import { type Contrast, fewestSeeds } from "./contrast";
import { friedman, type Omnibus } from "./friedman";
import { holm, pDifferent, pEquivalent } from "./statistics";

/** A setting of a plan with its runs, one per seed. */
export interface SettingRuns {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly RunRecord[];
}

/** Draws of permutation tests, bootstraps and simulations, and their seed. */
export interface DrawOptions {
  readonly draws: number;
  readonly seed: number;
}

/** Our runs on one corpus, by plan and setting. */
export class Evidence {
  private readonly cells: readonly ResultCell[];

  constructor(
    readonly corpus: ExperimentCorpus,
    readonly scale: Scale,
    cells: readonly ResultCell[],
    readonly scoring: Scoring,
    readonly options: DrawOptions,
  ) {
    this.cells = cells.filter((cell) => cell.corpus === corpus && cell.runs.length);
  }

  /** The settings of a plan that were run. */
  settings(plan: PlanName): SettingRuns[] {
    return this.cells
      .filter((cell) => cell.plan.name === plan)
      .map(({ setting: { key, label }, runs }) => ({ key, label, runs }));
  }

  /** The runs of a setting; empty if it was not run. */
  runs<Name extends PlanName>(plan: Name, key: PlanKeys[Name]): readonly RunRecord[] {
    return this.settings(plan).find((setting) => setting.key === key)?.runs ?? [];
  }

  /** Whether the settings of a plan differ at all; null for fewer than three seeds or two settings. */
  omnibus(plan: PlanName): Omnibus | null {
    const settings = this.settings(plan);
    const seeds = (settings[0]?.runs ?? [])
      .map(({ seed }) => seed)
      .filter((seed) => settings.every(({ runs }) => runs.some((run) => run.seed === seed)));
    const scores = seeds.map((seed) =>
      settings.map(({ runs }) => runs.find((run) => run.seed === seed)!.overall.f1),
    );
    return friedman(scores, this.options);
  }
}

/** A contrast of a setting with its tests, corrected by Holm's method for all settings that were tested together. */
export interface SettingTest {
  readonly setting: SettingRuns;
  readonly contrast: Contrast;
  readonly tests: Tests;
}

/** p values; null for fewer than three seeds. */
export interface Tests {
  /** p value of the hypothesis that the contrast is 0. */
  readonly different: number | null;
  /** p value of the hypothesis that the contrast is at least the smallest effect of interest away from 0. */
  readonly equivalent: number | null;
  /** Contrasts that were tested together. */
  readonly count: number;
}

/** Tests a contrast for each setting that has one. */
export function testSettings(
  settings: readonly SettingRuns[],
  contrast: (runs: readonly RunRecord[]) => Contrast | undefined,
): SettingTest[] {
  const contrasts = settings.flatMap((setting) => {
    const one = contrast(setting.runs);
    return one ? [{ setting, contrast: one }] : [];
  });
  const tests = testsOf(contrasts.map((one) => one.contrast));
  return contrasts.map((one, index) => ({ ...one, tests: tests[index] }));
}

/** Tests contrasts together. */
export function testsOf(contrasts: readonly Contrast[]): Tests[] {
  const enough = contrasts.filter(({ seeds }) => seeds >= fewestSeeds);
  const different = holm(enough.map((one) => pDifferent(one)));
  const equivalent = holm(enough.map((one) => pEquivalent(one, smallestEffect)));
  return contrasts.map((contrast) => {
    const index = enough.indexOf(contrast);
    return {
      different: different[index] ?? null,
      equivalent: equivalent[index] ?? null,
      count: enough.length,
    };
  });
}
