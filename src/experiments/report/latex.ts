import type { TextRow } from "../analysis/table-rows";
import { isLong, isNumeric, oneLine, type Report, type ReportTable } from "./report-types";

/** Columns for which a paper has no space. The other formats have them. */
const omittedColumns = ["seconds, engine", "first run"];

/** The report's tables as LaTeX, for `\input` into a document with booktabs. */
export function reportLatex(report: Report): string {
  const tables = report.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      block.kind === "table" && block.table.rows.length ? [tableLatex(block.table)] : [],
    ),
  );
  const head = [
    `% ${escaped(report.title)}`,
    "% \\usepackage[T1]{fontenc} \\usepackage{textcomp,booktabs,graphicx}",
  ];
  return `${[...head, ...tables].join("\n\n")}\n`;
}

function tableLatex({ name, caption, rows }: ReportTable): string {
  const { columns, constants } = splitColumns(rows);
  const long = columns.filter((column) => isLong(rows, column)).length;
  const align = columns.map((column) =>
    isNumeric(rows, column) ? "r" : isLong(rows, column) ? `p{${long > 1 ? 7 : 9}cm}` : "l",
  );
  const line = (cells: readonly string[]): string => `${cells.map(escaped).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${escaped([ofThePaper(caption), ...constants].join(" "))}}`,
    `\\label{pnr:${name}}`,
    "\\medskip",
    "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
    `\\begin{tabular}{${align.join("")}}`,
    "\\toprule",
    line(columns),
    "\\midrule",
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
    "\\bottomrule",
    "\\end{tabular}}",
    "\\end{table}",
  ].join("\n");
}

/** Moves text columns with the same value in all rows into the caption, so that the others get more space. */
function splitColumns(rows: readonly TextRow[]): {
  readonly columns: string[];
  readonly constants: string[];
} {
  const all = Object.keys(rows[0]).filter((column) => !omittedColumns.includes(column));
  const isConstant = (column: string): boolean =>
    rows.length > 1 && !isNumeric(rows, column) && rows.every((row) => row[column] === rows[0][column]);
  return {
    columns: all.filter((column) => !isConstant(column)),
    constants: all.filter(isConstant).map((column) => `In all rows, ${column}: ${rows[0][column]}.`),
  };
}

/** Names the paper's tables as the paper's, because LaTeX numbers tables itself. */
function ofThePaper(caption: string): string {
  return caption.replace(/^(Table|Figure) (\d+)/, "The paper's $1 $2");
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "$<$",
  ">": "$>$",
  "≥": "$\\geq$",
  "−": "$-$",
  "–": "--",
  "±": "$\\pm$",
  "×": "$\\times$",
  "§": "\\S{}",
  "“": "``",
  "”": "''",
  "…": "\\ldots{}",
};

function escaped(text: string): string {
  // LaTeX would read a bracket after \\ as its option.
  return oneLine(text)
    .replace(/[\\~^<>≥−–±×§“”…]|[#$%&_{}]/g, (character) => special[character] ?? `\\${character}`)
    .replace(/^\[/, "{[}");
}
