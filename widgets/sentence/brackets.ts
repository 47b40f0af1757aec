import type { SentenceEntity } from "./entities";
import { verdictMark } from "./entities";
import { stack } from "./stack";
import { fitText, labelSize, monoWidth, type Need, type WordLayout } from "./words";

/** The part of an entity's bracket that stands on one line. */
export interface Fragment {
  readonly entity: SentenceEntity;
  readonly line: number;
  /** From 0 next to the words outwards. */
  readonly lane: number;
  readonly left: number;
  readonly right: number;
  /** Whether the entity starts, and ends, on this line. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** Type and verdict; cut, or empty, where the entity has more room on another line. */
  readonly label: string;
}

/** Pixels between a bracket's sides and its label. */
export const labelIndent = 4;

/** Longer names of types are cut; a cut shows. */
const longestType = 130;

function labelOf({ type, verdict }: SentenceEntity): string {
  const name = fitText(type, longestType, labelSize);
  return verdict === undefined ? name : `${verdictMark(verdict)} ${name}`;
}

/** The room that an entity's label takes. */
export function labelNeed(entity: SentenceEntity): Need {
  const { start, end } = entity;
  return { start, end, width: Math.ceil(monoWidth(labelOf(entity), labelSize)) + 2 * labelIndent };
}

/**
 * The brackets of one side, line by line. Those that share a word have different lanes, and one that contains another
 * lies further out. Each runs from its first word's cell to its last word's, on every line that it reaches.
 */
export function bracketFragments(entities: readonly SentenceEntity[], layout: WordLayout): Fragment[] {
  const lanes = stack(entities);
  const pieces = entities.flatMap((entity, place) => piecesOf(entity, lanes[place], layout));
  return layout.lines.flatMap((_, line) => {
    const here = pieces.filter((piece) => piece.line === line);
    const used = [...new Set(here.map(({ lane }) => lane))].sort((a, b) => a - b);
    return here.map((piece) => ({ ...piece, lane: used.indexOf(piece.lane) })); // no lane stays empty on a line
  });
}

function piecesOf(entity: SentenceEntity, lane: number, { words, lines }: WordLayout): Fragment[] {
  const pieces = lines.flatMap(({ from, to }, line) => {
    const [first, last] = [Math.max(from, entity.start), Math.min(to, entity.end) - 1];
    if (first > last) return [];
    const { left } = words[first];
    const { right } = words[last];
    return [{ line, left, right, opens: first === entity.start, closes: last === entity.end - 1 }];
  });
  const widest = Math.max(...pieces.map(({ left, right }) => right - left));
  const main = pieces.findIndex(({ left, right }) => right - left === widest);
  const label = labelOf(entity);
  return pieces.map((piece, place) => {
    const room = piece.right - piece.left - 2 * labelIndent;
    const here = fitText(label, room, labelSize);
    const readable = place === main || here === label || monoWidth(here, labelSize) >= shortest;
    return { ...piece, entity, lane, label: readable ? here : "" };
  });
}

/** A label cut to less says nothing. */
const shortest = 30;
