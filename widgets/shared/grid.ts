import { escapeHtml } from "./html";
import type { Mark, Scene } from "./scene";
import { pad, textWidth, wrap } from "./text";
import type { Theme } from "./theme";

/** How a cell stands out: dimmed, good, bad, or the chosen one. */
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
  /** Rows of headings, the widest spans first. */
  readonly head: readonly (readonly Cell[])[];
  readonly rows: readonly (readonly Cell[])[];
  /** One per column. */
  readonly align: readonly ("left" | "right")[];
}

const strongRule = "2px solid currentColor";
const weakRule = "1px solid rgba(128,128,128,0.35)";
/** Texts up to this many columns never wrap. */
const shortText = 30;
/** A cell wraps its text after this many columns. */
const widest = 70;
/** A static picture shows at most this many lines of a cell. */
const mostLines = 12;

/** The cells of a row, each with its first column and the columns it spans. */
function positioned(
  cells: readonly Cell[],
): { readonly cell: Cell; readonly column: number; readonly span: number }[] {
  let next = 0;
  return cells.map((cell) => {
    const { span = 1 } = cell;
    const column = next;
    next += span;
    return { cell, column, span };
  });
}

/** The table as HTML that needs neither scripts nor a style sheet. */
export function gridToHtml(grid: Grid, theme: Theme): string {
  const { caption, head, rows, align } = grid;
  const row = (cells: readonly Cell[], tag: "th" | "td", rule: string): string => {
    const html = positioned(cells).map(({ cell, column, span }) =>
      cellToHtml(tag, cell, span > 1 ? "center" : align[column], rule, theme),
    );
    return `<tr style="background:none">${html.join("")}</tr>`;
  };
  const headings = head.map((cells, i) => row(cells, "th", i === head.length - 1 ? strongRule : weakRule));
  const body = rows.map((cells) => row(cells, "td", weakRule));
  const title = caption
    ? `<caption style="text-align:left;padding:2px 4px;font-weight:bold;color:inherit"><span style="display:inline-block;max-width:min(60em,100cqw - 8px)">${escapeHtml(caption)}</span></caption>`
    : "";
  return `<table style="border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;margin:4px 0">${title}<thead>${headings.join("")}</thead><tbody>${body.join("")}</tbody></table>`;
}

function cellToHtml(tag: "th" | "td", cell: Cell, align: string, rule: string, theme: Theme): string {
  const unbroken = align === "right" || textWidth(cell.text) <= shortText;
  const style = [
    `text-align:${align};vertical-align:top;padding:3px 14px 3px 4px;border:0;border-bottom:${rule};white-space:${unbroken ? "pre" : "pre-wrap"}`,
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

const columnGap = 2;

/** Width of each column in characters. A heading that is wider than its columns widens the last of them. */
function columnWidths({ head, rows, align }: Grid): number[] {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((cells) => textWidth(cells[column].text))));
  for (const { cell, column, span } of head.flatMap(positioned))
    widths[column + span - 1] += Math.max(0, textWidth(cell.text) - spanWidth(widths, column, span));
  return widths;
}

function spanWidth(widths: readonly number[], column: number, span: number): number {
  return widths.slice(column, column + span).reduce((sum, width) => sum + width, columnGap * (span - 1));
}

/** The table as lines of text. */
export function gridToText(grid: Grid): string {
  const { caption, head, rows, align } = grid;
  const widths = columnWidths(grid);
  const line = (cells: readonly Cell[]): string =>
    positioned(cells)
      .map(({ cell, column, span }) =>
        pad(cell.text, spanWidth(widths, column, span), span > 1 ? "left" : align[column]),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [...(caption ? [caption] : []), ...head.map(line), rule, ...rows.map(line)].join("\n");
}

const size = 13;
const characterWidth = 7.9;
const boldCharacterWidth = 9;
const rowHeight = 24;
const lineHeight = 17;
/** Pixels between a cell's text and the next cell; in print, cells are closer. */
const padding = 12;
const printPadding = 6;

/** Width of each column of a drawing in CSS pixels. @param available as for {@link gridToScene} */
function columnPixels(grid: Grid, available?: number): number[] {
  const headings = grid.head.flatMap(positioned);
  const space = available === undefined ? padding : printPadding;
  return columnWidths(grid).map((width, i) => {
    const alone = headings.filter(({ column, span }) => column === i && span === 1);
    const heading = Math.max(0, ...alone.map(({ cell }) => textWidth(cell.text)));
    return Math.min(width, Math.max(longestLine(available), heading)) * characterWidth + 2 * space;
  });
}

/** Characters of a line of a cell, which takes less than half of a narrow picture. */
function longestLine(available = Number.POSITIVE_INFINITY): number {
  return Math.min(widest, Math.floor((0.45 * available) / characterWidth));
}

/**
 * The table, or, if it is wider than that many CSS pixels, several tables below each other with some of its columns each, all of them
 * with its first one. Columns below one heading stay together if they fit.
 */
export function gridBlocks(grid: Grid, available: number): Grid[] {
  const { caption, head, rows, align } = grid;
  const [first, ...others] = columnPixels(grid, available);
  const starts = head.slice(0, -1).flatMap((cells) => positioned(cells).map(({ column }) => column));
  const blocks: (readonly [from: number, to: number])[] = [];
  let from = 1;
  for (let column = 2; column < align.length; column++) {
    const width = others.slice(from - 1, column).reduce((sum, one) => sum + one, first);
    if (width <= available) continue;
    const to = Math.max(...starts.filter((start) => start > from && start <= column));
    blocks.push([from, to > from ? to : column]);
    from = blocks[blocks.length - 1][1];
  }
  if (!blocks.length) return [grid];
  blocks.push([from, align.length]);
  return blocks.map(([start, end], i) => ({
    ...(i === 0 && { caption }),
    head: head.map((cells) => cellsWithin(cells, start, end)),
    rows: rows.map((cells) => cellsWithin(cells, start, end)),
    align: [align[0], ...align.slice(start, end)],
  }));
}

/** The first cell of a row, and the cells or parts of cells in some of the other columns. */
function cellsWithin(cells: readonly Cell[], from: number, to: number): Cell[] {
  const [first, ...others] = positioned(cells);
  return [
    first.cell,
    ...others.flatMap(({ cell, column, span }): Cell[] => {
      const columns = Math.min(to, column + span) - Math.max(from, column);
      return columns > 0 ? [columns === span ? cell : { ...cell, span: columns }] : [];
    }),
  ];
}

/** The table as a drawing, for static pictures. @param available CSS pixels; by default, a table is as wide as its content */
export function gridToScene(grid: Grid, theme: Theme, available?: number): Scene {
  const longest = longestLine(available);
  const space = available === undefined ? padding : printPadding;
  const columns = columnPixels(grid, available);
  const edges = [0];
  for (const column of columns) edges.push(edges[edges.length - 1] + column);
  const tableWidth = edges[edges.length - 1];
  const captionColumns = Math.max(60, Math.floor(tableWidth / boldCharacterWidth));
  const mostColumns = Math.floor((available ?? Number.POSITIVE_INFINITY) / boldCharacterWidth);
  const caption = wrap(grid.caption ?? "", Math.min(captionColumns, mostColumns));
  const captionWidth = Math.max(...caption.map(textWidth)) * boldCharacterWidth;
  const width = Math.ceil(Math.max(tableWidth, captionWidth));
  const marks: Mark[] = [];
  let top = 0;
  const drawText = (x: number, y: number, text: string, parts: object): void => {
    marks.push({ mark: "text", x, y, text, color: theme.ink, size, ...parts });
  };
  const drawRule = (y: number, strokeWidth: number, stroke: string): void => {
    marks.push({ mark: "path", d: `M0,${y} H${width}`, stroke, strokeWidth });
  };
  const drawRow = (cells: readonly Cell[], isHeading: boolean): void => {
    let height = 1;
    for (const { cell, column, span } of positioned(cells)) {
      const [left, right] = [edges[column] + 4, edges[column + span] - space];
      const anchor = span > 1 ? "middle" : grid.align[column] === "right" ? "end" : "start";
      const x = { start: left, middle: (left + right) / 2, end: right }[anchor];
      const color = cell.tone ? theme[cell.tone] : theme.ink;
      const lines = isHeading ? [cell.text] : cellLines(cell.text, longest);
      for (const [i, text] of lines.entries())
        drawText(x, top + 17 + i * lineHeight, text, { color, bold: isHeading || cell.bold, anchor });
      height = Math.max(height, lines.length);
    }
    top += rowHeight + (height - 1) * lineHeight;
  };
  for (const text of grid.caption ? caption : []) {
    drawText(4, top + 17, text, { bold: true });
    top += rowHeight;
  }
  for (const [i, cells] of grid.head.entries()) {
    drawRow(cells, true);
    const last = i === grid.head.length - 1;
    drawRule(top - 1, last ? 2 : 1, last ? theme.ink : theme.grid);
  }
  for (const cells of grid.rows) {
    drawRow(cells, false);
    drawRule(top - 0.5, 1, theme.grid);
  }
  return { width, height: top + 4, marks };
}

/** A cell's text in lines. Words longer than a line are split; "…" stands for omitted lines. */
function cellLines(text: string, longest: number): string[] {
  if (textWidth(text) <= longest) return [text];
  const lines = wrap(text, longest).flatMap((line) => splitLine(line, longest));
  return lines.length > mostLines ? [...lines.slice(0, mostLines), "…"] : lines;
}

function splitLine(line: string, longest: number): string[] {
  const pieces: string[] = [""];
  for (const character of line) {
    const longer = pieces[pieces.length - 1] + character;
    if (textWidth(longer) <= longest) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}
