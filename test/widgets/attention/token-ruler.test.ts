import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type AttentionOptions, attention } from "../../../widgets/attention/attention";
import { tokenAxis } from "../../../widgets/attention/token-axis";
import type { Label, Rect, Scene } from "../../../widgets/shared/scene";
import { estimateWidth, flow } from "../../../widgets/shared/text-flow";
import { dark, inkOn, light, shade } from "../../../widgets/shared/theme";
import { fakeTrace, kitchen } from "../fake";

function scenesOf(tokens: readonly string[], options: AttentionOptions = {}): Scene[] {
  const { widget, packed, state } = attention(fakeTrace({ tokens, gold: [], predicted: [] }), options);
  return widget
    .build(widget.open(packed), state, light)
    .flatMap((part) => ("scene" in part ? [part.scene] : []));
}

interface Word {
  readonly box: Rect;
  readonly label: Label;
}

/** The tokens of a ruler, each a box with its text. */
function wordsOf({ marks }: Scene): Word[] {
  const clickable = marks.filter(({ value }) => value !== undefined);
  const boxes = clickable.filter((mark): mark is Rect => mark.mark === "rect");
  const labels = clickable.filter((mark): mark is Label => mark.mark === "text");
  assert.equal(boxes.length, labels.length);
  return boxes.map((box, place) => ({ box, label: labels[place] }));
}

const texts = (scene: Scene): string[] =>
  scene.marks.flatMap((mark) => (mark.mark === "text" && mark.value === undefined ? [mark.text] : []));

test("items in a flow keep their order, their gaps and the width", () => {
  const things = fc.array(
    fc.record({ width: fc.integer({ min: 1, max: 90 }), gap: fc.integer({ min: 0, max: 9 }) }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(things, (all) => {
      const placed = flow(all, 100);
      placed.forEach(({ x, line }, at) => {
        assert.ok(x + all[at].width <= 100);
        if (at === 0) return;
        const before = placed[at - 1];
        if (line === before.line) assert.equal(x, before.x + all[at - 1].width + all[at].gap);
        else {
          assert.deepEqual([x, line], [0, before.line + 1]);
          assert.ok(
            before.x + all[at - 1].width + all[at].gap + all[at].width > 100,
            "lines break only if they are full",
          );
        }
      });
    }),
  );
});

test("the ruler shows the tokens in order, and a click on a token chooses its proposal", () => {
  const [scene] = scenesOf(kitchen.tokens, { proposal: 3, pinned: [5, 8] });
  const words = wordsOf(scene);
  assert.deepEqual(
    words.map(({ label }) => label.text),
    kitchen.tokens,
  );
  words.forEach(({ box, label }, token) => {
    assert.deepEqual([box.value, label.value], [{ proposal: token }, { proposal: token }]);
    assert.deepEqual([box.tab, label.tab], [false, false]);
    assert.ok(box.x >= 0 && box.x + box.width <= scene.width && box.y + box.height <= scene.height);
  });
  assert.match(words[3].box.title ?? "", /^3 of: weight 0\.\d{4}, without the prior 0\.\d{4}$/);
});

test("frames the shown proposals, the chosen one without dashes", () => {
  const [scene] = scenesOf(kitchen.tokens, { proposal: 3, pinned: [5, 8] });
  const words = wordsOf(scene);
  const frames = scene.marks.filter(
    (mark): mark is Rect => mark.mark === "rect" && mark.stroke !== undefined,
  );
  assert.deepEqual(
    frames.map(({ x, dash }) => [words.findIndex(({ box }) => box.x === x + 1), dash]),
    [
      [3, undefined],
      [5, "3 2"],
      [8, "3 2"],
    ],
  );
  assert.equal(new Set(frames.map(({ stroke }) => stroke)).size, 3);
});

test("the most attended token has the strongest shade, and two traces share their shades", () => {
  const trace = fakeTrace(kitchen);
  const second = { ...fakeTrace({ ...kitchen, prior: false }), prior: "off" as const };
  const { widget, packed, state } = attention(trace, { second });
  const scenes = widget
    .build(widget.open(packed), state, light)
    .flatMap((part) => ("scene" in part ? [part.scene] : []));
  const strongest = shade(light, 1);
  const counts = scenes
    .slice(0, 2)
    .map((scene) => wordsOf(scene).filter(({ box }) => box.fill === strongest).length);
  assert.equal(counts[0] + counts[1], 1);
});

test("shows positions below every fifth token and the shown proposals", () => {
  const [scene] = scenesOf(kitchen.tokens, { proposal: 3, pinned: [8] });
  assert.deepEqual(texts(scene).slice(-6), ["0", "3", "5", "8", "10", "15"]);
});

test("East Asian characters are adjacent, words are separated", () => {
  const [scene] = scenesOf([..."在北京大学"]);
  const words = wordsOf(scene);
  words.slice(1).forEach(({ box }, at) => {
    assert.equal(box.x, words[at].box.x + words[at].box.width);
  });
  const [mixed] = scenesOf(["在", "Peking", "大"]).map(wordsOf);
  assert.ok(mixed[1].box.x > mixed[0].box.x + mixed[0].box.width);
});

test("long tokens are shortened, but not in the tooltip", () => {
  const long = "word".repeat(11);
  const [scene] = scenesOf(["a", long]);
  const [, { label, box }] = wordsOf(scene);
  assert.match(label.text, /^(?:word){6}wor…$/);
  assert.ok(box.title?.includes(long));
  const { labelalias } = tokenAxis(["a", long], 400) as { labelalias: Record<string, string> };
  assert.match(labelalias[1], /^1 (?:word){3}w…$/);
});

test("a long sentence is compact, with the first position of each line", () => {
  const tokens = Array.from({ length: 400 }, (_, place) => `word${place}`);
  const [scene] = scenesOf(tokens);
  const words = wordsOf(scene);
  const lines = [...new Set(words.map(({ box }) => box.y))];
  const firsts = lines.map((line) => words.findIndex(({ box }) => box.y === line));
  assert.deepEqual(texts(scene).slice(-firsts.length), firsts.map(String));
  assert.ok(scene.height < 900);
});

test("the axis of a Chinese sentence is upright, with all characters if there is room", () => {
  const upright = tokenAxis([..."在北京大学"], 400);
  assert.deepEqual([upright.tickangle, upright.nticks], [0, 5]);
  assert.equal(tokenAxis([..."在北京大学".repeat(10)], 400).nticks, undefined);
  assert.equal(tokenAxis(["in", "Peking", "大"], 400).tickangle, -60);
});

test("the rows of a map run downward", () => {
  assert.deepEqual(tokenAxis(["a", "b", "c"], 400, "down").range, [2.5, -0.5]);
});

test("words are readable on every shade", () => {
  const luminance = (color: string): number => {
    const channels = color.startsWith("#")
      ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
      : (color.match(/\d+/g) ?? []).map(Number);
    const [red, green, blue] = channels.map((channel) => {
      const value = channel / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const theme of [light, dark]) {
    for (let share = 0; share <= 1; share += 0.01) {
      const [paper, ink] = [luminance(shade(theme, share)), luminance(inkOn(theme, share))];
      const contrast = (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05);
      assert.ok(contrast >= 3, `${contrast.toFixed(2)} at ${share.toFixed(2)}`);
    }
  }
});

test("wide characters are square, and no text has zero width", () => {
  assert.equal(estimateWidth("北京", 13), 26);
  assert.ok(estimateWidth("wM", 10) > estimateWidth("il", 10));
  assert.ok(estimateWidth(".", 10) > 0);
});
