import type { TextRow } from "../analysis/rows";
import { type Block, isNumeric, type Report, type ReportTable } from "./types";

/**
 * The report as Markdown.
 * @param picture path of a chart's picture, as the page sees it
 */
export function reportMarkdown(report: Report, picture: (chart: string) => string): string {
  const parts = [`# ${report.title}`, report.about];
  for (const { title, blocks } of report.sections)
    parts.push(`## ${title}`, ...blocks.map((block) => blockText(block, picture)).filter(Boolean));
  return `${parts.join("\n\n")}\n`;
}

function blockText(block: Block, picture: (chart: string) => string): string {
  if (block.kind === "text") return block.text;
  if (block.kind === "table") return tableText(block.table);
  const { name, caption } = block.chart;
  return `![${escaped(caption)}](${picture(name)})`;
}

function tableText({ caption, rows }: ReportTable): string {
  if (!rows.length) return "";
  const columns = Object.keys(rows[0]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map((column) => (isNumeric(rows, column) ? "---:" : "---"));
  const body = rows.map((row: TextRow) => line(columns.map((column) => escaped(row[column] ?? ""))));
  return [caption, "", line(columns.map(escaped)), line(rule), ...body].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[\\|[\]*_`<]/g, "\\$&");
}
