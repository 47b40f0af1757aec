import type { BootstrapOptions } from "../../evaluation";
import type { ExperimentCorpus } from "../corpora";
import type { PlanName } from "../plans";
import type { RunRecord } from "../results/types";
import type { ResultCell } from "./cells";
import { type Contrast, Draws, type Group } from "./draws";

/** What our runs on one corpus say, for conclusions to be drawn from. */
export class Evidence {
  readonly draws: Draws;

  constructor(
    readonly corpus: ExperimentCorpus,
    private readonly cells: readonly ResultCell[],
    options: BootstrapOptions = {},
  ) {
    this.draws = new Draws([...new Set(this.own.flatMap(({ runs }) => runs))], options);
  }

  private get own(): readonly ResultCell[] {
    return this.cells.filter(({ corpus }) => corpus === this.corpus);
  }

  /** The settings of a plan that were run, with their runs. */
  settings(plan: PlanName): readonly { readonly label: string; readonly runs: readonly RunRecord[] }[] {
    return this.own
      .filter((cell) => cell.plan.name === plan && cell.runs.length)
      .map(({ setting, runs }) => ({ label: setting.label, runs }));
  }

  /** The runs of a setting, one a seed; none where it was not run. */
  runs(plan: PlanName, label: string): readonly RunRecord[] {
    return this.settings(plan).find((setting) => setting.label === label)?.runs ?? [];
  }

  /** F1 of one setting less that of another; undefined where they have no seed in common. */
  difference(plan: PlanName, one: string, other: string, group: Group = "all"): Contrast | undefined {
    const [a, b] = [this.runs(plan, one), this.runs(plan, other)];
    if (!a.length || !b.length) return undefined;
    return this.draws.contrast([
      { runs: a, group, weight: 1 },
      { runs: b, group, weight: -1 },
    ]);
  }
}
