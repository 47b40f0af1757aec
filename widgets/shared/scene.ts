import { escapeHtml } from "./html";
import { font } from "./theme";

/** A drawing as plain data; lengths are in CSS pixels, y grows downwards. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

interface Common {
  /** Shown when the pointer rests on the mark. */
  readonly title?: string;
  /** JSON that a click on the mark hands to the widget. */
  readonly value?: unknown;
  /** False leaves the mark out of what the Tab key reaches, because a control does the same. */
  readonly tab?: boolean;
}

export interface Rect extends Common {
  readonly mark: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill?: string;
  /** Diagonal lines of this color instead of a plain fill. */
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
  /** Of the base line. */
  readonly y: number;
  readonly text: string;
  readonly color: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
  /** The text is set to this width exactly, so that it ends where the scene expects it under any font. */
  readonly width?: number;
  readonly mono?: boolean;
  /** Degrees that the text is turned by around its place, clockwise. */
  readonly turn?: number;
}

export type Mark = Rect | Path | Label;

/** Pictures made without a browser look for the first of them alone. */
const mono = '"DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace';

/**
 * The scene as an SVG element; texts are escaped, whatever they hold.
 * @param place tells it apart from the other scenes of a page: a hatching that is hidden with its scene serves no other one
 */
export function sceneToSvg({ width, height, marks }: Scene, attributes = "", place = ""): string {
  const hatches = [...new Set(marks.flatMap((mark) => (mark.mark === "rect" && mark.hatch) || []))];
  const patterns = hatches.map((color) => {
    const lines = `<path d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" stroke="${escapeHtml(color)}" stroke-width="1.3"/>`;
    return `<pattern id="${hatchId(color, place)}" width="6" height="6" patternUnits="userSpaceOnUse">${lines}</pattern>`;
  });
  const defs = patterns.length ? `<defs>${patterns.join("")}</defs>` : "";
  const body = marks.map((mark) => markToSvg(mark, place)).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeHtml(font)}"${attributes}>${defs}${body}</svg>`;
}

/** Ids are shared by a whole page, so they say what they stand for. */
function hatchId(color: string, place: string): string {
  return `pnr-hatch${place}-${color.replace(/[^a-z0-9]/gi, "")}`;
}

function markToSvg(mark: Mark, scene: string): string {
  const value = mark.value === undefined ? "" : pressable(mark);
  const title = mark.title === undefined ? "" : `<title>${escapeHtml(mark.title)}</title>`;
  if (mark.mark === "text") return labelToSvg(mark, value, title);
  const line = [
    attribute("stroke", mark.stroke),
    attribute("stroke-width", mark.strokeWidth),
    attribute("stroke-dasharray", mark.dash),
  ].join("");
  if (mark.mark === "path")
    return `<path${attribute("d", mark.d)} fill="none"${line}${value}>${title}</path>`;
  const { x, y, width, height, fill = "none", hatch, radius } = mark;
  const filling = hatch === undefined ? fill : `url(#${hatchId(hatch, scene)})`;
  const place = [
    attribute("x", x),
    attribute("y", y),
    attribute("width", width),
    attribute("height", height),
  ].join("");
  return `<rect${place}${attribute("rx", radius)}${attribute("fill", filling)}${line}${value}>${title}</rect>`;
}

/** A mark that does something is a button for the keyboard and for screen readers too. */
function pressable({ value, title, tab = true }: Common): string {
  const name = title === undefined ? "" : attribute("aria-label", title);
  const button = tab ? ` role="button" tabindex="0"${name}` : "";
  return `${attribute("data-value", JSON.stringify(value))}${button}`;
}

function labelToSvg(label: Label, value: string, title: string): string {
  const attributes = [
    attribute("x", label.x),
    attribute("y", label.y),
    attribute("fill", label.color),
    attribute("font-size", label.size),
    attribute("font-weight", label.bold ? "bold" : undefined),
    attribute("text-anchor", label.anchor),
    attribute("textLength", label.width),
    attribute("lengthAdjust", label.width === undefined ? undefined : "spacingAndGlyphs"),
    attribute("font-family", label.mono ? mono : undefined),
    attribute("transform", label.turn && `rotate(${label.turn} ${label.x} ${label.y})`),
    ' xml:space="preserve"',
  ];
  return `<text${attributes.join("")}${value}>${title}${escapeHtml(label.text)}</text>`;
}

function attribute(name: string, value: string | number | undefined): string {
  if (value === undefined) return "";
  const text = typeof value === "number" ? Math.round(value * 100) / 100 : escapeHtml(value);
  return ` ${name}="${text}"`;
}
