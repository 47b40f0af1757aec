import type { TextRow } from "../analysis/rows";
import type { LengthScores, TrainingSeries } from "../analysis/views";
import type { SweepResults } from "../sweep-types";

/** Results in words, tables and charts, for whatever they are to be written as. */
export interface Report {
  readonly title: string;
  /** One paragraph: what this is. */
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
  /** Becomes its label, for example "table6". */
  readonly name: string;
  readonly caption: string;
  /** All with the same headings. */
  readonly rows: readonly TextRow[];
}

export type Chart = {
  /** Becomes the name of a picture's file. */
  readonly name: string;
  readonly caption: string;
} & (
  | { readonly kind: "sweep curves"; readonly results: SweepResults }
  | { readonly kind: "lengths"; readonly runs: readonly LengthScores[] }
  | { readonly kind: "training"; readonly runs: readonly TrainingSeries[] }
);

/** Whether a column's cells are numbers, which stand to the right. */
export function isNumeric(rows: readonly TextRow[], column: string): boolean {
  const cells = rows.map((row) => row[column] ?? "").filter((text) => text !== "–");
  return (
    cells.length > 0 &&
    cells.every((text) => /^[<−+]? ?\d+(\.\d+)?( (±|to) [−+]?[\d.]+)?( \(\d+\))?$/.test(text))
  );
}

/** Whether a column holds whole phrases, which must be broken. */
export function isLong(rows: readonly TextRow[], column: string): boolean {
  return rows.some((row) => (row[column] ?? "").length > 50);
}
