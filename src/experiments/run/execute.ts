import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError, PnrError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import { type Corpus, loadCorpus, type SplitName } from "../../corpus";
import { EntityDetector } from "../../detector/entity-detector";
import { type EngineInfo, startEngine } from "../../engine";
import { scoreEntities } from "../../evaluation";
import { train, trainingSentences } from "../../training";
import { engineOf, type RunSpec } from "../spec";
import { traceCases } from "./cases";
import type { Claim } from "./claim";
import { jsonText, sweepFiles, writeOnce } from "./files";
import { measure } from "./measures";
import { distinctEntities, sentenceResults, storedResults } from "./predictions";
import { provenanceOf } from "./provenance";
import type { RunResult } from "./result";
import { type RunProgress, readSpec } from "./state";

/**
 * Does all of a run that is left to do and commits its result. The caller has claimed it.
 * @param signal stops it after the step under way; what is done stays
 * @throws InputError when corpus or engine are not those of the spec
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
    const found = await sentenceResults(detector, corpus.splits[split]);
    signal.throwIfAborted();
    const measures = await measure(detector, corpus.splits[split]);
    const result: RunResult = {
      format: 1,
      split,
      scores: scoreEntities(
        found.map(({ gold }) => gold),
        found.map(({ accepted }) => distinctEntities(accepted)),
      ),
      epochs: trained.epochs,
      bestEpoch: trained.bestEpoch,
      seconds: trained.seconds,
      sentences,
      parameters: trained.parameters,
      measures: measures ?? null,
      cases: await traceCases(detector, corpus.splits[split]),
      provenance: provenanceOf(engine, claim.attempt),
    };
    signal.throwIfAborted();
    if (!claim.holds()) throw new PnrError("another process has taken this run over");
    writeAtomic(join(folder, sweepFiles.predictions), storedResults(found, corpus.types));
    // before the result, because nobody looks at a complete run any more
    discardLast(directory);
    writeOnce(join(folder, sweepFiles.result), jsonText(result));
  } finally {
    detector.dispose();
  }
}

/** @throws InputError when this machine has not the engine, or not the library, that the run was planned for */
async function startPlanned(spec: RunSpec, folder: string): Promise<EngineInfo> {
  const engine = await startEngine(engineOf(spec, folder));
  if (engine.identity === spec.engine) return engine;
  throw new InputError(
    `${folder}: was planned for the engine ${spec.engine}, and this machine has ${engine.identity}; ` +
      "compute it where that is (PNR_BLAS names a library), or plan the run again here",
  );
}

/** @throws InputError when it is not the corpus that the run was planned for */
async function corpusOf({ corpus: { name, folder, hash } }: RunSpec): Promise<Corpus> {
  const corpus = await loadCorpus(folder);
  if (corpus.hash !== hash) {
    throw new InputError(
      `${folder}: corpus ${name} has another content than when this run was planned; plan it anew`,
    );
  }
  return corpus;
}

/** The last checkpoint holds the optimizer too, three times the model, and nothing goes on from it any more. */
function discardLast(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/^last[.-]/.test(name)) rmSync(join(directory, name));
  }
}
