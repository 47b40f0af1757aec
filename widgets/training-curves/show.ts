import type { EpochReport } from "../../src/training/types";
import { showWidget } from "../shared/show";
import { buildTrainingCurves, curvePoints, trainingCurvesText } from "./build";

/** Shows the loss and, where there is a dev split, the scores of each epoch. */
export async function showTrainingCurves(reports: readonly EpochReport[]): Promise<void> {
  const data = curvePoints(reports);
  const text = trainingCurvesText(data);
  await showWidget({ kind: "training-curves", data, figure: buildTrainingCurves(data), text });
}
