import type { BootstrapOptions } from "../../evaluation";
import type { ExperimentCorpus } from "../corpora";
import type { PlanKeys, PlanName } from "../plans";
import type { RunRecord } from "../results/run-record";
import type { ResultCell } from "./cells";
import { type Contrast, Draws } from "./draws";
import { holm } from "./statistics";

/** A setting of a plan with its runs, one per seed. */
export interface SettingRuns {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly RunRecord[];
}

/** Our runs on one corpus, by plan and setting. */
export class Evidence {
  readonly draws: Draws;
  private readonly cells: readonly ResultCell[];

  constructor(
    readonly corpus: ExperimentCorpus,
    cells: readonly ResultCell[],
    options: BootstrapOptions = {},
  ) {
    this.cells = cells.filter((cell) => cell.corpus === corpus && cell.runs.length);
    this.draws = new Draws([...new Set(this.cells.flatMap(({ runs }) => runs))], options);
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

  /** F1 of some runs minus that of others; `undefined` if they have no seed in common. */
  difference(runs: readonly RunRecord[], others: readonly RunRecord[]): Contrast | undefined {
    if (!runs.length || !others.length) return undefined;
    return this.draws.contrast([
      { runs, weight: 1 },
      { runs: others, weight: -1 },
    ]);
  }
}

/** A contrast of a setting, with its p value corrected for all settings that were tested together. */
export interface SettingTest {
  readonly setting: SettingRuns;
  readonly contrast: Contrast;
  readonly p: number;
}

/** Tests a contrast for each setting that has one, with Holm's correction. */
export function testSettings(
  settings: readonly SettingRuns[],
  contrastOf: (runs: readonly RunRecord[]) => Contrast | undefined,
): SettingTest[] {
  const tests = settings.flatMap((setting) => {
    const contrast = contrastOf(setting.runs);
    return contrast ? [{ setting, contrast }] : [];
  });
  const corrected = holm(tests.map(({ contrast }) => contrast.p));
  return tests.map((test, index) => ({ ...test, p: corrected[index] }));
}
