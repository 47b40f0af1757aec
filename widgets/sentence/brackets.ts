import { type SentenceEntity, verdictMark } from "./sentence-entities";
import { fitText, labelSize, monoWidth, type RequiredWidth, type WordLayout } from "./word-layout";

/** Tokens `start … end - 1`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The part of an entity's bracket on one line. */
export interface Fragment {
  readonly entity: SentenceEntity;
  readonly line: number;
  /** Counts from 0, next to the words, outward. */
  readonly lane: number;
  readonly left: number;
  readonly right: number;
  /** Whether the entity starts, and ends, on this line. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** Type and verdict, shortened; empty if the entity has more space on another line. */
  readonly label: string;
}

/** Pixels between a bracket's sides and its label. */
export const labelIndent = 4;

/** Longer type names are shortened. */
const longestType = 130;

/** A label shortened to less than this is unreadable. */
const shortestLabel = 30;

function labelOf({ type, verdict }: SentenceEntity): string {
  const name = fitText(type, longestType, labelSize);
  return verdict === undefined ? name : `${verdictMark(verdict)} ${name}`;
}

export function labelWidth(entity: SentenceEntity): RequiredWidth {
  const { start, end } = entity;
  return { start, end, width: Math.ceil(monoWidth(labelOf(entity), labelSize)) + 2 * labelIndent };
}

/**
 * The brackets of one side, line by line. Each extends from its first word's cell to its last word's, on every line that it
 * reaches.
 */
export function bracketFragments(entities: readonly SentenceEntity[], layout: WordLayout): Fragment[] {
  const lanes = assignLanes(entities);
  const fragments = entities.flatMap((entity, i) => fragmentsOf(entity, lanes[i], layout));
  return layout.lines.flatMap((_, line) => {
    const onLine = fragments.filter((fragment) => fragment.line === line);
    const used = [...new Set(onLine.map(({ lane }) => lane))].sort((a, b) => a - b);
    return onLine.map((fragment) => ({ ...fragment, lane: used.indexOf(fragment.lane) })); // skips lanes that are empty here
  });
}

/**
 * The lane of each span, counted outward from 0 next to the text. Overlapping spans have different lanes, and a span is further
 * out than every span that it contains, so that nesting reads like brackets.
 */
export function assignLanes(spans: readonly Span[]): number[] {
  const lanes: number[] = [];
  const shortestFirst = spans.map((_, i) => i).sort((a, b) => lengthOf(spans[a]) - lengthOf(spans[b]));
  for (const [position, i] of shortestFirst.entries()) {
    const overlapping = shortestFirst.slice(0, position).filter((other) => overlaps(spans[i], spans[other]));
    const used = new Set(overlapping.map((other) => lanes[other]));
    let lane = 0;
    while (used.has(lane)) lane++;
    lanes[i] = lane;
  }
  return lanes;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

function fragmentsOf(entity: SentenceEntity, lane: number, { words, lines }: WordLayout): Fragment[] {
  const pieces = lines.flatMap(({ from, to }, line) => {
    const [first, last] = [Math.max(from, entity.start), Math.min(to, entity.end) - 1];
    if (first > last) return [];
    const [{ left }, { right }] = [words[first], words[last]];
    return [{ line, left, right, opens: first === entity.start, closes: last === entity.end - 1 }];
  });
  const widest = Math.max(...pieces.map(({ left, right }) => right - left));
  const main = pieces.findIndex(({ left, right }) => right - left === widest);
  const fullLabel = labelOf(entity);
  return pieces.map((piece, i) => {
    const label = fitText(fullLabel, piece.right - piece.left - 2 * labelIndent, labelSize);
    const isShown = i === main || label === fullLabel || monoWidth(label, labelSize) >= shortestLabel;
    return { ...piece, entity, lane, label: isShown ? label : "" };
  });
}
