import type { Mark } from "./scene";
import { isWide, textWidth } from "./text";
import type { Theme } from "./theme";

/** A span of tokens to mark, `end` exclusive, with what stands under it. */
export interface TextMark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
}

/** Marks of a scene, and the height that they take. */
export interface Laid {
  readonly marks: readonly Mark[];
  readonly height: number;
}

/** Tokens `from … to - 1`. */
interface Line {
  readonly from: number;
  readonly to: number;
}

/** The part of a mark that lies on one line. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Where the label begins: under the mark, unless it would not fit there. */
  readonly labelFrom: number;
  readonly mark: TextMark;
}

const size = 13;
/** A column of fixed-width text at that size; East Asian characters take two. */
const column = 7.8;
const labelSize = 10;
const labelColumn = 6.4;
const lineHeight = 18;
const laneHeight = 18;

/** Text in lines of at most `width` pixels, with brackets under the marked words; overlapping marks stand in lanes. */
export function markedText(
  tokens: readonly string[],
  marks: readonly TextMark[],
  at: { readonly x: number; readonly y: number; readonly width: number },
  theme: Theme,
): Laid {
  const starts: number[] = [];
  const lines = breakLines(tokens, Math.floor(at.width / column), starts);
  const drawn: Mark[] = [];
  let top = at.y;
  for (const line of lines) {
    for (let token = line.from; token < line.to; token++) {
      const text = tokens[token];
      const [x, width] = [at.x + starts[token] * column, textWidth(text) * column];
      drawn.push({ mark: "text", x, y: top + 13, text, color: theme.ink, size, mono: true, width });
    }
    top += lineHeight;
    const lanes = inLanes(piecesOn(line, tokens, marks, starts, at.width));
    lanes.forEach((pieces, lane) => {
      for (const piece of pieces) drawn.push(...bracket(piece, at.x, top + lane * laneHeight));
    });
    top += lanes.length * laneHeight + 3;
  }
  return { marks: drawn, height: top - at.y };
}

/** Fills `starts` with the column at which each token begins on its line. */
function breakLines(tokens: readonly string[], columns: number, starts: number[]): Line[] {
  const lines: Line[] = [];
  let [from, text] = [0, ""];
  tokens.forEach((token, place) => {
    const glued = text === "" || (isWide(text.at(-1) ?? "") && isWide(token));
    const next = glued ? text + token : `${text} ${token}`;
    if (text !== "" && textWidth(next) > columns) {
      lines.push({ from, to: place });
      [from, text] = [place, token];
    } else text = next;
    starts[place] = textWidth(text) - textWidth(token);
  });
  return [...lines, { from, to: tokens.length }];
}

function piecesOn(
  line: Line,
  tokens: readonly string[],
  marks: readonly TextMark[],
  starts: readonly number[],
  width: number,
): Piece[] {
  return marks
    .filter(({ start, end }) => start < line.to && end > line.from)
    .map((mark) => {
      const last = Math.min(mark.end, line.to) - 1;
      const label = mark.start < line.from ? `… ${mark.label}` : mark.label;
      const from = starts[Math.max(mark.start, line.from)] * column;
      const to = (starts[last] + textWidth(tokens[last])) * column;
      const labelFrom = Math.max(0, Math.min(from, width - textWidth(label) * labelColumn));
      return { from, to, label, labelFrom, mark };
    })
    .sort((one, other) => one.from - other.from || other.to - one.to);
}

/** Each piece in the first lane that has room for it and its label. */
function inLanes(pieces: readonly Piece[]): Piece[][] {
  const lanes: Piece[][] = [];
  for (const piece of pieces) {
    const free = lanes.find((lane) =>
      lane.every((other) => rightEnd(other) + 6 <= Math.min(piece.from, piece.labelFrom)),
    );
    if (free) free.push(piece);
    else lanes.push([piece]);
  }
  return lanes;
}

function rightEnd({ to, label, labelFrom }: Piece): number {
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
