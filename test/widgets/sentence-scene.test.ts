import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { AnnotatedSentence } from "../../widgets/sentence/sentence-entities";
import { type SceneOptions, sentenceScene } from "../../widgets/sentence/sentence-scene";
import { labelSize, monoWidth, wordSize } from "../../widgets/sentence/word-layout";
import { type Label, type Rect, type Scene, sceneToSvg } from "../../widgets/shared/scene";
import { dark, light } from "../../widgets/shared/theme";
import { type Box, boxesOf, entitiesOf, linesOf, overlap, type SceneBoxes, sentences } from "./scene-boxes";

const widths = fc.constantFrom(180, 333.3, 900);

function check(
  property: (sentence: AnnotatedSentence, boxes: SceneBoxes, scene: Scene) => void,
  options: SceneOptions = {},
): void {
  fc.assert(
    fc.property(sentences, widths, fc.boolean(), (sentence, width, positions) => {
      const scene = sentenceScene(sentence, { width, positions, ...options }, light);
      property(sentence, boxesOf(scene), scene);
    }),
  );
}

test("every bracket covers exactly its words on all their lines", () => {
  check((sentence, { words, brackets }) => {
    assert.equal(words.length, sentence.tokens.length);
    for (const { id, start, end } of entitiesOf(sentence)) {
      const boxes = brackets.get(id) ?? assert.fail(`${id} is not drawn`);
      const parts = linesOf(words)
        .map(([from, to]) => [Math.max(from, start), Math.min(to, end)])
        .filter(([from, to]) => from < to);
      assert.equal(boxes.length, parts.length, `${id}: one bracket per line`);
      for (const [place, [from, to]] of parts.entries()) {
        const { left, right } = boxes[place];
        const line = linesOf(words).find(([first, next]) => first <= from && from < next) ?? assert.fail();
        for (let index = line[0]; index < line[1]; index++) {
          const middle = (words[index].left + words[index].right) / 2;
          const within = left <= words[index].left + 0.01 && words[index].right <= right + 0.01;
          const outside = middle < left || middle > right;
          assert.ok(index >= from && index < to ? within : outside, `${id} and token ${index}`);
        }
      }
    }
  });
});

test("brackets never overlap each other or words, and have equal edges if they start or end at the same word", () => {
  check((sentence, { words, brackets }) => {
    const all = [...brackets].flatMap(([id, boxes]) => boxes.map((box) => ({ id, box })));
    for (const [place, { id, box }] of all.entries()) {
      for (const other of all.slice(place + 1)) assert.ok(!overlap(box, other.box), `${id} and ${other.id}`);
      for (const [index, word] of words.entries())
        assert.ok(!overlap(box, word), `${id} and the word of token ${index}`);
    }
    for (const one of entitiesOf(sentence)) {
      for (const other of entitiesOf(sentence)) {
        const edges = (id: string, edge: "left" | "right", which: 0 | -1): number | undefined =>
          brackets.get(id)?.at(which)?.[edge];
        if (one.start === other.start) assert.equal(edges(one.id, "left", 0), edges(other.id, "left", 0));
        if (one.end === other.end) assert.equal(edges(one.id, "right", -1), edges(other.id, "right", -1));
      }
    }
  });
});

test("gold is above the words and predictions are below; containing brackets are further out", () => {
  check((sentence, { words, brackets }) => {
    const lines = linesOf(words);
    const all = entitiesOf(sentence);
    const heights = (id: string, start: number): Map<number, Box> => {
      const first = lines.findIndex(([from, to]) => from <= start && start < to);
      return new Map((brackets.get(id) ?? []).map((box, place) => [first + place, box]));
    };
    for (const one of all) {
      for (const [line, box] of heights(one.id, one.start)) {
        const word = words[lines[line][0]];
        assert.ok(one.above ? box.bottom <= word.top : box.top >= word.bottom, `${one.id}, line ${line}`);
        for (const other of all.filter(({ above }) => above === one.above)) {
          const longer = one.end - one.start > other.end - other.start;
          if (!longer || one.start > other.start || one.end < other.end) continue;
          const inner = heights(other.id, other.start).get(line);
          if (inner)
            assert.ok(
              one.above ? box.bottom <= inner.top : box.top >= inner.bottom,
              `${one.id} ⊃ ${other.id}`,
            );
        }
      }
    }
  });
});

test("labels do not overlap and are inside their bracket, and every entity has one", () => {
  check((sentence, { brackets, labels }) => {
    for (const [place, label] of labels.entries()) {
      for (const other of labels.slice(place + 1))
        assert.ok(!overlap(label, other), `${label.text}, ${other.text}`);
      const holders = [...brackets.values()]
        .flat()
        .filter((box) => box.left <= label.left && label.right <= box.right && box.top <= label.top + 1);
      assert.ok(holders.length > 0, label.text);
    }
    for (const { id, type } of entitiesOf(sentence)) {
      const entityLabels = (brackets.get(id) ?? []).flatMap((box) =>
        labels.filter((label) => overlap(box, label)),
      );
      const whole = monoWidth(type, labelSize) < 130;
      assert.ok(
        entityLabels.some(({ text }) =>
          whole ? text.endsWith(type) : text.endsWith("…") && text.includes("a-type-whose"),
        ),
        `${id} ${type}: ${entityLabels.map(({ text }) => text)}`,
      );
    }
  });
});

test("everything is inside the scene, however narrow", () => {
  check((_, { words, brackets, labels }, scene) => {
    for (const box of [...words, ...labels, ...[...brackets.values()].flat()]) {
      assert.ok(
        box.left >= 0 && box.right <= scene.width + 0.01,
        `${box.left}–${box.right} of ${scene.width}`,
      );
      assert.ok(box.top >= 0 && box.bottom <= scene.height, `${box.top}–${box.bottom} of ${scene.height}`);
    }
  });
});

test("twenty nested brackets take twenty lanes", () => {
  const tokens = Array.from({ length: 42 }, (_, at) => `w${at}`);
  const entities = Array.from({ length: 20 }, (_, depth) => ({ start: depth, end: 42 - depth, type: "DNA" }));
  const { brackets } = boxesOf(sentenceScene({ tokens, entities }, { width: 3000 }, light));
  const tops = entities.map((_, place) => brackets.get(`gold ${place}`)?.[0].top ?? Number.NaN);
  assert.deepEqual(
    tops.toSorted((a, b) => a - b),
    tops,
  );
  assert.equal(new Set(tops).size, 20);
});

const nested: AnnotatedSentence = {
  tokens: ["human", "T", "cell", "<b>", "北京"],
  entities: [
    { start: 0, end: 3, type: "cell" },
    { start: 3, end: 4, type: "DNA" },
  ],
  predicted: [
    { start: 0, end: 3, type: "cell", probability: 0.75 },
    { start: 1, end: 3, type: "DNA" },
  ],
};

test("marks, dashes and hatching show verdicts without color", () => {
  const { marks } = sentenceScene(nested, {}, light);
  const surface = (id: string): Rect =>
    marks.find(
      (mark): mark is Rect => mark.mark === "rect" && JSON.stringify(mark.value) === `{"entity":"${id}"}`,
    ) ?? assert.fail(id);
  const line = (id: string): string | undefined => {
    const outline = marks[marks.indexOf(surface(id)) - 1];
    return outline.mark === "path" ? outline.dash : assert.fail("the outline comes before the surface");
  };
  assert.deepEqual(
    ["gold 0", "gold 1", "predicted 0", "predicted 1"].map((id) => [
      line(id) !== undefined,
      surface(id).hatch !== undefined,
    ]),
    [
      [false, false],
      [true, false],
      [false, false],
      [false, true],
    ],
  );
  const texts = boxesOf({ width: 0, height: 0, marks }).labels.map(({ text }) => text);
  assert.deepEqual(texts, ["✓ cell", "– DNA", "✓ cell", "✗ DNA"]);
  assert.equal(
    surface("predicted 0").title,
    "✓ predicted (0, 2, cell) human T cell · right · probability 0.750",
  );
  assert.equal(
    surface("predicted 1").title,
    "✗ predicted (1, 2, DNA) T cell · boundary, type: gold is (0, 2, cell)",
  );
});

test("corpus text is text, and East Asian characters are square", () => {
  const scene = sentenceScene(nested, {}, light);
  assert.match(sceneToSvg(scene), />&lt;b&gt;</);
  const wide = scene.marks.find((mark): mark is Label => mark.mark === "text" && mark.text === "北京");
  assert.equal(wide?.width, 2 * wordSize);
});

test("a grayed side is gray unless selected; the words of the selected entity are bold", () => {
  const colors = (options: SceneOptions): (string | undefined)[] =>
    sentenceScene(nested, { grayed: "gold", ...options }, dark)
      .marks.filter(({ mark }) => mark === "path")
      .map((mark) => ("stroke" in mark ? mark.stroke : undefined));
  const [dna, cell] = dark.series;
  const { faint } = dark;
  assert.deepEqual(colors({}), [faint, faint, cell, dna]);
  assert.deepEqual(colors({ selected: "gold 1" }), [faint, dna, cell, dna]);
  const bold = sentenceScene(nested, { selected: "predicted 1" }, dark)
    .marks.filter(
      (mark): mark is Label => mark.mark === "text" && mark.size === wordSize && mark.bold === true,
    )
    .map(({ text }) => text);
  assert.deepEqual(bold, ["T", "cell"]);
});

test("types keep their color when others are hidden or listed", () => {
  const stroke = (types: readonly string[] | undefined, options: SceneOptions = {}): string[] =>
    sentenceScene({ ...nested, types }, options, light).marks.flatMap((mark) =>
      mark.mark === "path" ? [mark.stroke] : [],
    );
  const [first, second, third] = light.series;
  assert.deepEqual(stroke(undefined), [second, first, second, first]);
  assert.deepEqual(stroke(["x", "DNA", "cell"]), [third, second, third, second]);
  assert.deepEqual(stroke(["x", "cell"]), [second, third, second, third], "an unlisted type comes last");
  assert.deepEqual(stroke(undefined, { isShown: ({ type }) => type === "cell" }), [second, second]);
});

test("draws a sentence without words or entities", () => {
  const empty = sentenceScene({ tokens: [], entities: [] }, {}, light);
  assert.match(sceneToSvg(empty), /no entities shown/);
  const { words } = boxesOf(sentenceScene({ tokens: [""], entities: [] }, { width: 20 }, light));
  assert.equal(words.length, 1);
});
