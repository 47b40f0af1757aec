import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors";
import { parseWith } from "../base/schema";
import type { EntityDetector } from "../detector/entity-detector";
import {
  loadParameters,
  parameterTensors,
  readModel,
  removeTensors,
  type StoredModel,
  writeModel,
} from "../detector/storage";
import type { Random, RandomState } from "../engine";
import type { AdamW } from "./optimizer";
import { runFiles } from "./run-folder";
import type { EpochReport } from "./training-reports";

/** The progress of a run. */
export interface Progress {
  readonly epochs: readonly EpochReport[];
  /** Time in training and its evaluations. */
  readonly seconds: number;
  /** The current epoch; absent between epochs. */
  readonly underWay?: EpochProgress;
}

/** The progress of an epoch. */
export interface EpochProgress {
  /** State of the generator before it drew the order of the epoch's sentences. */
  readonly order: RandomState;
  /** Steps taken. */
  readonly steps: number;
  /** Sentences seen, and the sum of their losses. */
  readonly sentences: number;
  readonly lossSum: number;
  readonly seconds: number;
}

/** Everything that changes in training. */
export interface TrainState {
  readonly detector: EntityDetector;
  readonly optimizer: AdamW;
  readonly random: Random;
}

/** The content of a checkpoint besides the model, so that a resumed run gives the same numbers as an uninterrupted one. */
interface StoredState extends Progress {
  readonly step: number;
  readonly random: RandomState;
}

const word = z.int().min(0).max(0xffffffff);
const randomState = z.tuple([word, word, word, word]);
const amount = z.number().min(0);

const stateSchema: z.ZodType<StoredState> = z.strictObject({
  step: z.int().min(0),
  random: randomState,
  seconds: amount,
  epochs: z.array(z.custom<EpochReport>((value) => typeof value === "object" && value !== null)),
  underWay: z
    .strictObject({
      order: randomState,
      steps: z.int().min(1),
      sentences: z.int().min(1),
      lossSum: z.number(),
      seconds: amount,
    })
    .optional(),
});

export function saveBest(directory: string, { description, architecture }: EntityDetector): void {
  writeModel(join(directory, runFiles.best), description, parameterTensors(architecture.parameters));
}

/** Saves everything needed to resume. Keeps the checkpoint before it. */
export function saveLast(
  directory: string,
  { detector: { description, architecture }, optimizer, random }: TrainState,
  progress: Progress,
): void {
  const tensors = new Map([...parameterTensors(architecture.parameters), ...optimizer.tensors()]);
  const state: StoredState = { step: optimizer.steps, random: random.state, ...progress };
  const [last, previous] = checkpointFiles(directory);
  writeModel(last, description, tensors, { extra: state, previous });
}

/** The last checkpoint and the one before it. */
function checkpointFiles(directory: string): string[] {
  return [runFiles.last, runFiles.previous].map((file) => join(directory, file));
}

export function holdsCheckpoint(directory: string): boolean {
  return checkpointFiles(directory).some((file) => existsSync(file));
}

/** Removes the checkpoint before the last one. */
export function removePrevious(directory: string): void {
  const [last, previous] = checkpointFiles(directory);
  rmSync(previous, { force: true });
  removeTensors(last);
}

/**
 * Restores model, optimizer and random generator from the last checkpoint. If that one is damaged, for example by a power cut, reports it
 * and restores the one before it.
 * @throws InputError if both are damaged, or the checkpoint belongs to another config or other vocabularies
 */
export function restoreCheckpoint(
  directory: string,
  state: TrainState,
  onRemark: (line: string) => void,
): Progress {
  const [last, previous] = checkpointFiles(directory);
  const newest = readCheckpoint(last);
  if (!(newest instanceof InputError)) return restore(last, newest, state);
  const earlier = existsSync(previous) ? readCheckpoint(previous) : undefined;
  if (earlier === undefined || earlier instanceof InputError) {
    throw new InputError(
      `${newest.message}; no earlier checkpoint is intact, so remove ${directory} to train again`,
      { cause: newest },
    );
  }
  const progress = restore(previous, earlier, state);
  // Otherwise the next save would replace the intact checkpoint with the damaged one.
  rmSync(last, { force: true });
  onRemark(`${newest.message}; resuming from the checkpoint before it`);
  return progress;
}

interface Checkpoint extends StoredModel {
  readonly state: StoredState;
}

/**
 * @returns the error if the checkpoint is damaged or missing
 * @throws InputError if the file cannot be read, which does not mean that it is damaged
 */
function readCheckpoint(path: string): Checkpoint | InputError {
  try {
    const model = readModel(path);
    return { ...model, state: parseWith(stateSchema, model.extra, `${path}: extra`) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { errno, code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    if (errno !== undefined && code !== "ENOENT") throw error;
    return error;
  }
}

function restore(
  path: string,
  { description: storedDescription, tensors, state }: Checkpoint,
  { detector: { description, architecture }, optimizer, random }: TrainState,
): Progress {
  const { bert, wordVectors } = description.model;
  if (wordVectors && storedDescription.model.wordVectors?.sha256 !== wordVectors.sha256) {
    throw new InputError(
      `${path}: was trained with other word vectors than those in ${wordVectors.file}; restore that file, or train again`,
    );
  }
  // run.json holds everything else that decides the vocabularies.
  if (JSON.stringify(storedDescription.vocabularies) !== JSON.stringify(description.vocabularies)) {
    const file = bert?.vocabulary ?? bert?.from ?? "the corpus";
    throw new InputError(
      `${path}: its vocabularies differ from those of ${file} now; restore that file, or train again`,
    );
  }
  loadParameters(architecture.parameters, tensors, path);
  const { step, random: generator, ...progress } = state;
  optimizer.restore(tensors, step, path);
  random.restore(generator);
  return progress;
}

/**
 * Ensures that the best model is intact. If it is damaged, the restored model replaces it where that is the best one, just
 * after its epoch.
 * @throws InputError if it is damaged and cannot be restored
 */
export function requireBest(
  directory: string,
  { epochs, underWay }: Progress,
  detector: EntityDetector,
  onRemark: (line: string) => void,
): void {
  const best = epochs.findLast((report) => report.best)?.epoch;
  if (best === undefined) return;
  try {
    readModel(join(directory, runFiles.best));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (best < epochs.length || underWay) {
      throw new InputError(
        `${error.message}; it was the model of epoch ${best} and cannot be restored, so remove ${directory} to train again`,
        { cause: error },
      );
    }
    onRemark(`${error.message}; saved again from the last checkpoint`);
    saveBest(directory, detector);
  }
}
