import { InputError } from "../../src/base/errors";
import type { Machine, Result, Run, Settings } from "./result";
import { kinds } from "./runner";
import { compareRates, type Summary, type Verdict } from "./statistics";

/** The values that must be equal before two results are compared. */
export interface Comparable {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly runs: readonly Pick<Run, "engine" | "config" | "batch">[];
}

/** A figure before and after. */
export interface Comparison {
  readonly figure: string;
  readonly before: Summary;
  readonly after: Summary;
  /** after : before */
  readonly ratio: number;
  readonly verdict: Verdict;
}

/**
 * Checks that planned measurements can be compared with an earlier result: machine and settings are equal, and the result has each
 * run.
 * @throws InputError that names the difference
 */
export function requireComparable(earlier: Result, planned: Comparable, path: string): void {
  const reject = (what: string, before: unknown, now: unknown): never => {
    throw new InputError(
      `${path} cannot be compared: ${what} was ${before}, is now ${now}; measure again with --out`,
    );
  };
  const requireSame = (what: string, before: unknown, now: unknown): void => {
    if (before !== now) reject(what, before, now);
  };
  const { machine, settings } = earlier;
  requireSame("the machine", describe(machine), describe(planned.machine));
  requireSame("the variant", settings.variant, planned.settings.variant);
  requireSame("--set", settings.set.join(" ") || "nothing", planned.settings.set.join(" ") || "nothing");
  requireSame("--encoder", settings.encoder ?? "not set", planned.settings.encoder ?? "not set");
  requireSame("--vocabulary", settings.vocabulary ?? "not set", planned.settings.vocabulary ?? "not set");
  const { corpus } = planned.settings;
  const describeCorpus = ({ name, hash }: Settings["corpus"]): string => `${name} (${hash.slice(0, 8)})`;
  requireSame("the corpus", describeCorpus(settings.corpus), describeCorpus(corpus));
  requireSame("the split", settings.corpus.split, corpus.split);
  requireSame("the limit of sentences", settings.corpus.limit, corpus.limit);
  for (const { engine, config, batch } of planned.runs) {
    const withConfig = earlier.runs.filter((run) => run.config === config);
    const list = (values: readonly (string | number)[]) => [...new Set(values)].join(", ");
    if (!withConfig.length)
      reject("the setting", list(earlier.runs.map((run) => run.config)) || "none", config);
    const withEngine = withConfig.filter((run) => run.engine === engine);
    if (!withEngine.length)
      reject(`the engine of ${config}`, list(withConfig.map((run) => run.engine)), engine);
    if (!withEngine.some((run) => run.batch === batch))
      reject(`the batch of ${config}`, list(withEngine.map((run) => run.batch)), batch);
  }
}

function describe({ processor, cores, system }: Machine): string {
  return `${processor} × ${cores}, ${system}`;
}

/** Compares every figure that both results have. */
export function compareResults(earlier: Result, now: Pick<Result, "runs" | "yardsticks">): Comparison[] {
  const compare = (figure: string, before?: Summary, after?: Summary): Comparison[] =>
    before && after
      ? [{ figure, before, after, ratio: after.median / before.median, verdict: compareRates(before, after) }]
      : [];
  const speeds = now.runs.flatMap((run) => {
    const before = earlier.runs.find(
      ({ engine, config, batch }) => engine === run.engine && config === run.config && batch === run.batch,
    );
    return kinds.flatMap((kind) =>
      compare(
        `${run.config} on ${run.engine}, ${kind}, sentences/s`,
        before?.[kind]?.sentencesPerSecond,
        run[kind]?.sentencesPerSecond,
      ),
    );
  });
  const rates = now.yardsticks.flatMap((one) => {
    const before = earlier.yardsticks.find(({ engine, name }) => engine === one.engine && name === one.name);
    return compare(`${one.name} on ${one.engine}, GFLOP/s`, before?.gflopPerSecond, one.gflopPerSecond);
  });
  return [...speeds, ...rates];
}
