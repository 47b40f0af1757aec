import * as fc from "fast-check";
import type { Entity } from "../../src/corpus/types";
import type { ShownSentence } from "../../widgets/sentence/entities";
import { labelSize, wordSize } from "../../widgets/sentence/words";
import type { Label, Rect, Scene } from "../../widgets/shared/scene";

/** A box on the page. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Seen {
  /** Per token, the box of the word itself. */
  readonly words: readonly Box[];
  /** Per entity, its boxes from line to line. */
  readonly brackets: ReadonlyMap<string, readonly Box[]>;
  readonly labels: readonly (Box & { readonly text: string })[];
}

/** What a reader finds in the scene, from its marks alone. */
export function look({ marks }: Scene): Seen {
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
    const found = { left: x, right: x + width, top: y, bottom: y + height };
    brackets.set(entity, [...(brackets.get(entity) ?? []), found]);
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
export const meet = (a: Box, b: Box): boolean =>
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

/** Sentences of any words, with entities that nest, cross, repeat and break over lines. */
export const sentences: fc.Arbitrary<ShownSentence> = fc
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

interface Listed extends Entity {
  readonly id: string;
  readonly above: boolean;
}

/** All entities with the ids of their brackets. */
export const listed = ({ entities = [], predicted = [] }: ShownSentence): Listed[] => [
  ...entities.map((entity, place) => ({ ...entity, id: `gold ${place}`, above: true })),
  ...predicted.map((entity, place) => ({ ...entity, id: `predicted ${place}`, above: false })),
];

/** The lines of words, from top to bottom: first token and the one after the last. */
export function linesOf(words: readonly Box[]): [from: number, to: number][] {
  const starts = words.flatMap(({ top }, at) => (at === 0 || top !== words[at - 1].top ? [at] : []));
  return starts.map((from, line) => [from, starts[line + 1] ?? words.length]);
}
