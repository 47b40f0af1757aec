import type { CorpusProfile } from "../../src/corpus/profile";
import type { PaperCorpus, PaperStatistics } from "../../src/experiments/paper";
import { assertOptions, choice } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { gridToText } from "../shared/grid";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { type PackedProfile, type State, splitsOf } from "./profile-data";
import { distributionFigure } from "./profile-figure";
import { statisticsGrid } from "./profile-grid";
import { matrixTitles, typeMatrix } from "./type-matrix";

const heightTexts = { shares: "share of the split", counts: "counts" };
const matrixTexts = { nesting: "nested", together: "in one sentence" };

const view: View<State, PackedProfile> = {
  controls: (data, { split, matrix, heights }) => [
    choice("heights", "bars", heightTexts, heights),
    choice("matrix", "types", matrixTexts, matrix),
    choice("split", "split", splitNames(data), split),
  ],
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** Statistics of a corpus, their distributions, and which types nest in which. */
export const corpusProfileWidget: Widget<PackedProfile, State> = {
  kind: "corpus-profile",
  open: (packed) => packed,
  title: ({ profile }) => `Profile of the corpus ${profile.name}`,
  build: (data, state, theme, available) => {
    const width = fittingWidth(available);
    return [
      { grid: statisticsGrid(data) },
      { figure: distributionFigure(data, state, theme, width) },
      ...(data.profile.types.length ? [{ scene: typeMatrix(data, state, theme, width) }] : []),
    ];
  },
  text: (data, state) => `${gridToText(statisticsGrid(data))}\n\n${matrixText(data, state)}`,
  table,
  view,
};

function splitNames(data: PackedProfile): string[] {
  return splitsOf(data).map(([name]) => name);
}

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

/** One row per split and number: a value of a distribution, a pair of types of a matrix, or a single number. */
function table(data: PackedProfile): DataTable {
  const { types } = data.profile;
  const rows = splitsOf(data).flatMap(([split, profile]) => {
    const row = (figure: string, value: string, type: string, count: number) =>
      [split, figure, value, type, count] as const;
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
        types.flatMap((one, i) => types.map((other, j) => row(name, one, other, profile[name][i][j]))),
      ),
    ];
  });
  return {
    name: "corpus-profile",
    columns: {
      split: rows.map(([split]) => split),
      figure: rows.map(([, figure]) => figure),
      value: rows.map(([, , value]) => value),
      inner_or_other_type: rows.map(([, , , type]) => type),
      count: rows.map(([, , , , count]) => count),
    },
  };
}

export interface CorpusProfileOptions {
  /** The values of the paper's Table 1, `paper.table1`, to compare with. */
  readonly paper?: PaperStatistics;
  /** The corpus of the paper to compare with. Default: the one with the same name, if any. */
  readonly corpus?: PaperCorpus;
  /** Split that the matrix shows first. Default: the first that has sentences. */
  readonly split?: State["split"];
  /** Types nested in each other, or in the same sentence. Default "nesting". */
  readonly matrix?: State["matrix"];
}

/**
 * Statistics of a corpus: the paper's Table 1, lengths, nesting and types.
 * @param profile the result of the library's function of the same name
 * @throws RangeError for a corpus without sentences, a split without sentences, or a corpus that is not the paper's
 */
export function corpusProfile(
  profile: CorpusProfile,
  options: CorpusProfileOptions = {},
): WidgetInstance<PackedProfile, State> {
  const { paper, matrix = "nesting" } = options;
  const names = Object.keys(paper ?? {}) as PaperCorpus[];
  const corpus = options.corpus ?? names.find((name) => name.toLowerCase() === profile.name.toLowerCase());
  if (options.corpus && !names.includes(options.corpus)) {
    const choices = names.join(", ") || "pass `paper`";
    throw new RangeError(`corpus: "${options.corpus}" is not one of the paper's corpora: ${choices}`);
  }
  const packed: PackedProfile = {
    profile,
    ...(paper && corpus ? { paper: { name: corpus, splits: paper[corpus] } } : {}),
  };
  const splits = splitsOf(packed).map(([name]) => name);
  if (!splits.length) throw new RangeError(`the corpus ${profile.name} has no sentences to show`);
  const { split = splits[0] } = options;
  assertOptions("split", [split], splits);
  return { widget: corpusProfileWidget, packed, state: { split, matrix, heights: "shares" } };
}

/** Shows {@link corpusProfile} in the running cell; outside a notebook, prints its text description. */
export async function showCorpusProfile(
  profile: CorpusProfile,
  options?: CorpusProfileOptions,
): Promise<void> {
  await display(corpusProfile(profile, options));
}
