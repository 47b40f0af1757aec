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
  const columns = Object.keys(rows[0]).filter((column) => !leftOut.includes(column));
  const align = columns.map((column) =>
    isNumeric(rows, column) ? "r" : isLong(rows, column) ? "p{7cm}" : "l",
  );
  const line = (cells: readonly string[]): string => `${cells.map(escaped).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${escaped(caption)}}`,
    `\\label{pnr:${name}}`,
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
  return text
    .replace(/[\\~^<>≥−–±×§“”…]|[#$%&_{}]/g, (character) => special[character] ?? `\\${character}`)
    .replace(/^\[/, "{[}");
}
