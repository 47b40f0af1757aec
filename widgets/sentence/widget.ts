import type { Theme } from "../shared/theme";
import type { Part, Widget } from "../shared/widget";
import { detailsGrid } from "./details";
import type { ShownSentence } from "./entities";
import { sentenceScene } from "./scene";
import { type OpenSentence, openSentence, type SentenceState, shownEntities } from "./state";
import { sentenceTable, sentenceText, sentenceTitle } from "./text";
import { sentenceView } from "./view";

/** A sentence with its gold and predicted entities as stacked brackets. */
export const sentenceWidget: Widget<ShownSentence, SentenceState, OpenSentence> = {
  kind: "sentence",
  open: openSentence,
  title: sentenceTitle,
  build,
  text: sentenceText,
  table: sentenceTable,
  view: sentenceView,
};

function build(data: OpenSentence, state: SentenceState, theme: Theme): Part[] {
  const entities = shownEntities(data, state);
  const ids = new Set(entities.map(({ id }) => id));
  const chosen = entities.find(({ id }) => id === state.selected);
  const { sentence } = data;
  const options = {
    shown: ({ id }: { readonly id: string }) => ids.has(id),
    selected: chosen?.id,
    positions: state.positions,
  };
  const scene = sentenceScene(sentence, options, theme);
  return chosen ? [{ scene }, { grid: detailsGrid(chosen, sentence.tokens) }] : [{ scene }];
}
