import type { TextRow } from "../analysis/rows";
import { oneLine } from "./one-line";
import { isLong, isNumeric, type Report, type ReportTable } from "./types";

/** Columns that a paper has no room for: where a number comes from stands in the other forms of the report. */
const leftOut = ["seconds, engine", "first run"];

/** The report's tables as LaTeX, to be put into a document with `\input`; it needs booktabs, and a width for long texts. */
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
  const { columns, said } = shownColumns(rows);
  const long = columns.filter((column) => isLong(rows, column)).length;
  const align = columns.map((column) =>
    isNumeric(rows, column) ? "r" : isLong(rows, column) ? `p{${long > 1 ? 7 : 9}cm}` : "l",
  );
  const line = (cells: readonly string[]): string => `${cells.map(escaped).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${escaped([ofThePaper(caption), ...said].join(" "))}}`,
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

/** A column whose rows are all alike is said once below, so that the rest is wide enough to be read. */
function shownColumns(rows: readonly TextRow[]): { readonly columns: string[]; readonly said: string[] } {
  const all = Object.keys(rows[0]).filter((column) => !leftOut.includes(column));
  const alike = (column: string): boolean =>
    rows.length > 1 && !isNumeric(rows, column) && rows.every((row) => row[column] === rows[0][column]);
  return {
    columns: all.filter((column) => !alike(column)),
    said: all.filter(alike).map((column) => `In all rows, ${column}: ${rows[0][column]}.`),
  };
}

/** LaTeX counts its own tables: "Table 6" would stand after another number. */
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
  // a bracket right after \\ would be read as its option
  return oneLine(text)
    .replace(/[\\~^<>≥−–±×§“”…]|[#$%&_{}]/g, (character) => special[character] ?? `\\${character}`)
    .replace(/^\[/, "{[}");
}
