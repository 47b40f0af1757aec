import { namesOf } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Part, Widget } from "../shared/widget";
import type { PackedScores } from "./data";
import { scoresFigure } from "./figure";
import { heading, sentencesScene } from "./sentences";
import type { State } from "./state";
import { view } from "./view";
import { scoresTable, scoresText } from "./words";

/** Precision, recall and F1 for each entity length, and below them the sentences behind a bar. */
export const scoresByLengthWidget: Widget<PackedScores, State> = {
  kind: "scores-by-length",
  open: (packed) => packed,
  title: (data, state) => {
    const names = namesOf(data.runs.map(({ name }) => name));
    const sentences = state.chosen ? `; ${heading(data, state, state.chosen)}` : "";
    return `Scores by entity length of ${names}${sentences}`;
  },
  build: (data, state, theme: Theme): Part[] => {
    const figure: Part = { figure: scoresFigure(data, state, theme) };
    return state.chosen ? [figure, { scene: sentencesScene(data, state, state.chosen, theme) }] : [figure];
  },
  text: scoresText,
  table: scoresTable,
  view,
};
