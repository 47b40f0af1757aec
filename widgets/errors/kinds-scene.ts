import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import type { Theme } from "../shared/theme";
import { type ChosenCell, definitions, type PackedErrors, type State } from "./errors-data";

const rowHeight = 26;
const top = 46;
const columns = { count: 196, bar: 216, barWidth: 210, gain: 590, definition: 606 };

/** A row per kind of error: how often it occurs, and the F1 that fixing it would gain, with its interval. */
export function kindsScene(data: PackedErrors, { chosen }: State, theme: Theme): Scene {
  const { kinds, score } = data;
  const most = Math.max(1e-9, ...kinds.flatMap(({ gain, interval }) => [gain, interval?.high ?? 0]));
  const x = (gain: number): number => columns.bar + (columns.barWidth * Math.max(0, gain)) / most;
  const title = `${data.name}: F1 ${score.f1.toFixed(2)}; kinds of error, and the F1 gained without them`;
  const marks: Mark[] = [
    { mark: "text", x: 4, y: 17, text: title, color: theme.ink, size: 13, bold: true },
    {
      mark: "text",
      x: columns.count,
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
    const text = (x: number, text: string, parts: object) =>
      marks.push({ mark: "text", x, y: y + 17, text, color: theme.ink, size: 13, ...click, ...parts });
    const box = { x: 1, y: y + 1, width: figureWidth - 2, height: rowHeight - 2, radius: 3 };
    const outline = isChosen ? { stroke: theme.chosen, strokeWidth: 2 } : {};
    marks.push({ mark: "rect", ...box, fill: theme.paper, value, title, ...outline });
    text(8, kind, { bold: isChosen });
    text(columns.count, String(count), { anchor: "end" });
    const bar = { x: columns.bar, y: y + 6, width: Math.max(0.5, x(gain) - columns.bar), height: 14 };
    marks.push({ mark: "rect", ...bar, fill: theme.series[0], ...click });
    if (interval && count) {
      const middle = y + 13;
      const [low, high] = [x(interval.low), x(interval.high)];
      const d = `M${low.toFixed(1)},${middle} H${high.toFixed(1)} M${low.toFixed(1)},${middle - 4} V${middle + 4} M${high.toFixed(1)},${middle - 4} V${middle + 4}`;
      marks.push({ mark: "path", d, stroke: theme.ink, strokeWidth: 1.2 });
    }
    text(columns.gain, gainText(gain, interval), { anchor: "end" });
    text(columns.definition, definitions[kind], { color: theme.faint, size: 11 });
  }
  return { width: figureWidth, height: top + kinds.length * rowHeight + 4, marks };
}

/** "+1.34", "+1.34 (0.61 to 2.20)". */
export function gainText(
  gain: number,
  interval?: { readonly low: number; readonly high: number } | null,
): string {
  const range = interval ? ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : "";
  return `${gain < 0 ? "−" : "+"}${Math.abs(gain).toFixed(2)}${range}`;
}
