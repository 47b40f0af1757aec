import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, hostname } from "node:os";
import { join } from "node:path";
import { InputError, PnrError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import { type Corpus, loadCorpus, type SplitName } from "../../corpus";
import { EntityDetector } from "../../detector/entity-detector";
import { type EngineInfo, kernelChoiceFor, startEngine } from "../../engine";
import { scoreEntities } from "../../evaluation";
import { train, trainingSentences } from "../../training";
import { pretrainedHash } from "../pretrained-files";
import { engineOf, type RunSpec } from "../spec";
import { traceCases } from "./cases";
import type { Claim } from "./claim";
import { measure } from "./measures";
import { distinctEntities, sentenceResults, storedResults } from "./predictions";
import { jsonText, sweepFiles, writeOnce } from "./run-files";
import type { Provenance, RunResult } from "./run-result";
import { type RunProgress, readSpec } from "./run-state";

/**
 * Starts or resumes a run and commits its result. The caller holds the claim.
 * @param signal stops it after the current step and saves it
 * @throws InputError if the corpus or the engine is not that of the spec
 * @throws the signal's reason when it aborts
 */
export async function executeRun(
  folder: string,
  claim: Claim,
  signal: AbortSignal,
  onProgress: (progress: RunProgress) => void,
): Promise<void> {
  const spec = readSpec(folder);
  const engine = await startPlanned(spec, folder);
  const corpus = await corpusOf(spec);
  await requirePretrained(spec, folder);
  const directory = join(folder, sweepFiles.training);
  const sentences = trainingSentences(corpus, spec.config.training).length;
  const total = sentences * spec.config.training.epochs;
  const trained = await train(spec.config, corpus, {
    directory,
    signal,
    onStep: ({ epoch, epochs, step, steps, loss, secondsLeft }) =>
      onProgress({
        phase: `epoch ${epoch}/${epochs}`,
        done: sentences * (epoch - 1 + step / steps),
        total,
        loss,
        secondsLeft,
      }),
    onEpoch: ({ epoch, loss, dev }) =>
      console.log(
        `epoch ${epoch}: loss ${loss.toFixed(3)}${dev ? `, dev F1 ${dev.overall.f1.toFixed(2)}` : ""}`,
      ),
  });
  onProgress({ phase: "measuring", done: total, total });

  const split: SplitName = corpus.splits.test.length ? "test" : "dev";
  const detector = await EntityDetector.load(directory);
  try {
    const everything = { ...spec.config.training, limitTrain: null, maxLength: null };
    const predictions = await sentenceResults(
      detector,
      corpus.splits[split],
      trainingSentences(corpus, everything),
    );
    signal.throwIfAborted();
    // A baseline has no traces to measure.
    const isTraced = spec.config.model.architecture === "pnr";
    const measures = isTraced ? await measure(detector, corpus.splits[split]) : undefined;
    const result: RunResult = {
      format: 1,
      split,
      scores: scoreEntities(
        predictions.map(({ gold }) => gold),
        predictions.map(({ accepted }) => distinctEntities(accepted)),
      ),
      epochs: trained.epochs,
      bestEpoch: trained.bestEpoch,
      seconds: trained.seconds,
      sentences,
      parameters: trained.parameters,
      measures: measures ?? null,
      cases: isTraced ? await traceCases(detector, corpus.splits[split]) : [],
      provenance: provenanceOf(engine, claim.attempt),
    };
    signal.throwIfAborted();
    if (!claim.holds()) throw new PnrError("another process took over this run");
    // A trained model to start from may bring types that the corpus lacks.
    const types = [...new Set([...corpus.types, ...detector.description.types])];
    writeAtomic(join(folder, sweepFiles.predictions), storedResults(predictions, types));
    // Before the result, because a complete run is not opened again.
    removeLast(directory);
    writeOnce(join(folder, sweepFiles.result), jsonText(result));
  } finally {
    detector.dispose();
  }
}

/** @throws InputError if this machine lacks the engine or the library for which the run was planned */
async function startPlanned(spec: RunSpec, folder: string): Promise<EngineInfo> {
  const engine = await startEngine(engineOf(spec, folder));
  if (engine.identity === spec.engine) return engine;
  const choice = kernelChoiceFor(spec.engine, engine.identity);
  throw new InputError(
    `${folder}: was planned for the engine ${spec.engine}, and this machine has ${engine.identity}; ` +
      (choice ? `set ${choice}, ` : "run it on a machine with that engine (PNR_BLAS names a library), ") +
      "or plan the run again here",
  );
}

/** @throws InputError if the corpus has changed since the run was planned */
async function corpusOf({ corpus: { name, folder, hash } }: RunSpec): Promise<Corpus> {
  const corpus = await loadCorpus(folder);
  if (corpus.hash !== hash) {
    throw new InputError(
      `${folder}: the corpus ${name} has changed since this run was planned; plan it again`,
    );
  }
  return corpus;
}

/** @throws InputError if files that the run starts from are missing, or differ from those for which it was planned */
async function requirePretrained({ config, pretrained }: RunSpec, folder: string): Promise<void> {
  if ((await pretrainedHash(config)) === pretrained) return;
  throw new InputError(
    `${folder}: the trained model, encoder or word vectors that it starts from have changed since it was planned; plan it again`,
  );
}

/** Removes the last checkpoint. With the optimizer it is three times as large as the model, and the run does not need it any more. */
function removeLast(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/^last[.-]/.test(name)) rmSync(join(directory, name));
  }
}

const root = join(__dirname, "../../../..");

function provenanceOf(engine: EngineInfo, attempts: number): Provenance {
  return {
    version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
    commit: commit(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    engine: `${engine.name} (${engine.detail})`,
    host: hostname(),
    completed: new Date().toISOString(),
    attempts,
  };
}

function commit(): string | null {
  // An installed package may be inside another repository.
  if (!existsSync(join(root, ".git"))) return null;
  try {
    const args = ["-C", root, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}
