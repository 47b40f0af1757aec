import { Option } from "commander";
import { InputError } from "../../base/errors";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { ComparedRun, SlicedScores } from "../../evaluation";
import { type ChosenSentences, trainingSentences } from "./corpus-input";

/** `--slices <file>` */
export function slicesOption(): Option {
  return new Option("--slices <file>", "score the slices that a JSON file describes, with their intervals");
}

/**
 * Scores the slices of a file.
 * @param corpus of the scored sentences
 * @throws InputError if the file is invalid, or a slice needs a train split that the corpus lacks
 */
export async function slicesOf(
  file: string,
  runs: readonly ComparedRun[],
  corpus: string,
  selection: ChosenSentences,
  options: ReadOptions,
): Promise<SlicedScores> {
  const { readSlices, sliceScores } = await import("../../evaluation/index.js");
  const slices = readSlices(file);
  const asking = slices.find(({ needsTraining }) => needsTraining);
  const training = asking && (await trainingSentences(corpus, selection, options));
  if (asking && !training)
    throw new InputError(
      `${file}: ${asking.name}.mention needs a train split in addition to the scored sentences; score dev or test of a corpus folder`,
    );
  return sliceScores(runs, slices, { training });
}
