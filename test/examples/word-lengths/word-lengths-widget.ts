// A widget is a folder: what it shows (here), and the function that creates it from your data (word-lengths.ts). A line in
// widgets/kinds.ts makes it interactive in notebooks and pages.
import type { Widget } from "../../../widgets/shared/widget";

export interface State {
  readonly sorted: boolean;
}

/** The words of a sentence by their lengths. */
export const wordLengthsWidget: Widget<readonly string[], State> = {
  kind: "word-lengths",
  open: (words) => words,
  title: (words) => `lengths of ${words.length} words`,
  build: (words, { sorted }, theme) => {
    const ordered = sorted ? [...words].sort((a, b) => b.length - a.length) : words;
    const bars = {
      type: "bar",
      x: ordered,
      y: ordered.map((word) => word.length),
      marker: { color: theme.gold },
    };
    const layout = { width: 480, height: 240, paper_bgcolor: theme.paper, plot_bgcolor: theme.paper };
    return [{ figure: { data: [bars], layout: { ...layout, font: { color: theme.ink } } } }];
  },
  text: (words) => words.map((word) => `${word} ${word.length}`).join("\n"),
  table: (words) => ({
    name: "word-lengths",
    columns: { word: words, letters: words.map((word) => word.length) },
  }),
  view: {
    controls: (_, { sorted }) => [{ type: "toggle", name: "sorted", label: "longest first", value: sorted }],
    change: (_, state, control, value) => (control === "sorted" ? { sorted: value === true } : state),
  },
};
