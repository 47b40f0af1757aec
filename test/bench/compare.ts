import { InputError } from "../../src/base/errors";
import type { Machine, Result, Run, Settings } from "./result";
import { kinds } from "./runner";
import { compareRates, type Summary, type Verdict } from "./statistics";

/** What is going to be measured, as far as it must be the same in the result that it is compared with. */
export interface Comparable {
  readonly machine: Machine;
  readonly settings: Settings;
  /** Every run; a batch that is not given is the setting's own. */
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
 * That an earlier result can be compared with what is to be measured: same machine, corpus, variant, and a run for each.
 * @throws InputError naming what differs
 */
export function requireComparable(earlier: Result, planned: Comparable, path: string): void {
  const refuse = (what: string, was: unknown, is: unknown): never => {
    throw new InputError(
      `${path} cannot be compared with: ${what} was ${was}, is now ${is}; measure anew with --out`,
    );
  };
  const same = (what: string, was: unknown, is: unknown): void => {
    if (was !== is) refuse(what, was, is);
  };
  const { machine, settings } = earlier;
  same("the machine", describe(machine), describe(planned.machine));
  same("the variant", settings.variant, planned.settings.variant);
  same("--set", settings.set.join(" ") || "nothing", planned.settings.set.join(" ") || "nothing");
  same("--encoder", settings.encoder ?? "none", planned.settings.encoder ?? "none");
  same("--vocabulary", settings.vocabulary ?? "none", planned.settings.vocabulary ?? "none");
  const [was, is] = [settings.corpus, planned.settings.corpus];
  same("the corpus", `${was.name} (${was.hash.slice(0, 8)})`, `${is.name} (${is.hash.slice(0, 8)})`);
  same("the split", was.split, is.split);
  same("the limit of sentences", was.limit, is.limit);
  for (const { engine, config, batch } of planned.runs) {
    const ofConfig = earlier.runs.filter((run) => run.config === config);
    const list = (values: readonly (string | number)[]) => [...new Set(values)].join(", ");
    if (!ofConfig.length)
      refuse("the setting", list(earlier.runs.map((run) => run.config)) || "none", config);
    const ofEngine = ofConfig.filter((run) => run.engine === engine);
    if (!ofEngine.length) refuse(`the engine of ${config}`, list(ofConfig.map((run) => run.engine)), engine);
    if (!ofEngine.some((run) => run.batch === batch))
      refuse(`the batch of ${config}`, list(ofEngine.map((run) => run.batch)), batch);
  }
}

function describe({ processor, cores, system }: Machine): string {
  return `${processor} × ${cores}, ${system}`;
}

/** Every figure that both have. */
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
