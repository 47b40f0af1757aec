import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import { shortenMiddle, wrap } from "../shared/text";
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

const rowHeight = 28;
/** Right edges of the numbers, the plot of the differences, and the first column of counts. */
const columns = { name: 4, before: 196, after: 250, plot: 262, plotWidth: 138, difference: 566, counts: 580 };
const countWidth = (figureWidth - columns.counts) / changes.length;

/** A row per group: F1 of both runs, their difference with its interval, and what changed for how many entities. */
export function changesScene(data: PackedComparison, state: State, theme: Theme): Scene {
  const { runs, pairs, bootstrap } = data;
  const { first, second } = pairs[state.pair];
  const rows = groupRows(data, state);
  const range = `${100 * bootstrap.level} % intervals over ${bootstrap.units}`;
  const title = `${runs[first].name} (first) → ${runs[second].name} (second): F1, their difference (${range}) and what changed${byText(state.by)}`;
  const lines = wrap(title, 98);
  const top = 62 + 18 * (lines.length - 1);
  const bottom = top + rows.length * rowHeight;
  const x = scaleOf(rows);
  const marks: Mark[] = [
    ...lines.map((line, index) => textMark(theme, line, 4, 17 + 18 * index, { size: 13, bold: true })),
    ...headings(top - 10, theme),
    { mark: "path", d: `M${x(0)},${top} V${bottom}`, stroke: theme.faint, dash: "2 3" },
    ...rows.flatMap((row, index) => [
      ...scoreMarks(row, top + index * rowHeight, x, theme),
      ...changes.flatMap((_, column) => {
        const cell: ChosenCell = { by: state.by, row: index, column };
        const title = cellName(data, state.pair, cell);
        return countMarks(row, cell, state.chosen, title, top + index * rowHeight, theme);
      }),
    ]),
  ];
  return { width: figureWidth, height: bottom + 6, marks };
}

type GroupRow = ReturnType<typeof groupRows>[number];

/** The horizontal position of a difference. Zero is in the middle, and all intervals fit. */
function scaleOf(rows: readonly GroupRow[]): (value: number) => number {
  const bounds = rows.flatMap(({ difference: { f1 } }) => [
    f1.value,
    f1.interval?.low ?? 0,
    f1.interval?.high ?? 0,
  ]);
  const most = Math.max(0.5, ...bounds.map(Math.abs));
  return (value) => columns.plot + (columns.plotWidth * (value + most)) / (2 * most);
}

function textMark(theme: Theme, text: string, x: number, y: number, parts: object = {}): Mark {
  return { mark: "text", x, y, text, color: theme.ink, size: 12.5, ...parts };
}

function headings(y: number, theme: Theme): Mark[] {
  const common = { size: 11, color: theme.faint, anchor: "end" };
  return [
    textMark(theme, "first", columns.before, y, common),
    textMark(theme, "second", columns.after, y, common),
    textMark(theme, "difference", columns.difference, y, common),
    ...changes.flatMap((change, column) => {
      const words = change.split(" ");
      const middle = columns.counts + (column + 0.5) * countWidth;
      const parts = {
        size: 10.5,
        anchor: "middle",
        color: theme[toneOf(change)],
        title: changeTexts[change],
      };
      return words.map((word, line) =>
        textMark(theme, word, middle, y - 11 * (words.length - 1 - line), parts),
      );
    }),
  ];
}

/** Name, both F1, and their difference with its interval. @param y the row's upper edge */
function scoreMarks(
  { name, f1, difference }: GroupRow,
  y: number,
  x: (value: number) => number,
  theme: Theme,
): Mark[] {
  const middle = y + rowHeight / 2;
  const atEnd = { anchor: "end" };
  const { value, interval } = difference.f1;
  const text = differenceText(difference.f1);
  const dot = { x: x(value) - 4, y: middle - 4, width: 8, height: 8, radius: 4 };
  return [
    { mark: "path", d: `M0,${y} H${figureWidth}`, stroke: theme.grid },
    textMark(theme, shortenMiddle(name, 18), columns.name, middle + 4, { title: name }),
    textMark(theme, f1[0].toFixed(2), columns.before, middle + 4, atEnd),
    textMark(theme, f1[1].toFixed(2), columns.after, middle + 4, atEnd),
    ...(interval ? [whisker(x(interval.low), x(interval.high), middle, theme)] : []),
    { mark: "rect", ...dot, fill: theme.series[0], title: text },
    textMark(theme, text, columns.difference, middle + 4, atEnd),
  ];
}

function whisker(from: number, to: number, y: number, theme: Theme): Mark {
  const [low, high] = [from, to].map((x) => x.toFixed(1));
  const ends = `M${low},${y - 4} V${y + 4} M${high},${y - 4} V${y + 4}`;
  return { mark: "path", d: `M${low},${y} H${high} ${ends}`, stroke: theme.ink, strokeWidth: 1.2 };
}

/** The number of entities of a change. Unless it is 0, a click chooses it. @param y the row's upper edge */
function countMarks(
  { counts }: GroupRow,
  cell: ChosenCell,
  chosenCell: State["chosen"],
  name: string,
  y: number,
  theme: Theme,
): Mark[] {
  const change = changes[cell.column];
  const count = counts[change];
  const isChosen =
    chosenCell?.by === cell.by && chosenCell.row === cell.row && chosenCell.column === cell.column;
  const title = `${name}: ${count}`;
  const click = count ? { value: cell } : {};
  const left = columns.counts + cell.column * countWidth;
  const box = { x: left + 1, y: y + 2, width: countWidth - 2, height: rowHeight - 4, radius: 3 };
  const outline = isChosen ? { stroke: theme.chosen, strokeWidth: 2 } : {};
  const color = count ? theme[toneOf(change)] : theme.grid;
  const parts = { anchor: "middle", color, title, ...click, tab: false };
  return [
    { mark: "rect", ...box, fill: theme.paper, title, ...click, ...outline },
    textMark(theme, String(count), left + countWidth / 2, y + rowHeight / 2 + 4, parts),
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
