import { showWidget } from "../shared/show";
import { buildScoresByLength, type NamedScores, scoresByLengthText } from "./build";

/** Shows precision, recall and F1 for each entity length, one bar a run. */
export async function showScoresByLength(runs: readonly NamedScores[]): Promise<void> {
  const data = runs.map(({ name, scores: { byLength, overall } }) => ({
    name,
    scores: { byLength, overall },
  }));
  const text = scoresByLengthText(data);
  await showWidget({ kind: "scores-by-length", data, figure: buildScoresByLength(data), text });
}
