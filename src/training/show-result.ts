import { selfShowing, tableShowing } from "../base/self-showing";
import { scoreRows } from "../detector/show-detector";
import type { TrainingResult } from "./training-reports";

/** Makes a result show its scores. */
export const showingResult: (result: TrainingResult) => TrainingResult = selfShowing<TrainingResult>(
  ({ directory, corpus, bestEpoch, scores }) =>
    tableShowing(`${directory} · trained on ${corpus.name} (epoch ${bestEpoch})`, () => scoreRows(scores)),
);
