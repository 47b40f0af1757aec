import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import { seriesColor, type Theme } from "../shared/theme";
import { bracketFragments, type Fragment, labelIndent, labelNeed } from "./brackets";
import {
  entityDetails,
  type SentenceEntity,
  type ShownSentence,
  type Side,
  sentenceEntities,
} from "./entities";
import { labelSize, layOutWords, monoWidth, positionSize, type WordLayout, wordSize } from "./words";

export interface SceneOptions {
  /** In CSS pixels; lines of words break there. */
  readonly width?: number;
  /** Which entities are drawn; all by default. */
  readonly shown?: (entity: SentenceEntity) => boolean;
  /** Id of the entity that stands out. */
  readonly selected?: string;
  /** The side that is drawn as a shadow of itself. */
  readonly ghost?: Side;
  /** Whether each word's position stands under it; by default it does. */
  readonly positions?: boolean;
}

const margin = 4;
const laneHeight = 16;
const wordHeight = 20;
const positionHeight = 11;
const lineGap = 12;
const headerHeight = 20;

/** Colors of types, in the order of their list. */
export function typeColors(types: readonly string[], theme: Theme): (type: string) => string {
  return (type) => seriesColor(theme, Math.max(0, types.indexOf(type)));
}

/** The types that are named, then those that occur unnamed. */
export function typesOf({ entities = [], predicted = [], types = [] }: ShownSentence): string[] {
  const occurring = [...entities, ...predicted].map(({ type }) => type).sort();
  return [...new Set([...types, ...occurring])];
}

/**
 * The words in lines, with gold entities as brackets above and predicted ones below, stacked where they overlap. Colors
 * stand for types and labels name them; a missed entity's bracket is dashed, a wrong prediction hatched, and marks in
 * the labels say the same. A bracket carries `{ entity: id }` for clicks.
 */
export function sentenceScene(sentence: ShownSentence, options: SceneOptions, theme: Theme): Scene {
  const { width = figureWidth, shown = () => true, positions = true } = options;
  const types = typesOf(sentence);
  const entities = sentenceEntities(sentence).filter(shown);
  const layout = layOutWords(sentence.tokens, entities.map(labelNeed), width - 2 * margin, positions);
  const side = (name: Side): Fragment[] =>
    bracketFragments(
      entities.filter((entity) => entity.side === name),
      layout,
    );
  const [above, below] = [side("gold"), side("predicted")];
  const pen: Pen = { theme, options, color: typeColors(types, theme), tokens: sentence.tokens };

  const marks: Mark[] = [heading(entities, options, theme)];
  let top = headerHeight;
  for (const line of layout.lines.keys()) {
    const upper = above.filter((fragment) => fragment.line === line);
    const lower = below.filter((fragment) => fragment.line === line);
    const base = top + lanesOf(upper) * laneHeight;
    marks.push(...wordMarks(layout, line, base, entities, positions, pen));
    for (const fragment of upper)
      marks.push(...bracketMarks(fragment, base - (fragment.lane + 1) * laneHeight, pen));
    const under = base + wordHeight + (positions ? positionHeight : 0);
    for (const fragment of lower)
      marks.push(...bracketMarks(fragment, under + fragment.lane * laneHeight, pen));
    top = under + lanesOf(lower) * laneHeight + lineGap;
  }
  return { width, height: top, marks };
}

interface Pen {
  readonly theme: Theme;
  readonly options: SceneOptions;
  readonly color: (type: string) => string;
  readonly tokens: readonly string[];
}

function lanesOf(fragments: readonly Fragment[]): number {
  return Math.max(0, ...fragments.map(({ lane }) => lane + 1));
}

/** Says how to read the brackets that are there. */
function heading(entities: readonly SentenceEntity[], { ghost }: SceneOptions, theme: Theme): Mark {
  const has = (side: Side): boolean => entities.some((entity) => entity.side === side);
  const judged = entities.some(({ verdict }) => verdict !== undefined);
  const gray = ghost === "gold" ? ", gray" : "";
  const gold = judged ? `above${gray}: gold (✓ found, – missed: dashed)` : "above: gold";
  const parts = [
    has("gold") ? gold : "",
    has("predicted") ? `below: predicted${judged ? " (✓ right, ✗ wrong: hatched)" : ""}` : "",
  ];
  const text = parts.filter(Boolean).join("   ") || "no entities shown";
  return { mark: "text", x: margin, y: 12, text, color: theme.faint, size: 11 };
}

function wordMarks(
  { words, lines }: WordLayout,
  line: number,
  top: number,
  entities: readonly SentenceEntity[],
  positions: boolean,
  { theme, options }: Pen,
): Mark[] {
  const chosen = entities.find(({ id }) => id === options.selected);
  const marks: Mark[] = [];
  const { from, to } = lines[line];
  if (chosen && chosen.start < to && chosen.end > from) {
    const { left } = words[Math.max(from, chosen.start)];
    const { right } = words[Math.min(to, chosen.end) - 1];
    const place = { x: margin + left, y: top + 1, width: right - left, height: wordHeight - 2 };
    marks.push({ mark: "rect", ...place, fill: theme.grid, radius: 3 });
  }
  for (let at = from; at < to; at++) {
    const { text, left, right, ink } = words[at];
    const middle = margin + (left + right) / 2;
    const bold = chosen !== undefined && chosen.start <= at && at < chosen.end;
    const word = { x: middle - ink / 2, y: top + 15, text, color: theme.ink, size: wordSize, width: ink };
    marks.push({ mark: "text", ...word, mono: true, bold });
    if (!positions) continue;
    const place = { x: middle, y: top + wordHeight + 7, text: String(at), color: theme.faint };
    marks.push({ mark: "text", ...place, size: positionSize, anchor: "middle", mono: true });
  }
  return marks;
}

/** A bracket open towards the words, its label within. The surface lies on top, for clicks. */
function bracketMarks(fragment: Fragment, top: number, { theme, options, color, tokens }: Pen): Mark[] {
  const { entity, left, right, opens, closes, label } = fragment;
  const chosen = entity.id === options.selected;
  const ghost = entity.side === options.ghost && !chosen;
  const stroke = ghost ? theme.faint : color(entity.type);
  const [x, y, width, height] = [margin + left, top + 1, right - left, laneHeight - 3];
  const marks: Mark[] = [];
  if (label) {
    const text = {
      x: x + labelIndent,
      y: y + (entity.side === "gold" ? 10 : 9),
      text: label,
      color: ghost ? theme.faint : theme.ink,
    };
    const room = { width: monoWidth(label, labelSize), mono: true };
    marks.push({ mark: "text", ...text, size: labelSize, bold: chosen, ...room });
  }
  const line = {
    stroke,
    strokeWidth: chosen ? 3 : 1.6,
    dash: entity.verdict === "missed" ? "4 2.5" : undefined,
  };
  marks.push({ mark: "path", d: outline(fragment, x, y, width, height), ...line });
  const wrong = entity.side === "predicted" && entity.verdict !== undefined && entity.verdict !== "right";
  const filling =
    ghost || entity.verdict === "missed"
      ? { fill: `${stroke}00` }
      : wrong
        ? { hatch: `${stroke}66` }
        : { fill: `${stroke}2e` };
  const title = entityDetails(entity, tokens);
  const shape = { x, y, width, height, radius: opens || closes ? 2 : 0 };
  marks.push({ mark: "rect", ...shape, ...filling, title, value: { entity: entity.id } });
  return marks;
}

/** The line far from the words, with an end towards them wherever the entity begins or ends here. */
function outline(
  { entity, opens, closes }: Fragment,
  x: number,
  y: number,
  width: number,
  height: number,
): string {
  const [outer, inner] = entity.side === "gold" ? [y, y + height] : [y + height, y];
  const [left, right] = [x + 0.8, x + width - 0.8];
  return [
    opens ? `M${left.toFixed(1)},${inner} V${outer}` : `M${x.toFixed(1)},${outer}`,
    `H${(closes ? right : x + width).toFixed(1)}`,
    closes ? `V${inner}` : "",
  ]
    .filter(Boolean)
    .join(" ");
}
