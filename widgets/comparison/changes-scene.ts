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
  const bounds = rows.flatMap(({ difference: { f1 } }) => [
    f1.value,
    f1.interval?.low ?? 0,
    f1.interval?.high ?? 0,
  ]);
  const most = Math.max(0.5, ...bounds.map(Math.abs));
  const x = (value: number): number => columns.plot + (columns.plotWidth * (value + most)) / (2 * most);
  const range = `${100 * bootstrap.level} % intervals over ${bootstrap.units}`;
  const title = `${runs[first].name} (first) → ${runs[second].name} (second): F1, their difference (${range}) and what changed${byText(state.by)}`;
  const lines = wrap(title, 98);
  const marks: Mark[] = [];
  const write = (text: string, at: number, y: number, parts: object = {}) =>
    marks.push({ mark: "text", x: at, y, text, color: theme.ink, size: 12.5, ...parts });
  for (const [line, text] of lines.entries()) write(text, 4, 17 + 18 * line, { size: 13, bold: true });
  const top = 62 + 18 * (lines.length - 1);
  const heading = { size: 11, color: theme.faint };
  write("first", columns.before, top - 10, { ...heading, anchor: "end" });
  write("second", columns.after, top - 10, { ...heading, anchor: "end" });
  write("difference", columns.difference, top - 10, { ...heading, anchor: "end" });
  for (const [column, change] of changes.entries()) {
    const [one, two] = change.split(" ");
    const middle = columns.counts + (column + 0.5) * countWidth;
    const common = { size: 10.5, anchor: "middle", color: theme[toneOf(change)], title: changeTexts[change] };
    write(one, middle, top - (two ? 21 : 10), common);
    if (two) write(two, middle, top - 10, common);
  }
  const bottom = top + rows.length * rowHeight;
  const zero = `M${x(0)},${top} V${bottom}`;
  marks.push({ mark: "path", d: zero, stroke: theme.faint, dash: "2 3" });
  for (const [row, { name, f1, difference, counts }] of rows.entries()) {
    const y = top + row * rowHeight;
    const middle = y + rowHeight / 2;
    marks.push({ mark: "path", d: `M0,${y} H${figureWidth}`, stroke: theme.grid });
    write(shortenMiddle(name, 18), columns.name, middle + 4, { title: name });
    write(f1[0].toFixed(2), columns.before, middle + 4, { anchor: "end" });
    write(f1[1].toFixed(2), columns.after, middle + 4, { anchor: "end" });
    const { value, interval } = difference.f1;
    if (interval) {
      const [low, high] = [x(interval.low), x(interval.high)].map((at) => at.toFixed(1));
      const d = `M${low},${middle} H${high} M${low},${middle - 4} V${middle + 4} M${high},${middle - 4} V${middle + 4}`;
      marks.push({ mark: "path", d, stroke: theme.ink, strokeWidth: 1.2 });
    }
    const dot = { x: x(value) - 4, y: middle - 4, width: 8, height: 8, radius: 4 };
    marks.push({ mark: "rect", ...dot, fill: theme.series[0], title: differenceText(difference.f1) });
    write(differenceText(difference.f1), columns.difference, middle + 4, { anchor: "end" });
    for (const [column, change] of changes.entries()) {
      const count = counts[change];
      const cell: ChosenCell = { by: state.by, row, column };
      const { chosen } = state;
      const isChosen = chosen?.by === cell.by && chosen.row === row && chosen.column === column;
      const click = count ? { value: cell } : {};
      const title = `${cellName(data, state.pair, cell)}: ${count}`;
      const left = columns.counts + column * countWidth;
      const box = { x: left + 1, y: y + 2, width: countWidth - 2, height: rowHeight - 4, radius: 3 };
      const outline = isChosen ? { stroke: theme.chosen, strokeWidth: 2 } : {};
      marks.push({ mark: "rect", ...box, fill: theme.paper, title, ...click, ...outline });
      const color = count ? theme[toneOf(change)] : theme.grid;
      write(String(count), left + countWidth / 2, middle + 4, {
        anchor: "middle",
        color,
        title,
        ...click,
        tab: false,
      });
    }
  }
  return { width: figureWidth, height: bottom + 6, marks };
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
