import type { TextRow } from "../analysis/table-rows";
import { type Block, isNumeric, oneLine, type Report, type ReportTable } from "./report-types";

/**
 * The report as Markdown.
 * @param picture path of a chart's picture, relative to the page
 */
export function reportMarkdown(report: Report, picture: (chart: string) => string): string {
  const parts = [`# ${inText(report.title)}`, inText(report.about)];
  for (const { title, blocks } of report.sections)
    parts.push(`## ${inText(title)}`, ...blocks.map((block) => blockText(block, picture)).filter(Boolean));
  return `${parts.join("\n\n")}\n`;
}

function blockText(block: Block, picture: (chart: string) => string): string {
  if (block.kind === "text") return inText(block.text);
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
  return [inText(caption), "", line(columns.map(escaped)), line(rule), ...body].join("\n");
}

/** Escapes HTML and line ends in text that may contain names. */
function inText(text: string): string {
  return oneLine(text).replace(/</g, "\\<");
}

function escaped(text: string): string {
  return oneLine(text).replace(/[\\|[\]*_`<]/g, "\\$&");
}
