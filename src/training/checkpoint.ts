import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors";
import { parseWith } from "../base/schema";
import type { EntityDetector } from "../detector/entity-detector";
import { loadParameters, parameterTensors, readModel, writeModel } from "../detector/storage";
import type { Random, RandomState } from "../engine";
import type { AdamW } from "./optimizer";
import { runFiles } from "./run-folder";
import type { EpochReport } from "./types";

/** How far a run has come. */
export interface Progress {
  readonly epochs: readonly EpochReport[];
  readonly seconds: number;
}

/** What the last checkpoint holds beside the model, so that the run can go on as if it had never stopped. */
interface TrainingState {
  readonly step: number;
  readonly random: RandomState;
  readonly seconds: number;
  readonly epochs: readonly EpochReport[];
}

const word = z.int().min(0).max(0xffffffff);

const stateSchema: z.ZodType<TrainingState> = z.strictObject({
  step: z.int().min(0),
  random: z.tuple([word, word, word, word]),
  seconds: z.number().min(0),
  epochs: z.array(z.custom<EpochReport>((value) => typeof value === "object" && value !== null)),
});

export function saveBest(directory: string, { description, network }: EntityDetector): void {
  writeModel(join(directory, runFiles.best), description, parameterTensors(network.parameters));
}

export function saveLast(
  directory: string,
  { description, network }: EntityDetector,
  optimizer: AdamW,
  random: Random,
  { epochs, seconds }: Progress,
): void {
  const tensors = new Map([...parameterTensors(network.parameters), ...optimizer.tensors()]);
  const state: TrainingState = { step: optimizer.steps, random: random.state, seconds, epochs };
  writeModel(join(directory, runFiles.last), description, tensors, state);
}

/**
 * Puts model, optimiser and random generator back to where they were saved.
 * @throws InputError when the checkpoint is damaged, of another config or of other vocabularies
 */
export function restoreCheckpoint(
  path: string,
  { description, network }: EntityDetector,
  optimizer: AdamW,
  random: Random,
): Progress {
  const { description: stored, tensors, extra } = readModel(path);
  const state = parseWith(stateSchema, extra, `${path}: extra`);
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
  optimizer.restore(tensors, state.step, path);
  random.restore(state.random);
  return { epochs: state.epochs, seconds: state.seconds };
}
