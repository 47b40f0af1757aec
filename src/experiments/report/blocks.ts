import type { TextRow } from "../analysis/rows";
import type { Block, Chart, ReportTable } from "./types";

export function paragraph(text: string): Block {
  return { kind: "text", text };
}

export function table(name: string, caption: string, rows: readonly TextRow[]): Block {
  const made: ReportTable = { name, caption, rows };
  return { kind: "table", table: made };
}

export function chart(made: Chart): Block {
  return { kind: "chart", chart: made };
}
