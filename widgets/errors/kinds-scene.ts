import { isNarrow } from "../shared/figure";
import { intervalPath, type Mark, type Scene } from "../shared/scene";
import { wrapToWidth } from "../shared/text-flow";
import type { Theme } from "../shared/theme";
import { type ChosenCell, definitions, type PackedErrors, type State } from "./errors-data";

/** Columns of a row, and lines below its first one. */
interface RowLayout {
  readonly count: number;
  readonly bar: number;
  readonly barWidth: number;
  readonly gain: number;
  readonly definition: number;
  /** Pixels from the first line to that of the count and the bar, and to that of the definition. */
  readonly barLine: number;
  readonly definitionLine: number;
}

const lineHeight = 26;
/** In a narrower picture, the definition of a kind is below its bar. */
const wide = 900;

function rowLayout(width: number): RowLayout {
  if (isNarrow(width)) {
    const lines = { barLine: lineHeight - 4, definitionLine: 2 * lineHeight - 8 };
    return { count: 40, bar: 48, barWidth: width - 56, gain: width - 8, definition: 8, ...lines };
  }
  const columns = { count: 196, bar: 216, barWidth: 210, gain: 590, barLine: 0 };
  return width < wide
    ? { ...columns, definition: 8, definitionLine: lineHeight - 8 }
    : { ...columns, definition: 606, definitionLine: 0 };
}

/** A row per kind of error: how often it occurs, and the F1 that fixing it would gain, with its interval. */
export function kindsScene(data: PackedErrors, { chosen }: State, theme: Theme, width: number): Scene {
  const { kinds, score } = data;
  const columns = rowLayout(width);
  const rowHeight = lineHeight + columns.definitionLine;
  const most = Math.max(1e-9, ...kinds.flatMap(({ gain, interval }) => [gain, interval?.high ?? 0]));
  const x = (gain: number): number => columns.bar + (columns.barWidth * Math.max(0, gain)) / most;
  const title = `${data.name}: F1 ${score.f1.toFixed(2)}; kinds of error, and the F1 gained without them`;
  const lines = wrapToWidth(title, width - 8, 13, true);
  const top = 28 + 18 * lines.length;
  const marks: Mark[] = [
    ...lines.map((text, line): Mark => {
      return { mark: "text", x: 4, y: 17 + 18 * line, text, color: theme.ink, size: 13, bold: true };
    }),
    {
      mark: "text",
      x: Math.max(columns.count, 52),
      y: top - 10,
      text: "entities",
      color: theme.faint,
      size: 11,
      anchor: "end",
    },
    {
      mark: "text",
      x: columns.gain,
      y: top - 10,
      text: "F1 gained",
      color: theme.faint,
      size: 11,
      anchor: "end",
    },
  ];
  for (const [row, { kind, count, gain, interval }] of kinds.entries()) {
    const y = top + row * rowHeight;
    const value: ChosenCell = { by: "kind", row, column: 0 };
    const isChosen = chosen?.by === "kind" && chosen.row === row;
    const title = `${kind}: ${count} entities, F1 ${gainText(gain)}; ${definitions[kind]}`;
    const click = { value, title, tab: false };
    const text = (x: number, line: number, text: string, parts: object) =>
      marks.push({ mark: "text", x, y: y + 17 + line, text, color: theme.ink, size: 13, ...click, ...parts });
    const box = { x: 1, y: y + 1, width: width - 2, height: rowHeight - 2, radius: 3 };
    const outline = isChosen ? { stroke: theme.chosen, strokeWidth: 2 } : {};
    marks.push({ mark: "rect", ...box, fill: theme.paper, value, title, ...outline });
    text(8, 0, kind, { bold: isChosen });
    text(columns.count, columns.barLine, String(count), { anchor: "end" });
    const bar = {
      x: columns.bar,
      y: y + columns.barLine + 6,
      width: Math.max(0.5, x(gain) - columns.bar),
      height: 14,
    };
    marks.push({ mark: "rect", ...bar, fill: theme.series[0], ...click });
    if (interval && count) {
      const middle = y + columns.barLine + 13;
      const d = intervalPath(x(interval.low), x(interval.high), middle);
      marks.push({ mark: "path", d, stroke: theme.ink, strokeWidth: 1.2 });
    }
    text(columns.gain, 0, gainText(gain, interval), { anchor: "end" });
    text(columns.definition, columns.definitionLine, definitions[kind], { color: theme.faint, size: 11 });
  }
  return { width, height: top + kinds.length * rowHeight + 4, marks };
}

/** "+1.34", "+1.34 (0.61 to 2.20)". */
export function gainText(
  gain: number,
  interval?: { readonly low: number; readonly high: number } | null,
): string {
  const range = interval ? ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : "";
  return `${gain < 0 ? "−" : "+"}${Math.abs(gain).toFixed(2)}${range}`;
}
