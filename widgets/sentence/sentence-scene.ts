import { figureWidth } from "../shared/figure";
import type { Mark, Rect, Scene } from "../shared/scene";
import { wrapToWidth } from "../shared/text-flow";
import { seriesColor, type Theme } from "../shared/theme";
import {
  type AnnotatedSentence,
  agreementText,
  entityDetails,
  type SentenceEntity,
  type Side,
  sentenceEntities,
  verdictMark,
} from "./sentence-entities";
import {
  fitText,
  labelSize,
  layOutWords,
  monoWidth,
  positionSize,
  type RequiredWidth,
  type WordLayout,
  wordSize,
} from "./word-layout";

export interface SceneOptions {
  /** Width in CSS pixels at which lines break. */
  readonly width?: number;
  /** Which entities are drawn. Default: all. */
  readonly isShown?: (entity: SentenceEntity) => boolean;
  /** Id of the highlighted entity. */
  readonly selected?: string | null;
  /** The side that is drawn in gray. */
  readonly grayed?: Side;
  /** Whether each word's position is shown below it. Default true. */
  readonly positions?: boolean;
  /** Whether labels show the probability of predicted entities. Default false. */
  readonly probabilities?: boolean;
}

const margin = 4;
export const laneHeight = 16;
const wordHeight = 20;
const positionHeight = 11;
const lineGap = 12;
const headerHeight = 20;

/** Colors of types, in the order of their list. */
export function typeColors(types: readonly string[], theme: Theme): (type: string) => string {
  return (type) => seriesColor(theme, Math.max(0, types.indexOf(type)));
}

/** The listed types, then the other types of the sentence. */
function typesOf({ entities = [], predicted = [], types = [] }: AnnotatedSentence): string[] {
  const occurring = [...entities, ...predicted].map(({ type }) => type).sort();
  return [...new Set([...types, ...occurring])];
}

/**
 * The words in lines, with gold entities as brackets above and predicted entities as brackets below, stacked if they overlap.
 * Colors stand for types. The bracket of a missed entity is dashed, that of a wrong prediction hatched, and labels repeat both.
 * Brackets have the value `{ entity: id }`.
 */
export function sentenceScene(sentence: AnnotatedSentence, options: SceneOptions, theme: Theme): Scene {
  const { width = figureWidth, isShown = () => true, positions = true, probabilities = false } = options;
  const { tokens } = sentence;
  const entities = sentenceEntities(sentence)
    .filter(isShown)
    .map((entity): Labeled => {
      const { probability, agreement } = entity;
      const voted = agreement ? `, ${agreementText(agreement)}` : "";
      return probabilities && probability !== undefined
        ? { ...entity, suffix: ` ${probability.toFixed(2)}${voted}` }
        : entity;
    });
  const layout = layOutWords(tokens, entities.map(labelWidth), width - 2 * margin, positions);
  const fragmentsOf = (side: Side): Fragment[] =>
    bracketFragments(
      entities.filter((entity) => entity.side === side),
      layout,
    );
  const [gold, predicted] = [fragmentsOf("gold"), fragmentsOf("predicted")];
  const selected = entities.find(({ id }) => id === options.selected);
  const color = typeColors(typesOf(sentence), theme);
  const context: Context = { theme, options, selected, color, tokens };

  const marks: Mark[] = headings(entities, options, width, theme);
  let top = headerHeight + headingLine * (marks.length - 1);
  for (const line of layout.lines.keys()) {
    const above = gold.filter((fragment) => fragment.line === line);
    const below = predicted.filter((fragment) => fragment.line === line);
    const wordTop = top + laneCount(above) * laneHeight;
    marks.push(...wordMarks(layout, line, wordTop, context));
    for (const fragment of above)
      marks.push(...bracketMarks(fragment, wordTop - (fragment.lane + 1) * laneHeight, context));
    const belowTop = wordTop + wordHeight + (positions ? positionHeight : 0);
    for (const fragment of below)
      marks.push(...bracketMarks(fragment, belowTop + fragment.lane * laneHeight, context));
    top = belowTop + laneCount(below) * laneHeight + lineGap;
  }
  return { width, height: top, marks };
}

/** An entity, and the text of its label after the type. */
interface Labeled extends SentenceEntity {
  readonly suffix?: string;
}

export interface BracketContext {
  readonly theme: Theme;
  readonly options: Pick<SceneOptions, "selected" | "grayed">;
  readonly color: (type: string) => string;
  readonly tokens: readonly string[];
}

interface Context extends BracketContext {
  readonly options: SceneOptions;
  readonly selected: SentenceEntity | undefined;
}

export function laneCount(fragments: readonly Fragment[]): number {
  return Math.max(0, ...fragments.map(({ lane }) => lane + 1));
}

/** Pixels of a further line of the explanation. */
const headingLine = 15;

function headings(
  entities: readonly SentenceEntity[],
  { grayed, probabilities }: SceneOptions,
  width: number,
  theme: Theme,
): Mark[] {
  const has = (side: Side): boolean => entities.some((entity) => entity.side === side);
  const isJudged = entities.some(({ verdict }) => verdict !== undefined);
  const gray = grayed === "gold" ? ", gray" : "";
  const gold = isJudged ? `above${gray}: gold (✓ found, – missed: dashed)` : "above: gold";
  const predicted = `below: predicted${isJudged ? " (✓ right, ✗ wrong: hatched)" : ""}`;
  const voted = probabilities && entities.some(({ agreement }) => agreement);
  const numbers = voted ? "numbers: probability, members that predict it" : "";
  const parts = [has("gold") ? gold : "", has("predicted") ? predicted : "", numbers];
  const text = parts.filter(Boolean).join("   ") || "no entities shown";
  return wrapToWidth(text, width - 2 * margin, 11).map((line, i) => {
    return { mark: "text", x: margin, y: 12 + headingLine * i, text: line, color: theme.faint, size: 11 };
  });
}

function wordMarks({ words, lines }: WordLayout, line: number, top: number, context: Context): Mark[] {
  const { theme, selected, options } = context;
  const marks: Mark[] = [];
  const { from, to } = lines[line];
  if (selected && selected.start < to && selected.end > from) {
    const { left } = words[Math.max(from, selected.start)];
    const { right } = words[Math.min(to, selected.end) - 1];
    const box = { x: margin + left, y: top + 1, width: right - left, height: wordHeight - 2 };
    marks.push({ mark: "rect", ...box, fill: theme.grid, radius: 3 });
  }
  for (let i = from; i < to; i++) {
    const { text, left, right, textWidth: width } = words[i];
    const center = margin + (left + right) / 2;
    const bold = selected !== undefined && selected.start <= i && i < selected.end;
    const word = { x: center - width / 2, y: top + 15, text, color: theme.ink, size: wordSize, width };
    marks.push({ mark: "text", ...word, mono: true, bold });
    if (options.positions === false) continue;
    const position = { x: center, y: top + wordHeight + 7, text: String(i), color: theme.faint };
    marks.push({ mark: "text", ...position, size: positionSize, anchor: "middle", mono: true });
  }
  return marks;
}

/** A bracket that opens toward the words, its label, and on top a surface for clicks. */
export function bracketMarks(
  fragment: Fragment,
  top: number,
  { theme, options, color, tokens }: BracketContext,
): Mark[] {
  const { entity, left, right, opens, closes, label } = fragment;
  const { side, verdict } = entity;
  const isSelected = entity.id === options.selected;
  const isGray = side === options.grayed && !isSelected;
  const stroke = isGray ? theme.faint : color(entity.type);
  const box = { x: margin + left, y: top + 1, width: right - left, height: laneHeight - 3 };
  const labelMark = {
    mark: "text",
    x: box.x + labelIndent,
    y: box.y + (side === "gold" ? 10 : 9),
    text: label,
    color: isGray ? theme.faint : theme.ink,
    size: labelSize,
    bold: isSelected,
    width: monoWidth(label, labelSize),
    mono: true,
  } as const;
  const dash = verdict === "missed" ? "4 2.5" : undefined;
  const isWrong = side === "predicted" && verdict !== undefined && verdict !== "right";
  const filling =
    isGray || verdict === "missed"
      ? { fill: `${stroke}00` }
      : isWrong
        ? { hatch: `${stroke}66` }
        : { fill: `${stroke}2e` };
  const surface = { radius: opens || closes ? 2 : 0, ...filling, title: entityDetails(entity, tokens) };
  return [
    ...(label ? [labelMark] : []),
    { mark: "path", d: outline(fragment, box), stroke, strokeWidth: isSelected ? 3 : 1.6, dash },
    { mark: "rect", ...box, ...surface, value: { entity: entity.id } },
  ];
}

/** The bracket's outer line, with a side toward the words where the entity starts or ends on this line. */
function outline(
  { entity, opens, closes }: Fragment,
  box: Pick<Rect, "x" | "y" | "width" | "height">,
): string {
  const { x, y, width, height } = box;
  const [outer, inner] = entity.side === "gold" ? [y, y + height] : [y + height, y];
  const [left, right] = [x + 0.8, x + width - 0.8];
  const start = opens ? `M${left.toFixed(1)},${inner} V${outer}` : `M${x.toFixed(1)},${outer}`;
  const end = closes ? ` V${inner}` : "";
  return `${start} H${(closes ? right : x + width).toFixed(1)}${end}`;
}

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
  /** Type, verdict and probability, shortened; empty if the entity has more space on another line. */
  readonly label: string;
}

/** Pixels between a bracket's sides and its label. */
const labelIndent = 4;

const longestType = 130;

/** A label shortened to less than this is unreadable. */
const shortestLabel = 30;

type MarkOf = (entity: SentenceEntity) => string;

const markOfVerdict: MarkOf = ({ verdict }) => verdictMark(verdict);

function labelOf(entity: Labeled, markOf: MarkOf): string {
  const name = fitText(entity.type, longestType, labelSize);
  return `${markOf(entity)} ${name}${entity.suffix ?? ""}`.trimStart();
}

function labelWidth(entity: Labeled): RequiredWidth {
  const { start, end } = entity;
  return {
    start,
    end,
    width: Math.ceil(monoWidth(labelOf(entity, markOfVerdict), labelSize)) + 2 * labelIndent,
  };
}

/**
 * The brackets of one side, line by line. Each extends from its first word's cell to its last word's, on every line that it
 * reaches.
 * @param markOf the symbol before an entity's type
 */
export function bracketFragments(
  entities: readonly Labeled[],
  layout: WordLayout,
  markOf: MarkOf = markOfVerdict,
): Fragment[] {
  const lanes = assignLanes(entities);
  const fragments = entities.flatMap((entity, i) => fragmentsOf(entity, lanes[i], layout, markOf));
  return layout.lines.flatMap((_, line) => {
    const onLine = fragments.filter((fragment) => fragment.line === line);
    const usedLanes = [...new Set(onLine.map(({ lane }) => lane))].sort((a, b) => a - b);
    return onLine.map((fragment) => ({ ...fragment, lane: usedLanes.indexOf(fragment.lane) })); // skips lanes that are empty here
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
    const usedLanes = new Set(overlapping.map((other) => lanes[other]));
    let lane = 0;
    while (usedLanes.has(lane)) lane++;
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

function fragmentsOf(
  entity: Labeled,
  lane: number,
  { words, lines }: WordLayout,
  markOf: MarkOf,
): Fragment[] {
  const pieces = lines.flatMap(({ from, to }, line) => {
    const [first, last] = [Math.max(from, entity.start), Math.min(to, entity.end) - 1];
    if (first > last) return [];
    const [{ left }, { right }] = [words[first], words[last]];
    return [{ line, left, right, opens: first === entity.start, closes: last === entity.end - 1 }];
  });
  const widest = Math.max(...pieces.map(({ left, right }) => right - left));
  const main = pieces.findIndex(({ left, right }) => right - left === widest);
  const fullLabel = labelOf(entity, markOf);
  return pieces.map((piece, i) => {
    const label = fitText(fullLabel, piece.right - piece.left - 2 * labelIndent, labelSize);
    const isShown = i === main || label === fullLabel || monoWidth(label, labelSize) >= shortestLabel;
    return { ...piece, entity, lane, label: isShown ? label : "" };
  });
}
