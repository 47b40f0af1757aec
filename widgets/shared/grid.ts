import { escapeHtml } from "./html";
import type { Mark, Scene } from "./scene";
import { pad, textWidth, wrap } from "./text";
import type { Theme } from "./theme";

/** How a cell stands out: set back, good, bad, or the one that matters. */
export type Tone = "faint" | "right" | "wrong" | "chosen";

export interface Cell {
  readonly text: string;
  readonly bold?: boolean;
  readonly tone?: Tone;
  /** Columns that a heading spans; 1 by default. */
  readonly span?: number;
  readonly title?: string;
}

/** A table as plain data. */
export interface Grid {
  readonly caption?: string;
  /** Rows of headings, the widest-spanning first. */
  readonly head: readonly (readonly Cell[])[];
  readonly rows: readonly (readonly Cell[])[];
  /** One a column. */
  readonly align: readonly ("left" | "right")[];
}

const strong = "2px solid currentColor";
const weak = "1px solid rgba(128,128,128,0.35)";
/** Columns of a text that no table is too narrow for. */
const shortText = 30;
/** Columns of text at which a cell breaks into lines. */
const widest = 70;
/** More lines of a cell than these a picture leaves out. */
const mostLines = 12;

/** The table as HTML that needs neither scripts nor a style sheet. */
export function gridToHtml(grid: Grid, theme: Theme): string {
  const { caption, head, rows } = grid;
  const heading = head.map((cells, place) => {
    const line = place === head.length - 1 ? strong : weak;
    return row(cells.map((cell) => cellToHtml("th", cell, alignOf(grid, cells, cell), line, theme)));
  });
  const body = rows.map((cells) =>
    row(cells.map((cell, place) => cellToHtml("td", cell, grid.align[place], weak, theme))),
  );
  const title = caption
    ? `<caption style="text-align:left;padding:2px 4px;font-weight:bold;color:inherit"><span style="display:inline-block;max-width:60em">${escapeHtml(caption)}</span></caption>`
    : "";
  return `<table style="border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;margin:4px 0">${title}<thead>${heading.join("")}</thead><tbody>${body.join("")}</tbody></table>`;
}

function row(cells: readonly string[]): string {
  return `<tr style="background:none">${cells.join("")}</tr>`;
}

function cellToHtml(tag: "th" | "td", cell: Cell, align: string, line: string, theme: Theme): string {
  const unbroken = align === "right" || textWidth(cell.text) <= shortText;
  const style = [
    `text-align:${align};vertical-align:top;padding:3px 14px 3px 4px;border:0;border-bottom:${line};white-space:${unbroken ? "pre" : "pre-wrap"}`,
    unbroken
      ? ""
      : `min-width:${Math.min(shortText, widest / 2)}ch;max-width:${widest}ch;overflow-wrap:anywhere`,
    tag === "td" && cell.bold ? "font-weight:bold" : "",
    cell.tone ? `color:${theme[cell.tone]}` : "",
  ].filter(Boolean);
  const span = cell.span ? ` colspan="${cell.span}"` : "";
  const scope = tag === "th" ? ` scope="${cell.span ? "colgroup" : "col"}"` : "";
  const title = cell.title ? ` title="${escapeHtml(cell.title)}"` : "";
  return `<${tag}${scope}${span}${title} style="${style.join(";")}">${escapeHtml(cell.text)}</${tag}>`;
}

/** A heading over one column stands as its column does; one over several stands in their middle. */
function alignOf(grid: Grid, cells: readonly Cell[], cell: Cell): string {
  if ((cell.span ?? 1) > 1) return "center";
  const before = cells.slice(0, cells.indexOf(cell));
  return grid.align[before.reduce((sum, { span = 1 }) => sum + span, 0)];
}

/** Columns of characters that each column of the table needs. */
function widths({ head, rows, align }: Grid): number[] {
  const wanted = align.map((_, column) => Math.max(0, ...rows.map((cells) => textWidth(cells[column].text))));
  for (const cells of head) {
    let column = 0;
    for (const { text, span = 1 } of cells) {
      const room = wanted.slice(column, column + span).reduce((sum, width) => sum + width, 2 * (span - 1));
      const more = Math.max(0, textWidth(text) - room);
      wanted[column + span - 1] += more;
      column += span;
    }
  }
  return wanted;
}

/** The table in columns of text. */
export function gridToText(grid: Grid): string {
  const columns = widths(grid);
  const line = (cells: readonly Cell[]): string => {
    let column = 0;
    const texts = cells.map(({ text, span = 1 }) => {
      const room = columns.slice(column, column + span).reduce((sum, width) => sum + width, 2 * (span - 1));
      const align = span > 1 ? "left" : grid.align[column];
      column += span;
      return pad(text, room, align);
    });
    return texts.join("  ").trimEnd();
  };
  const rule = columns.map((width) => "-".repeat(width)).join("  ");
  const caption = grid.caption ? [grid.caption] : [];
  return [...caption, ...grid.head.map(line), rule, ...grid.rows.map(line)].join("\n");
}

const size = 13;
const character = 7.9;
const boldCharacter = 9;
const rowHeight = 24;
const lineHeight = 17;
const padding = 12;

/** The table as a drawing, for pictures; long cells stand in lines. */
export function gridToScene(grid: Grid, theme: Theme): Scene {
  const columns = widths(grid).map((width, column) => {
    const heading = Math.max(0, ...grid.head.map((cells) => headingWidth(cells, column)));
    return Math.min(width, Math.max(widest, heading)) * character + 2 * padding;
  });
  const edges = [0];
  for (const column of columns) edges.push(edges[edges.length - 1] + column);
  const caption = wrap(grid.caption ?? "", Math.max(60, Math.floor(edges[edges.length - 1] / boldCharacter)));
  const captionWidth = Math.max(...caption.map(textWidth)) * boldCharacter;
  const width = Math.ceil(Math.max(edges[edges.length - 1], captionWidth));
  const marks: Mark[] = [];
  let top = 0;
  for (const text of grid.caption ? caption : []) {
    marks.push({ mark: "text", x: 4, y: top + 17, text, color: theme.ink, size, bold: true });
    top += rowHeight;
  }
  const line = (y: number, strokeWidth: number, stroke: string): Mark => ({
    mark: "path",
    d: `M0,${y} H${width}`,
    stroke,
    strokeWidth,
  });
  const draw = (cells: readonly Cell[], bold: boolean): void => {
    let column = 0;
    let most = 1;
    for (const cell of cells) {
      const { span = 1 } = cell;
      const [left, right] = [edges[column] + 4, edges[column + span] - padding];
      const anchor = span > 1 ? "middle" : grid.align[column] === "right" ? "end" : "start";
      const x = anchor === "middle" ? (left + right) / 2 : anchor === "end" ? right : left;
      const color = cell.tone ? theme[cell.tone] : theme.ink;
      const look = { color, size, bold: bold || cell.bold, anchor } as const;
      const lines = bold ? [cell.text] : cellLines(cell.text);
      for (const [at, text] of lines.entries())
        marks.push({ mark: "text", x, y: top + 17 + at * lineHeight, text, ...look });
      most = Math.max(most, lines.length);
      column += span;
    }
    top += rowHeight + (most - 1) * lineHeight;
  };
  grid.head.forEach((cells, place) => {
    draw(cells, true);
    const last = place === grid.head.length - 1;
    marks.push(line(top - 1, last ? 2 : 1, last ? theme.ink : theme.grid));
  });
  for (const cells of grid.rows) {
    draw(cells, false);
    marks.push(line(top - 0.5, 1, theme.grid));
  }
  return { width, height: top + 4, marks };
}

/** Columns of the heading that stands over that column alone; 0 where it spans others too. */
function headingWidth(cells: readonly Cell[], column: number): number {
  let before = 0;
  for (const { text, span = 1 } of cells) {
    if (before === column) return span > 1 ? 0 : textWidth(text);
    before += span;
  }
  return 0;
}

/** A cell's text in lines, also where it has no spaces; a cut shows. */
function cellLines(text: string): string[] {
  if (textWidth(text) <= widest) return [text];
  const lines = wrap(text, widest).flatMap((line) => pieces(line, widest));
  return lines.length > mostLines ? [...lines.slice(0, mostLines), "…"] : lines;
}

/** A text cut up into pieces of at most so many columns. */
function pieces(text: string, columns: number): string[] {
  const cut: string[] = [""];
  for (const character of text) {
    const longer = cut[cut.length - 1] + character;
    if (textWidth(longer) <= columns) cut[cut.length - 1] = longer;
    else cut.push(character);
  }
  return cut;
}
