import type { SplitProfile } from "../../src/corpus/profile";
import type { PaperSplit } from "../../src/experiments/paper";
import type { Cell, Grid } from "../shared/grid";
import { type PackedProfile, splitsOf } from "./profile-data";

type Row = readonly [name: string, value: (split: SplitProfile) => string];

/** The corpus's Table 1, alongside the paper's values if there are any, and further statistics. */
export function statisticsGrid(data: PackedProfile): Grid {
  const { profile, paper } = data;
  const splits = splitsOf(data);
  const width = paper ? 2 : 1;
  const head: Cell[][] = [
    [{ text: "" }, ...splits.map(([text]) => ({ text, span: paper ? width : undefined }))],
    ...(paper ? [[{ text: "" }, ...splits.flatMap(() => [{ text: "here" }, { text: "paper" }])]] : []),
  ];
  const types = profile.types.map((type): Row => [`type ${type}`, ({ byType }) => `${byType[type] ?? 0}`]);
  return {
    caption: paper ? `${profile.name}, compared with ${paper.name} in the paper's Table 1` : profile.name,
    head,
    rows: [...tableOne, ...further, ...types].map(([text, value], i) => [
      { text },
      ...splits.flatMap(([name, split]): Cell[] => {
        const ours = { text: value(split) };
        if (!paper) return [ours];
        const [, paperValue = () => ""] = tableOne[i] ?? [];
        return [ours, { text: paperValue(paper.splits[name]), tone: "faint" }];
      }),
    ]),
    align: ["left", ...splits.flatMap(() => new Array<"right">(width).fill("right"))],
  };
}

const tableOne: readonly (readonly [name: string, value: (split: SplitProfile | PaperSplit) => string])[] = [
  ["#S sentences", ({ sentences }) => `${sentences}`],
  ["#AS tokens per sentence, mean", ({ averageTokens }) => averageTokens.toFixed(1)],
  ["#NE entities", ({ entities }) => `${entities}`],
  ["#AE tokens per entity, mean", ({ averageEntityLength }) => averageEntityLength.toFixed(2)],
  ["#ME entities per sentence, maximum", ({ maxEntities }) => `${maxEntities}`],
];

const further: readonly Row[] = [
  ["tokens", ({ tokens }) => `${tokens}`],
  ["tokens per sentence, maximum", ({ maxTokens }) => `${maxTokens}`],
  ["tokens per entity, maximum", ({ maxEntityLength }) => `${maxEntityLength}`],
  ["entities that overlap another", ({ nestedShare }) => `${(100 * nestedShare).toFixed(1)} %`],
  ["entities inside another", ({ depths }) => `${nestedEntities(depths)}`],
  ["crossing pairs", ({ crossing }) => `${crossing}`],
  ["pairs with the same span", ({ sameSpan }) => `${sameSpan}`],
];

function nestedEntities(depths: SplitProfile["depths"]): number {
  return depths.reduce((sum, { value, count }) => sum + (value > 1 ? count : 0), 0);
}
