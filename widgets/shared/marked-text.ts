import type { Mark } from "./scene";
import { isWide, textWidth } from "./text";
import { type FlowPosition, flow, type Line, linesOf } from "./text-flow";
import type { Theme } from "./theme";

/** A marked span of tokens, `end` exclusive, with the label below it. */
export interface TextMark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
}

/** The part of a mark on one line, in pixels from the left edge. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Left edge of the label: that of the mark, unless the label would then pass the right edge. */
  readonly labelFrom: number;
  readonly mark: TextMark;
}

const size = 13;
/** Pixels per column of fixed-width text; East Asian characters take two columns. */
const column = 7.8;
const labelSize = 10;
const labelColumn = 6.4;
const lineHeight = 18;
const laneHeight = 18;

/** Text in lines of at most `width` pixels, with brackets below the marked words. Overlapping marks are in different lanes. */
export function markedText(
  tokens: readonly string[],
  textMarks: readonly TextMark[],
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  theme: Theme,
): { readonly marks: readonly Mark[]; readonly height: number } {
  const items = tokens.map((token, i) => {
    const adjacent = isWide(token) && isWide(tokens[i - 1]?.at(-1) ?? "");
    return { width: textWidth(token) * column, gap: adjacent ? 0 : column };
  });
  const positions = flow(items, width);
  const marks: Mark[] = [];
  let top = y;
  for (const line of linesOf(positions)) {
    for (let token = line.from; token < line.to; token++) {
      const text = tokens[token];
      const position = { x: x + positions[token].x, y: top + 13, width: items[token].width };
      marks.push({ mark: "text", text, color: theme.ink, size, mono: true, ...position });
    }
    top += lineHeight;
    const lanes = lanesOf(piecesOn(line, tokens, textMarks, positions, width));
    for (const [lane, pieces] of lanes.entries())
      for (const piece of pieces) marks.push(...bracket(piece, x, top + lane * laneHeight));
    top += lanes.length * laneHeight + 3;
  }
  return { marks, height: top - y };
}

function piecesOn(
  line: Line,
  tokens: readonly string[],
  marks: readonly TextMark[],
  positions: readonly FlowPosition[],
  width: number,
): Piece[] {
  return marks
    .filter(({ start, end }) => start < line.to && end > line.from)
    .map((mark) => {
      const last = Math.min(mark.end, line.to) - 1;
      const label = mark.start < line.from ? `… ${mark.label}` : mark.label;
      const from = positions[Math.max(mark.start, line.from)].x;
      const to = positions[last].x + textWidth(tokens[last]) * column;
      const labelFrom = Math.max(0, Math.min(from, width - textWidth(label) * labelColumn));
      return { from, to, label, labelFrom, mark };
    })
    .sort((one, other) => one.from - other.from || other.to - one.to);
}

/** Puts each piece into the first lane with space for it and its label. */
function lanesOf(pieces: readonly Piece[]): Piece[][] {
  const lanes: Piece[][] = [];
  for (const piece of pieces) {
    const left = Math.min(piece.from, piece.labelFrom);
    const free = lanes.find((lane) => lane.every((other) => rightEdge(other) + 6 <= left));
    if (free) free.push(piece);
    else lanes.push([piece]);
  }
  return lanes;
}

function rightEdge({ to, label, labelFrom }: Piece): number {
  return Math.max(to, labelFrom + textWidth(label) * labelColumn);
}

function bracket({ from, to, label, labelFrom, mark }: Piece, x: number, y: number): Mark[] {
  const { color, dash } = mark;
  const [left, right] = [x + from + 0.5, x + to - 0.5];
  const d = `M${left.toFixed(1)},${y - 1} V${y + 3} H${right.toFixed(1)} V${y - 1}`;
  return [
    { mark: "path", d, stroke: color, strokeWidth: 1.6, dash },
    { mark: "text", x: x + labelFrom, y: y + 13, text: label, color, size: labelSize },
  ];
}
