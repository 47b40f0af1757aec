import type { TextRow } from "../analysis/table-rows";
import type { LengthScores, TrainingSeries } from "../analysis/views";
import type { DifferenceResults } from "../difference-types";
import type { SweepResults } from "../sweep-types";

/** Results as text, tables and charts, independent of the output format. */
export interface Report {
  readonly title: string;
  /** The introduction, one paragraph. */
  readonly about: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "table"; readonly table: ReportTable }
  | { readonly kind: "chart"; readonly chart: Chart };

export interface ReportTable {
  /** Label, for example "table6". */
  readonly name: string;
  readonly caption: string;
  /** All with the same columns. */
  readonly rows: readonly TextRow[];
}

export type Chart = {
  /** File name of the picture. */
  readonly name: string;
  readonly caption: string;
} & (
  | { readonly kind: "differences"; readonly results: DifferenceResults }
  | { readonly kind: "sweep curves"; readonly results: SweepResults }
  | { readonly kind: "lengths"; readonly runs: readonly LengthScores[] }
  | { readonly kind: "training"; readonly runs: readonly TrainingSeries[] }
);

/** Whether a column has numbers, which are aligned right. */
export function isNumeric(rows: readonly TextRow[], column: string): boolean {
  const cells = rows.map((row) => row[column] ?? "").filter((text) => text !== "–");
  return (
    cells.length > 0 &&
    cells.every((text) => /^[<−+]? ?\d+(\.\d+)?( (±|to) [−+]?[\d.]+)?( \(\d+\))?$/.test(text))
  );
}

/** Whether a column has phrases that need line breaks. */
export function isLong(rows: readonly TextRow[], column: string): boolean {
  return rows.some((row) => (row[column] ?? "").length > 50);
}

export function paragraph(text: string): Block {
  return { kind: "text", text };
}

export function table(name: string, caption: string, rows: readonly TextRow[]): Block {
  return { kind: "table", table: { name, caption, rows } };
}

/** Replaces line ends, terminal controls and changes of text direction by spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");
}
