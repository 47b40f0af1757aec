import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import type { AnnotatedSentence } from "../../widgets/sentence/sentence-entities";
import { labelSize, wordSize } from "../../widgets/sentence/word-layout";
import type { Label, Rect, Scene } from "../../widgets/shared/scene";

/** A box on the page. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface SceneBoxes {
  /** The box of each word. */
  readonly words: readonly Box[];
  /** The boxes of each entity, line by line. */
  readonly brackets: ReadonlyMap<string, readonly Box[]>;
  readonly labels: readonly (Box & { readonly text: string })[];
}

/** The boxes of words, brackets and labels, from the marks of a scene. */
export function boxesOf({ marks }: Scene): SceneBoxes {
  const labels = marks.filter((mark): mark is Label => mark.mark === "text");
  const box = ({ x, y, width = 0, size }: Label): Box => ({
    left: x,
    right: x + width,
    top: y - 0.8 * size,
    bottom: y + 0.2 * size,
  });
  const brackets = new Map<string, Box[]>();
  for (const mark of marks) {
    if (mark.mark !== "rect" || mark.value === undefined) continue;
    const { x, y, width, height, value } = mark as Rect;
    const { entity } = value as { entity: string };
    const bracket = { left: x, right: x + width, top: y, bottom: y + height };
    brackets.set(entity, [...(brackets.get(entity) ?? []), bracket]);
  }
  return {
    words: labels.filter(({ size }) => size === wordSize).map(box),
    brackets,
    labels: labels
      .filter(({ size }) => size === labelSize)
      .map((label) => ({ ...box(label), text: label.text })),
  };
}

/** Whether two boxes share more than an edge. */
export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom - 0.01 && b.top < a.bottom - 0.01;

const token = fc.oneof(
  fc.constantFrom(
    "a",
    "I",
    ",",
    "cells",
    "transcription",
    "北",
    "京",
    "北京大学",
    "ü",
    "<b>",
    "é",
    "x".repeat(80),
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

/** Random sentences with entities that are nested, crossing, repeated and on several lines. */
export const sentences: fc.Arbitrary<AnnotatedSentence> = fc
  .array(token, { minLength: 1, maxLength: 40 })
  .chain((tokens) => {
    const entities = fc.array(
      fc
        .record({
          start: fc.nat(tokens.length - 1),
          length: fc.integer({ min: 1, max: tokens.length }),
          type: fc.constantFrom("DNA", "cell_type", "地名", "a-type-whose-name-never-seems-to-end"),
        })
        .map(({ start, length, type }) => ({ start, end: Math.min(tokens.length, start + length), type })),
      { maxLength: 12 },
    );
    return fc.record({
      tokens: fc.constant(tokens),
      entities,
      predicted: fc.option(entities, { nil: undefined }),
    });
  });

interface ListedEntity extends Entity {
  readonly id: string;
  readonly above: boolean;
}

/** All entities with the ids of their brackets. */
export const entitiesOf = ({ entities = [], predicted = [] }: AnnotatedSentence): ListedEntity[] => [
  ...entities.map((entity, place) => ({ ...entity, id: `gold ${place}`, above: true })),
  ...predicted.map((entity, place) => ({ ...entity, id: `predicted ${place}`, above: false })),
];

/** The token range of each line, the end exclusive. */
export function linesOf(words: readonly Box[]): [from: number, to: number][] {
  const starts = words.flatMap(({ top }, at) => (at === 0 || top !== words[at - 1].top ? [at] : []));
  return starts.map((from, line) => [from, starts[line + 1] ?? words.length]);
}
