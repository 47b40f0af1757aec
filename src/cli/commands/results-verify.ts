import { rmSync } from "node:fs";
import { type Command, Option } from "commander";
import { alignedTable } from "../../base/aligned-table";
import { InputError, PnrError } from "../../base/errors";
import { showSeconds } from "../../base/progress";
import type { Repeatable, Verification } from "../../experiments";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import { addExamples, engineOption, jsonOption, wholeNumber } from "../shared/options";
import { note, printJson, printText } from "../shared/output";
import { SweepDisplay } from "../shared/sweep-display";
import { chosenExecutor } from "../shared/sweep-executor";

interface VerifyOptions {
  readonly from: readonly string[];
  readonly sample: number;
  readonly seed: number;
  readonly workers?: number;
  readonly out: string;
  readonly engine?: Parameters<typeof import("../../engine").startEngine>[0];
  readonly json?: true;
}

export function addResultsVerify(results: Command): void {
  const verify = results
    .command("verify")
    .summary("compute stored runs again and compare the results")
    .description(
      "Draws stored runs, trains and scores them again in another folder, and compares. On the engine and library of the " +
        "stored run every loss, score and measure must be the same to the last bit. On another one, F1 must lie in the 95 % prediction " +
        "interval of the stored seeds of the same setting. The exit code is 1 if a run differs. Ctrl-C stops after the current " +
        "steps, and the same command resumes. Repeated runs are removed after the comparison.",
    )
    .addOption(
      new Option("--from <folder...>", "stores, or folders with tables of results").default(
        ["sweeps"],
        "sweeps",
      ),
    )
    .option("--sample <number>", "number of runs to draw", wholeNumber(1), 3)
    .option("--seed <number>", "seed of the draw", wholeNumber(0), 1)
    .option("--workers <number>", "runs at a time (default: one per hardware thread)", wholeNumber(1))
    .option("--out <folder>", "folder for the repeated runs", "out/verify")
    .addOption(engineOption())
    .addOption(jsonOption())
    .action(run);
  addExamples(
    verify,
    ["three runs of a store", "pnr results verify"],
    ["ten of the runs whose tables a report wrote", "pnr results verify --from out/report --sample 10"],
  );
}

async function run(options: VerifyOptions): Promise<void> {
  const { drawRuns, repeatableRuns, resultsOf, runFolder, runId, verify } = await import(
    "../../experiments/index.js"
  );
  const { describeEngine, kernelChoiceFor, startEngine } = await import("../../engine/index.js");
  const engine = await startEngine(options.engine);
  note(describeEngine(engine));
  const { runs: storedRuns } = resultsOf(options.from);
  if (!storedRuns.length) throw new InputError(`${options.from.join(", ")}: no complete run yet`);
  const { runs, leftOut } = await repeatableRuns(storedRuns, engine.identity);
  for (const line of leftOut) note(`not repeatable: ${line}`);
  if (!runs.length)
    throw new InputError(
      `${options.from.join(", ")}: no run can be computed again here, for the reasons above`,
    );
  const sample = drawRuns(runs, options.sample, options.seed);
  for (const other of new Set(sample.map(({ stored }) => stored.engine))) {
    const choice = kernelChoiceFor(other, engine.identity);
    if (choice)
      note(`some runs are of ${other}; with ${choice}, all their numbers are compared, not only F1`);
  }
  const start = performance.now();
  const repeated = await repeat(sample, options);
  const verifications = sample.map((one, index) => verify(one, repeated[index], storedRuns));
  // The next command must compute them again, perhaps with changed code.
  for (const { spec } of sample) rmSync(runFolder(options.out, runId(spec)), { recursive: true });
  const seconds = (performance.now() - start) / 1000;
  const failed = verifications.filter(({ outcome }) => outcome === "differs" || outcome === "outside");
  if (options.json)
    printJson({ engine: engine.identity, seconds, runs: verifications.map(plainVerification) });
  else printText(verificationTable(verifications));
  const count = `${failed.length} of ${verifications.length} runs`;
  if (failed.length) throw new PnrError(`${count} could not be reproduced`);
  if (!options.json)
    printText(
      `\n${verifications.length} runs reproduced in ${showSeconds(seconds)}, of ${runs.length} that can be computed here`,
    );
}

/** Computes the runs and returns their records, in order. @throws Interrupted if runs are missing, PnrError if runs failed */
async function repeat(
  sample: readonly Repeatable[],
  { out, workers }: VerifyOptions,
): Promise<Verification["repeated"][]> {
  const { drive, prepareRun, resultsOf, runFolder, runId } = await import("../../experiments/index.js");
  const { executor } = await chosenExecutor({ executor: "local", workers, sbatch: [] }, out, []);
  for (const { spec } of sample) prepareRun(out, spec);
  const ids = sample.map(({ spec }) => runId(spec));
  const display = new SweepDisplay(
    sample.map(({ stored: { corpus, seed, sentences, config, scale } }, index) => ({
      id: ids[index],
      label: `${scale} on ${corpus.name}, seed ${seed}`,
      work: sentences * config.training.epochs,
    })),
  );
  const jobs = ids.map((id) => ({ id, folder: runFolder(out, id) }));
  const states = await interruptible(display, "step", (signal) =>
    drive({
      jobs,
      executor,
      signal,
      onLook: (now) => display.update(now),
      onTrouble: (message) => display.print(message),
    }),
  );
  const missing = ids.filter((id) => states.get(id)?.kind !== "done");
  for (const id of missing) {
    const state = states.get(id);
    if (state?.kind === "failed") throw new PnrError(`${runFolder(out, id)}: ${state.failure.message}`);
  }
  if (missing.length) throw new Interrupted("stopped; the same command computes the rest");
  const records = new Map(resultsOf(out).runs.map((record) => [record.id, record]));
  return ids.map((id) => records.get(id)!);
}

function verificationTable(verifications: readonly Verification[]): string {
  const head = ["run", "corpus", "scale", "seed", "stored F1", "repeated F1", "outcome", ""];
  const rows = verifications.map(({ stored, repeated, outcome, detail }) => [
    stored.id,
    stored.corpus.name,
    stored.scale,
    String(stored.seed),
    stored.overall.f1.toFixed(2),
    repeated.overall.f1.toFixed(2),
    outcome,
    detail,
  ]);
  return alignedTable([head, ...rows], 3);
}

function plainVerification({ stored, repeated, outcome, detail }: Verification): object {
  const { id, corpus, scale, seed, engine } = stored;
  return {
    id,
    corpus: corpus.name,
    scale,
    seed,
    engine,
    storedF1: stored.overall.f1,
    repeatedF1: repeated.overall.f1,
    outcome,
    detail,
  };
}
