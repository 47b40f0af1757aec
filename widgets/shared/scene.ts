import { escapeHtml } from "./html";
import { font } from "./theme";

/** A drawing as plain data. Lengths are in CSS pixels; y grows downward. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

interface Common {
  /** The tooltip. */
  readonly title?: string;
  /** JSON that a click on the mark passes to the widget. */
  readonly value?: unknown;
  /** False if the Tab key skips the mark because a control does the same. */
  readonly tab?: boolean;
}

export interface Rect extends Common {
  readonly mark: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill?: string;
  /** Color of diagonal lines that replace the fill. */
  readonly hatch?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  /** Lengths of dashes and gaps, e.g. "4 2". */
  readonly dash?: string;
  readonly radius?: number;
}

export interface Path extends Common {
  readonly mark: "path";
  /** SVG path data. */
  readonly d: string;
  readonly stroke: string;
  readonly strokeWidth?: number;
  readonly dash?: string;
}

export interface Label extends Common {
  readonly mark: "text";
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly text: string;
  readonly color: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
  /** The text is stretched to this width, whatever the font. */
  readonly width?: number;
  readonly mono?: boolean;
  /** Clockwise rotation around (x, y), in degrees. */
  readonly turn?: number;
}

export type Mark = Rect | Path | Label;

/** The path of an interval: a line from x `low` to `high` at y, with a stroke of 8 pixels at either end. */
export function intervalPath(low: number, high: number, y: number): string {
  const [left, right] = [low, high].map((x) => x.toFixed(1));
  return `M${left},${y} H${right} M${left},${y - 4} v8 M${right},${y - 4} v8`;
}

/** Static pictures use only the first of these fonts. */
const monoFont = '"DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace';

/**
 * The scene as an SVG element with all texts escaped.
 * @param id unique among the scenes of a page; scenes cannot share a hatch pattern, because hiding one would hide its pattern
 */
export function sceneToSvg({ width, height, marks }: Scene, svgAttributes = "", id = ""): string {
  const hatches = [...new Set(marks.flatMap((mark) => (mark.mark === "rect" && mark.hatch) || []))];
  const patterns = hatches.map((color) => {
    const lines = `<path d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" stroke="${escapeHtml(color)}" stroke-width="1.3"/>`;
    return `<pattern id="${hatchId(color, id)}" width="6" height="6" patternUnits="userSpaceOnUse">${lines}</pattern>`;
  });
  const defs = patterns.length ? `<defs>${patterns.join("")}</defs>` : "";
  const body = marks.map((mark) => markToSvg(mark, id)).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeHtml(font)}"${svgAttributes}>${defs}${body}</svg>`;
}

function hatchId(color: string, sceneId: string): string {
  return `pnr-hatch${sceneId}-${color.replace(/[^a-z0-9]/gi, "")}`;
}

function markToSvg(mark: Mark, sceneId: string): string {
  const value = mark.value === undefined ? "" : buttonAttributes(mark);
  const title = mark.title === undefined ? "" : `<title>${escapeHtml(mark.title)}</title>`;
  if (mark.mark === "text") return labelToSvg(mark, value, title);
  const { stroke, strokeWidth, dash } = mark;
  const line = attributes({ stroke, "stroke-width": strokeWidth, "stroke-dasharray": dash });
  if (mark.mark === "path")
    return `<path${attributes({ d: mark.d })} fill="none"${line}${value}>${title}</path>`;
  const { x, y, width, height, radius: rx, fill = "none", hatch } = mark;
  const paint = hatch === undefined ? fill : `url(#${hatchId(hatch, sceneId)})`;
  return `<rect${attributes({ x, y, width, height, rx, fill: paint })}${line}${value}>${title}</rect>`;
}

/** Makes a clickable mark a button for the keyboard and for screen readers. */
function buttonAttributes({ value, title, tab = true }: Common): string {
  const button = tab ? ` role="button" tabindex="0"${attributes({ "aria-label": title })}` : "";
  return `${attributes({ "data-value": JSON.stringify(value) })}${button}`;
}

function labelToSvg(label: Label, value: string, title: string): string {
  const { x, y, text, color, size, bold, anchor, width, mono, turn } = label;
  const style = attributes({
    x,
    y,
    fill: color,
    "font-size": size,
    "font-weight": bold ? "bold" : undefined,
    "text-anchor": anchor,
    textLength: width,
    lengthAdjust: width === undefined ? undefined : "spacingAndGlyphs",
    "font-family": mono ? monoFont : undefined,
    transform: turn && `rotate(${turn} ${x} ${y})`,
  });
  return `<text${style} xml:space="preserve"${value}>${title}${escapeHtml(text)}</text>`;
}

/** Attributes in SVG, without undefined ones. Numbers are rounded to two decimals. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  const texts = Object.entries(values).map(([name, value]) => {
    if (value === undefined) return "";
    return ` ${name}="${typeof value === "number" ? Math.round(value * 100) / 100 : escapeHtml(value)}"`;
  });
  return texts.join("");
}
