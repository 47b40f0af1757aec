import { alignedTable } from "../base/aligned-table";
import type { Difference } from "./compare";
import type { EnsembleEvaluation } from "./ensemble";
import type { Score } from "./score-types";
import { percent } from "./scores-text";

/** The scores of an ensemble's members, its own scores, then its gain in F1 over them. */
export function ensembleTable({ ensemble, members, mean, gains, units }: EnsembleEvaluation): string {
  const row = (
    name: string,
    { precision, recall, f1 }: Pick<Score, "precision" | "recall" | "f1">,
  ): string[] => [name, ...[precision, recall, f1].map(percent)];
  const spread = ({ deviation }: EnsembleEvaluation["mean"]["f1"]): string =>
    deviation === null ? "" : percent(deviation);
  const gain = (name: string, { value, interval }: Difference): string[] => [
    name,
    signed(value),
    interval ? `[${signed(interval.low)}, ${signed(interval.high)}]` : "",
  ];
  const scores = alignedTable([
    ["", "P", "R", "F1"],
    ...members.map(({ name, scores: { overall } }) => row(name, overall)),
    ["mean of the members", ...[mean.precision, mean.recall, mean.f1].map((one) => percent(one.mean))],
    ["± standard deviation", ...[mean.precision, mean.recall, mean.f1].map(spread)],
    row("ensemble", ensemble.scores.overall),
  ]);
  const differences = alignedTable([
    ["F1 of the ensemble minus", "", `95 % interval over ${units}`],
    gain("mean of the members", gains.mean.f1),
    ...members.map(({ name }, index) => gain(name, gains.members[index].f1)),
  ]);
  return `${scores}\n\n${differences}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${percent(Math.abs(value))}`;
}
