import { gridToText } from "../shared/grid";
import type { Control, DataTable, View, Widget } from "../shared/widget";
import { type PackedProfile, present, type State } from "./data";
import { distributionFigure } from "./figures";
import { statisticsGrid } from "./grid";
import { matrixScene, matrixTitles } from "./matrix";

const view: View<State, PackedProfile> = {
  controls: (data, { split, matrix, heights }): Control[] => [
    choice(
      "heights",
      "bars",
      [
        ["shares", "share of the split"],
        ["counts", "counts"],
      ],
      heights,
    ),
    choice(
      "matrix",
      "types",
      [
        ["nesting", "one inside the other"],
        ["together", "in one sentence"],
      ],
      matrix,
    ),
    choice(
      "split",
      "of",
      present(data).map(([name]) => [name, name]),
      split,
    ),
  ],
  change: (data, state, control, value) => {
    if (!view.controls(data, state).some(({ name }) => name === control)) return state;
    return { ...state, [control]: value };
  },
};

function choice(
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  value: string,
): Control {
  return { type: "choice", name, label, options: options.map(([value, text]) => ({ value, text })), value };
}

/** What is in a corpus: its figures, their distributions, and which types nest in which. */
export const corpusProfileWidget: Widget<PackedProfile, State> = {
  kind: "corpus-profile",
  open: (packed) => packed,
  title: ({ profile }) => `Profile of the corpus ${profile.name}`,
  build: (data, state, theme) => [
    { grid: statisticsGrid(data) },
    { figure: distributionFigure(data, state, theme) },
    ...(data.profile.types.length ? [{ scene: matrixScene(data, state, theme) }] : []),
  ],
  text: (data, state) => `${gridToText(statisticsGrid(data))}\n\n${matrixText(data, state)}`,
  table,
  view,
};

function matrixText({ profile }: PackedProfile, { split, matrix }: State): string {
  const { types, splits } = profile;
  const counts = splits[split][matrix];
  return gridToText({
    caption: `${split} – ${matrixTitles[matrix]}`,
    head: [[{ text: "" }, ...types.map((text) => ({ text }))]],
    rows: types.map((text, row) => [{ text }, ...counts[row].map((count) => ({ text: String(count) }))]),
    align: ["left", ...types.map(() => "right" as const)],
  });
}

/** A row a figure of a split: a distribution's value, a matrix's pair of types, or a single number. */
function table(data: PackedProfile): DataTable {
  const { types } = data.profile;
  const rows = present(data).flatMap(([split, profile]) => {
    const row = (figure: string, at: string, also: string, count: number) => ({
      split,
      figure,
      at,
      also,
      count,
    });
    const distributions = ["sentenceLengths", "entitiesPerSentence", "entityLengths", "depths"] as const;
    const singles = ["sentences", "tokens", "entities", "crossing", "sameSpan"] as const;
    const matrices = ["nesting", "together"] as const;
    return [
      ...singles.map((name) => row(name, "", "", profile[name])),
      ...types.map((type) => row("byType", type, "", profile.byType[type])),
      ...distributions.flatMap((name) =>
        profile[name].map(({ value, count }) => row(name, `${value}`, "", count)),
      ),
      ...matrices.flatMap((name) =>
        types.flatMap((one, at) => types.map((other, to) => row(name, one, other, profile[name][at][to]))),
      ),
    ];
  });
  return {
    name: "corpus-profile",
    columns: {
      split: rows.map(({ split }) => split),
      figure: rows.map(({ figure }) => figure),
      value: rows.map(({ at }) => at),
      inner_or_other_type: rows.map(({ also }) => also),
      count: rows.map(({ count }) => count),
    },
  };
}
