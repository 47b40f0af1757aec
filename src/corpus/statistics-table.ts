import { alignedTable } from "../base/aligned-table";
import { lengthGroups } from "./spans";
import type { SplitStatistics } from "./statistics";

/** The statistics of the splits that have sentences, one column per split. @param types the rows of types, in this order */
export function statisticsTable(
  types: readonly string[],
  splits: Readonly<Record<string, SplitStatistics>>,
): string {
  const present = Object.entries(splits).filter(([, { sentences }]) => sentences > 0);
  const row = (name: string, value: (statistics: SplitStatistics) => string | number): string[] => [
    name,
    ...present.map(([, statistics]) => String(value(statistics))),
  ];
  return alignedTable([
    ["", ...present.map(([split]) => split)],
    row("sentences", (s) => s.sentences),
    row("tokens", (s) => s.tokens),
    row("tokens per sentence, mean", (s) => s.averageTokens.toFixed(2)),
    row("tokens per sentence, max", (s) => s.maxTokens),
    row("entities", (s) => s.entities),
    row("tokens per entity, mean", (s) => s.averageEntityLength.toFixed(2)),
    row("tokens per entity, max", (s) => s.maxEntityLength),
    row("entities per sentence, max", (s) => s.maxEntities),
    row("nested entities", (s) => `${(100 * s.nestedShare).toFixed(1)}%`),
    ...types.map((type) => row(`type ${type}`, (s) => s.byType[type])),
    ...lengthGroups.map((length) => row(`length ${length}`, (s) => s.byLength[length])),
  ]);
}
