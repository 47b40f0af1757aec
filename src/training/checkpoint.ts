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
import type { EpochReport } from "./types";

/** How far a run has come. */
export interface Progress {
  readonly epochs: readonly EpochReport[];
  /** In training and its evaluations. */
  readonly seconds: number;
  /** The epoch under way; absent between two. */
  readonly underWay?: EpochUnderWay;
}

/** What an epoch has done so far. */
export interface EpochUnderWay {
  /** The generator's state before the epoch's sentences were put into their order. */
  readonly order: RandomState;
  /** Steps taken. */
  readonly steps: number;
  /** Sentences seen, and the sum of their losses. */
  readonly sentences: number;
  readonly lossSum: number;
  readonly seconds: number;
}

/** What goes on: the model that is trained, and all that changes with it. */
export interface Trained {
  readonly detector: EntityDetector;
  readonly optimizer: AdamW;
  readonly random: Random;
}

/** What the last checkpoint holds beside the model, so that the run can go on as if it had never stopped. */
interface TrainingState extends Progress {
  readonly step: number;
  readonly random: RandomState;
}

const word = z.int().min(0).max(0xffffffff);
const randomState = z.tuple([word, word, word, word]);
const amount = z.number().min(0);

const stateSchema: z.ZodType<TrainingState> = z.strictObject({
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

export function saveBest(directory: string, { description, network }: EntityDetector): void {
  writeModel(join(directory, runFiles.best), description, parameterTensors(network.parameters));
}

/** Saves everything needed to go on; what was saved before stays beside it. */
export function saveLast(
  directory: string,
  { detector: { description, network }, optimizer, random }: Trained,
  progress: Progress,
): void {
  const tensors = new Map([...parameterTensors(network.parameters), ...optimizer.tensors()]);
  const state: TrainingState = { step: optimizer.steps, random: random.state, ...progress };
  const [last, previous] = [runFiles.last, runFiles.previous].map((file) => join(directory, file));
  writeModel(last, description, tensors, state, previous);
}

export function holdsCheckpoint(directory: string): boolean {
  return [runFiles.last, runFiles.previous].some((file) => existsSync(join(directory, file)));
}

/** Removes the checkpoint before the last, which nothing will need. */
export function dropPrevious(directory: string): void {
  rmSync(join(directory, runFiles.previous), { force: true });
  removeTensors(join(directory, runFiles.last));
}

/**
 * Puts model, optimiser and random generator back to where they were saved last; where that is damaged, as by a power cut, to
 * where they were saved before, with a remark.
 * @throws InputError when no checkpoint is whole, or it is of another config or of other vocabularies
 */
export function restoreCheckpoint(
  directory: string,
  trained: Trained,
  onRemark: (line: string) => void,
): Progress {
  const [last, previous] = [runFiles.last, runFiles.previous].map((file) => join(directory, file));
  const newest = readCheckpoint(last);
  if (!(newest instanceof InputError)) return restore(last, newest, trained);
  const earlier = existsSync(previous) ? readCheckpoint(previous) : undefined;
  if (earlier === undefined || earlier instanceof InputError) {
    const problem = `${newest.message}; no earlier checkpoint is whole, so remove ${directory} to train anew`;
    throw new InputError(problem, { cause: newest });
  }
  const progress = restore(previous, earlier, trained);
  // else it would take the place of the whole one when the next is saved
  rmSync(last, { force: true });
  onRemark(`${newest.message}; going on from the checkpoint before it`);
  return progress;
}

interface Checkpoint extends StoredModel {
  readonly state: TrainingState;
}

/**
 * @returns what is wrong with it where it is damaged
 * @throws InputError when it cannot be read, which says nothing about what it holds
 */
function readCheckpoint(path: string): Checkpoint | InputError {
  try {
    const stored = readModel(path);
    return { ...stored, state: parseWith(stateSchema, stored.extra, `${path}: extra`) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { errno, code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    if (errno !== undefined && code !== "ENOENT") throw error;
    return error;
  }
}

function restore(
  path: string,
  { description: stored, tensors, state }: Checkpoint,
  { detector: { description, network }, optimizer, random }: Trained,
): Progress {
  const { bert, wordVectors } = description.model;
  if (wordVectors && stored.model.wordVectors?.sha256 !== wordVectors.sha256) {
    throw new InputError(
      `${path}: was trained with another file as ${wordVectors.file}; restore that, or train anew`,
    );
  }
  // run.json holds all that decides the vocabularies but what files of pieces and vectors say
  if (JSON.stringify(stored.vocabularies) !== JSON.stringify(description.vocabularies)) {
    const file = bert?.vocabulary ?? bert?.from ?? "the corpus";
    throw new InputError(
      `${path}: has other vocabularies than ${file} gives now; restore that, or train anew`,
    );
  }
  loadParameters(network.parameters, tensors, path);
  const { step, random: generator, ...progress } = state;
  optimizer.restore(tensors, step, path);
  random.restore(generator);
  return progress;
}

/**
 * Sees to it that the best model is whole. It was saved before the checkpoint that names it, so only damage takes it away; what
 * is restored is it again where its epoch has just ended.
 * @throws InputError when it is damaged and cannot be had again
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
      const problem = `${error.message}; it was of epoch ${best} and cannot be had again, so remove ${directory} to train anew`;
      throw new InputError(problem, { cause: error });
    }
    onRemark(`${error.message}; saved again from the last checkpoint`);
    saveBest(directory, detector);
  }
}
