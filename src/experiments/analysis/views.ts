import { lengthGroups } from "../../corpus/spans";
import type { Grouped, Score, ScoreIntervals } from "../../evaluation";
import { table6, table7 } from "../paper";
import { type PlanName, plansNamed } from "../plans";
import type { EpochRecord, RunRecord } from "../results/types";
import type { SweepResults } from "../sweep-types";
import { isComparable, type ResultCell } from "./cells";
import { spread } from "./statistics";
import type { Analysis } from "./types";

const variables: Partial<Record<PlanName, string>> = {
  table6: "setting",
  table7: "kernel sizes",
  figure5: "regressor layers",
  figure6: "attention heads",
};

/** A table's or figure's results as the sweep widgets take them. @throws InputError for a name that is no plan */
export function sweepResults(analysis: Analysis, plan: PlanName): SweepResults {
  const [{ title, settings, corpora }] = plansNamed([plan]);
  const cells = cellsIn(analysis, plan);
  const swept = analysis.corpora.filter(({ standsFor }) => corpora.includes(standsFor));
  const paper = plan === "table6" ? table6 : plan === "table7" ? table7 : undefined;
  return {
    title,
    variable: variables[plan] ?? "model",
    settings: settings.map(({ label }) =>
      plan.startsWith("figure") ? { name: label, value: Number(label) } : { name: label },
    ),
    corpora: swept.map((corpus) => ({
      name: corpus.name,
      paper: corpus.standsFor,
      comparable: cells.some(
        (cell) => cell.corpus === corpus && cell.runs.some((run) => isComparable(run, corpus)),
      ),
    })),
    runs: cells.flatMap(({ setting, corpus, runs }) =>
      runs.map(({ seed, overall, byLength }) => ({
        setting: setting.label,
        corpus: corpus.name,
        seed,
        overall,
        byLength: Object.fromEntries(Object.entries(byLength).filter(([, { gold }]) => gold)),
      })),
    ),
    intervals: cells.flatMap(({ setting, corpus, intervals }) =>
      intervals
        ? [
            {
              setting: setting.label,
              corpus: corpus.name,
              overall: intervals.overall,
              byLength: intervals.byLength,
            },
          ]
        : [],
    ),
    level: 0.95,
    ...(paper ? { paper } : {}),
  };
}

/** Scores by entity length of a setting on a corpus, as the mean over the seeds; what `scoresByLength` takes. */
export interface LengthScores {
  readonly name: string;
  readonly scores: Pick<Grouped<Score>, "overall" | "byLength">;
  readonly intervals: ScoreIntervals;
}

/** Those settings of a plan that were run, on every corpus. @param settings their labels; default all */
export function lengthScores(
  analysis: Analysis,
  plan: PlanName = "table5",
  settings?: readonly string[],
): LengthScores[] {
  return chosen(analysis, plan, settings).map(({ setting, corpus, runs, intervals }) => ({
    name: `${setting.label} on ${corpus.name}`,
    scores: {
      overall: meanScore(runs.map(({ overall }) => overall)),
      byLength: Object.fromEntries(
        lengthGroups.map((length) => [length, meanScore(runs.map(({ byLength }) => byLength[length]))]),
      ),
    },
    intervals: intervals!,
  }));
}

/** Predicted and correct are rounded means of counts. */
function meanScore(scores: readonly Score[]): Score {
  const mean = (of: keyof Score): number => spread(scores.map((score) => score[of])).mean;
  return {
    gold: mean("gold"),
    predicted: Math.round(mean("predicted")),
    correct: Math.round(mean("correct")),
    precision: mean("precision"),
    recall: mean("recall"),
    f1: mean("f1"),
  };
}

/** The epochs of a setting on a corpus, each the mean over the seeds; what `trainingCurves` takes. */
export interface TrainingSeries {
  readonly name: string;
  readonly epochs: readonly EpochRecord[];
}

/** Those settings of a plan that were run, on every corpus. @param settings their labels; default all */
export function trainingSeries(
  analysis: Analysis,
  plan: PlanName,
  settings?: readonly string[],
): TrainingSeries[] {
  return chosen(analysis, plan, settings).map(({ setting, corpus, runs }) => ({
    name: `${setting.label} on ${corpus.name}`,
    epochs: meanEpochs(runs),
  }));
}

/** As far as all runs came. An epoch counts as the best so far where most runs found it so. */
export function meanEpochs(runs: readonly RunRecord[]): EpochRecord[] {
  const common = Math.min(...runs.map(({ epochs }) => epochs.length));
  return Array.from({ length: common }, (_, at) => {
    const epochs = runs.map((run) => run.epochs[at]);
    const mean = (of: (epoch: EpochRecord) => number): number => spread(epochs.map(of)).mean;
    const shown = {
      epoch: at + 1,
      loss: mean(({ loss }) => loss),
      seconds: mean(({ seconds }) => seconds),
      best: 2 * epochs.filter(({ best }) => best).length > epochs.length,
    };
    if (!epochs.every(({ dev }) => dev)) return shown;
    const score = (name: "precision" | "recall" | "f1"): number => mean(({ dev }) => dev!.overall[name]);
    return {
      ...shown,
      dev: { overall: { precision: score("precision"), recall: score("recall"), f1: score("f1") } },
    };
  });
}

/** The distinct runs that an analysis shows. */
export function runsIn({ cells }: Analysis): RunRecord[] {
  return [...new Set(cells.flatMap(({ runs }) => runs))];
}

/** The cells of a plan, run or not. */
export function cellsIn({ cells }: Analysis, plan: PlanName): readonly ResultCell[] {
  return cells.filter((cell) => cell.plan.name === plan);
}

function chosen(analysis: Analysis, plan: PlanName, settings?: readonly string[]): readonly ResultCell[] {
  return cellsIn(analysis, plan).filter(
    ({ runs, setting }) => runs.length && (settings?.includes(setting.label) ?? true),
  );
}
