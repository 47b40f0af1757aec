import type { SplitProfile } from "../../src/corpus/profile";
import type { PaperSplit } from "../../src/experiments/paper";
import type { Cell, Grid } from "../shared/grid";
import { type PackedProfile, present } from "./data";

interface Row {
  readonly name: string;
  readonly value: (split: SplitProfile) => string;
  readonly paper?: (split: PaperSplit) => string;
}

/** Table 1 of the corpus, with the paper's values beside where it has them, and what else there is to count. */
export function statisticsGrid(data: PackedProfile): Grid {
  const { profile, paper } = data;
  const splits = present(data);
  const rows = [...tableOne, ...more, ...typeRows(profile.types)];
  const beside = paper ? 2 : 1;
  const head: Cell[][] = [
    [{ text: "" }, ...splits.map(([name]) => ({ text: name, span: beside > 1 ? beside : undefined }))],
  ];
  if (paper) head.push([{ text: "" }, ...splits.flatMap(() => [{ text: "here" }, { text: "paper" }])]);
  return {
    caption: paper ? `${profile.name}, beside ${paper.name} in the paper's Table 1` : profile.name,
    head,
    rows: rows.map(({ name, value, paper: printed }) => [
      { text: name },
      ...splits.flatMap(([split, counted]): Cell[] => {
        const here = { text: value(counted) };
        if (!paper) return [here];
        return [here, { text: printed ? printed(paper.splits[split]) : "", tone: "faint" }];
      }),
    ]),
    align: ["left", ...splits.flatMap(() => new Array<"right">(beside).fill("right"))],
  };
}

const tableOne: readonly Row[] = [
  { name: "#S sentences", value: (s) => `${s.sentences}`, paper: (s) => `${s.sentences}` },
  {
    name: "#AS tokens a sentence, mean",
    value: (s) => s.averageTokens.toFixed(1),
    paper: (s) => s.averageTokens.toFixed(1),
  },
  { name: "#NE entities", value: (s) => `${s.entities}`, paper: (s) => `${s.entities}` },
  {
    name: "#AE tokens an entity, mean",
    value: (s) => s.averageEntityLength.toFixed(2),
    paper: (s) => s.averageEntityLength.toFixed(2),
  },
  {
    name: "#ME entities a sentence, most",
    value: (s) => `${s.maxEntities}`,
    paper: (s) => `${s.maxEntities}`,
  },
];

const more: readonly Row[] = [
  { name: "tokens", value: (s) => `${s.tokens}` },
  { name: "tokens a sentence, most", value: (s) => `${s.maxTokens}` },
  { name: "tokens an entity, most", value: (s) => `${s.maxEntityLength}` },
  { name: "entities that overlap another", value: (s) => `${(100 * s.nestedShare).toFixed(1)} %` },
  { name: "entities inside another", value: (s) => `${insideOthers(s)}` },
  { name: "pairs that cross", value: (s) => `${s.crossing}` },
  { name: "pairs of one span", value: (s) => `${s.sameSpan}` },
];

function typeRows(types: readonly string[]): Row[] {
  return types.map((type) => ({ name: `type ${type}`, value: (split) => `${split.byType[type] ?? 0}` }));
}

function insideOthers({ depths }: SplitProfile): number {
  return depths.filter(({ value }) => value > 1).reduce((sum, { count }) => sum + count, 0);
}
