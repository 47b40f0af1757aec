import { type Grid, gridToText } from "../shared/grid";
import { spanText } from "../shared/text";
import type { DataTable } from "../shared/widget";
import { predictedLabel } from "./error-sentences";
import {
  type By,
  type ChosenCell,
  countMatrix,
  currentPage,
  isIn,
  listHeading,
  type PackedCase,
  type PackedErrors,
  type PackedSentence,
  type State,
} from "./errors-data";
import { gainText } from "./kinds-scene";

/** Kinds of error, then all matrices, then the listed sentences. */
export function errorsText(data: PackedErrors, { chosen, page }: State): string {
  const matrices = matricesOf(data).map((by) => gridToText(matrixGrid(data, by)));
  return [gridToText(kindsGrid(data)), ...matrices, ...(chosen ? [listText(data, chosen, page)] : [])].join(
    "\n\n",
  );
}

export function matricesOf({ groups }: PackedErrors): By[] {
  return ["type", "length", "depth", ...(groups.mention ? (["mention"] as const) : [])];
}

function kindsGrid({ name, score, kinds, bootstrap }: PackedErrors): Grid {
  const { precision, recall, f1 } = score;
  const scores = `P ${precision.toFixed(2)}  R ${recall.toFixed(2)}  F1 ${f1.toFixed(2)}`;
  const interval = `${100 * bootstrap.level} % interval over ${bootstrap.units}`;
  return {
    caption: `${name}: ${scores}`,
    head: [["kind of error", "entities", "F1 gained without them", interval].map((text) => ({ text }))],
    rows: kinds.map(({ kind, count, gain, interval: range }) => [
      { text: kind },
      { text: String(count) },
      { text: gainText(gain) },
      { text: range ? `${range.low.toFixed(2)} to ${range.high.toFixed(2)}` : "–" },
    ]),
    align: ["left", "right", "right", "right"],
  };
}

function matrixGrid(data: PackedErrors, by: By): Grid {
  const { title, rows, columns, counts } = countMatrix(data, by);
  return {
    caption: title,
    head: [[{ text: "" }, ...columns.map((text) => ({ text }))]],
    rows: rows.map((text, row) => [{ text }, ...counts[row].map((count) => ({ text: String(count) }))]),
    align: ["left", ...columns.map(() => "right" as const)],
  };
}

function listText(data: PackedErrors, cell: ChosenCell, page: number): string {
  const { sentences } = currentPage(data, cell, page);
  return [listHeading(data, cell, page), ...sentences.map((one) => sentenceText(data, cell, one))].join("\n");
}

function sentenceText(data: PackedErrors, cell: ChosenCell, { tokens, cases }: PackedSentence): string {
  const texts = cases.filter((one) => isIn(data, cell, one)).map((one) => caseText(one, tokens));
  return `- ${spanText(tokens, { start: 0, end: tokens.length })}\n    ${texts.join("; ")}`;
}

/** `too long protein 0.61: "human IL-2 gene", gold protein: "IL-2 gene"` */
function caseText(one: PackedCase, tokens: readonly string[]): string {
  const { kind, gold, predicted } = one;
  const wrong = predicted && `${predictedLabel(one)}: "${spanText(tokens, predicted)}"`;
  const right = gold && `${predicted ? "gold" : kind} ${gold.type}: "${spanText(tokens, gold)}"`;
  return [wrong, right].filter((text) => text !== undefined).join(", ");
}

/** One row per kind, then one per cell of each matrix. */
export function errorsTable(data: PackedErrors): DataTable {
  const kinds = data.kinds.map(({ kind, count, gain, interval }) => ({
    matrix: "kind",
    row: kind as string,
    column: "",
    entities: count,
    f1_gain: gain as number | null,
    f1_gain_low: interval?.low ?? null,
    f1_gain_high: interval?.high ?? null,
  }));
  const noGain = { f1_gain: null, f1_gain_low: null, f1_gain_high: null };
  const cells = matricesOf(data).flatMap((by) => {
    const { rows, columns, counts } = countMatrix(data, by);
    return rows.flatMap((row, i) =>
      columns.map((column, j) => ({ matrix: by, row, column, entities: counts[i][j], ...noGain })),
    );
  });
  const all = [...kinds, ...cells];
  return {
    name: "errors",
    columns: {
      matrix: all.map(({ matrix }) => matrix),
      row: all.map(({ row }) => row),
      column: all.map(({ column }) => column),
      entities: all.map(({ entities }) => entities),
      f1_gain: all.map((one) => one.f1_gain),
      f1_gain_low: all.map((one) => one.f1_gain_low),
      f1_gain_high: all.map((one) => one.f1_gain_high),
    },
    fractions: ["f1_gain", "f1_gain_low", "f1_gain_high"],
  };
}
