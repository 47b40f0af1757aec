import { isNarrow } from "../shared/figure";
import { intervalPath, type Mark, type Scene } from "../shared/scene";
import { shortenMiddle } from "../shared/text";
import { wrapToWidth } from "../shared/text-flow";
import type { Theme } from "../shared/theme";
import { changes, changeTexts, toneOf } from "./changes";
import {
  byText,
  type ChosenCell,
  cellName,
  groupRows,
  type PackedComparison,
  type State,
} from "./comparison-data";

const lineHeight = 28;

/** Where the parts of a row are. */
interface RowLayout {
  /** Of the picture. */
  readonly width: number;
  /** Right edges of the numbers, the plot of the differences, and the first column of counts. */
  readonly before: number;
  readonly after: number;
  readonly plot: number;
  readonly plotWidth: number;
  readonly difference: number;
  readonly counts: number;
  readonly countWidth: number;
  /** Lines of the difference and of the counts, from 0. */
  readonly differenceLine: number;
  readonly countLine: number;
}

/** In a narrower picture, a row takes several lines. */
const wide = 860;
/** Pixels of a difference with its interval. */
const differenceWidth = 166;

function rowLayout(width: number): RowLayout {
  if (width >= wide) {
    const columns = { before: 196, after: 250, plot: 262, plotWidth: 138, difference: 566, counts: 580 };
    const lines = { differenceLine: 0, countLine: 0 };
    return { width, ...columns, ...lines, countWidth: (width - columns.counts) / changes.length };
  }
  const counts = { counts: 4, countWidth: (width - 14) / changes.length };
  const difference = width - 8;
  if (!isNarrow(width)) {
    const plotWidth = difference - differenceWidth - 262;
    const columns = { before: 196, after: 250, plot: 262, plotWidth, difference };
    return { width, ...columns, ...counts, differenceLine: 0, countLine: 1 };
  }
  const plotWidth = difference - differenceWidth - 8;
  const columns = { before: width - 62, after: width - 8, plot: 8, plotWidth, difference };
  return { width, ...columns, ...counts, differenceLine: 1, countLine: 2 };
}

/** A row per group: F1 of both runs, their difference with its interval, and what changed for how many entities. */
export function changesScene(data: PackedComparison, state: State, theme: Theme, width: number): Scene {
  const { runs, pairs, bootstrap } = data;
  const { first, second } = pairs[state.pair];
  const rows = groupRows(data, state);
  const range = `${100 * bootstrap.level} % intervals over ${bootstrap.units}`;
  const title = `${runs[first].name} (first) → ${runs[second].name} (second): F1, their difference (${range}) and what changed${byText(state.by)}`;
  const lines = wrapToWidth(title, width - 8, 13, true);
  const columns = rowLayout(width);
  const headingTop = 18 * (lines.length - 1);
  const top = 62 + headingTop + columns.countLine * headingLine;
  const rowHeight = (1 + columns.countLine) * lineHeight;
  const bottom = top + rows.length * rowHeight;
  const x = scaleOf(rows, columns);
  const marks: Mark[] = [
    ...lines.map((line, index) => textMark(theme, line, 4, 17 + 18 * index, { size: 13, bold: true })),
    ...headings(headingTop + 52, columns, theme),
    ...rows.flatMap((row, index) => [
      ...scoreMarks(row, top + index * rowHeight, x, columns, theme),
      ...changes.flatMap((_, column) => {
        const cell: ChosenCell = { by: state.by, row: index, column };
        const title = cellName(data, state.pair, cell);
        return countMarks(row, cell, state.chosen, title, top + index * rowHeight, columns, theme);
      }),
    ]),
  ];
  return { width, height: bottom + 6, marks };
}

type GroupRow = ReturnType<typeof groupRows>[number];

/** The horizontal position of a difference. Zero is in the middle, and all intervals fit. */
function scaleOf(rows: readonly GroupRow[], { plot, plotWidth }: RowLayout): (value: number) => number {
  const bounds = rows.flatMap(({ difference: { f1 } }) => [
    f1.value,
    f1.interval?.low ?? 0,
    f1.interval?.high ?? 0,
  ]);
  const most = Math.max(0.5, ...bounds.map(Math.abs));
  return (value) => plot + (plotWidth * (value + most)) / (2 * most);
}

function textMark(theme: Theme, text: string, x: number, y: number, parts: object = {}): Mark {
  return { mark: "text", x, y, text, color: theme.ink, size: 12.5, ...parts };
}

/** Pixels that a further line of headings takes. */
const headingLine = 26;

/** @param y of the first line of headings */
function headings(y: number, columns: RowLayout, theme: Theme): Mark[] {
  const common = { size: 11, color: theme.faint, anchor: "end" };
  const differenceY = y + columns.differenceLine * headingLine;
  const countY = y + columns.countLine * headingLine;
  return [
    textMark(theme, "first", columns.before, y, common),
    textMark(theme, "second", columns.after, y, common),
    textMark(theme, "difference", columns.difference, differenceY, common),
    ...changes.flatMap((change, column) => {
      const words = change.split(" ");
      const middle = columns.counts + (column + 0.5) * columns.countWidth;
      const parts = {
        size: 10.5,
        anchor: "middle",
        color: theme[toneOf(change)],
        title: changeTexts[change],
      };
      return words.map((word, line) =>
        textMark(theme, word, middle, countY - 11 * (words.length - 1 - line), parts),
      );
    }),
  ];
}

/** Name, both F1, and their difference with its interval. @param y the row's upper edge */
function scoreMarks(
  { name, f1, difference }: GroupRow,
  y: number,
  x: (value: number) => number,
  columns: RowLayout,
  theme: Theme,
): Mark[] {
  const textY = y + lineHeight / 2 + 4;
  const differenceTop = y + columns.differenceLine * lineHeight;
  const middle = differenceTop + lineHeight / 2;
  const atEnd = { anchor: "end" };
  const { value, interval } = difference.f1;
  const text = differenceText(difference.f1);
  const dot = { x: x(value) - 4, y: middle - 4, width: 8, height: 8, radius: 4 };
  return [
    { mark: "path", d: `M0,${y} H${columns.width}`, stroke: theme.grid },
    { mark: "path", d: `M${x(0)},${differenceTop} v${lineHeight}`, stroke: theme.faint, dash: "2 3" },
    textMark(theme, shortenMiddle(name, 18), 4, textY, { title: name }),
    textMark(theme, f1[0].toFixed(2), columns.before, textY, atEnd),
    textMark(theme, f1[1].toFixed(2), columns.after, textY, atEnd),
    ...(interval ? [whisker(x(interval.low), x(interval.high), middle, theme)] : []),
    { mark: "rect", ...dot, fill: theme.series[0], title: text },
    textMark(theme, text, columns.difference, middle + 4, atEnd),
  ];
}

function whisker(low: number, high: number, y: number, theme: Theme): Mark {
  return { mark: "path", d: intervalPath(low, high, y), stroke: theme.ink, strokeWidth: 1.2 };
}

/** The number of entities of a change. Unless it is 0, a click chooses it. @param y the row's upper edge */
function countMarks(
  { counts }: GroupRow,
  cell: ChosenCell,
  chosenCell: State["chosen"],
  name: string,
  y: number,
  { counts: countsLeft, countWidth, countLine }: RowLayout,
  theme: Theme,
): Mark[] {
  const top = y + countLine * lineHeight;
  const change = changes[cell.column];
  const count = counts[change];
  const isChosen =
    chosenCell?.by === cell.by && chosenCell.row === cell.row && chosenCell.column === cell.column;
  const title = `${name}: ${count}`;
  const click = count ? { value: cell } : {};
  const left = countsLeft + cell.column * countWidth;
  const box = { x: left + 1, y: top + 2, width: countWidth - 2, height: lineHeight - 4, radius: 3 };
  const outline = isChosen ? { stroke: theme.chosen, strokeWidth: 2 } : {};
  const color = count ? theme[toneOf(change)] : theme.grid;
  const parts = { anchor: "middle", color, title, ...click, tab: false };
  return [
    { mark: "rect", ...box, fill: theme.paper, title, ...click, ...outline },
    textMark(theme, String(count), left + countWidth / 2, top + lineHeight / 2 + 4, parts),
  ];
}

/** "+1.34 (−0.21 to +2.90)" */
export function differenceText({
  value,
  interval,
}: {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}): string {
  return interval ? `${signed(value)} (${signed(interval.low)} to ${signed(interval.high)})` : signed(value);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
