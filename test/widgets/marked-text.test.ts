import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { markedText, type TextMark } from "../../widgets/shared/marked-text";
import type { Label, Mark, Path } from "../../widgets/shared/scene";
import { textWidth } from "../../widgets/shared/text";
import { light } from "../../widgets/shared/theme";

const box = { x: 10, y: 5, width: 200 };
const labels = (marks: readonly Mark[]): Label[] => marks.filter((mark) => mark.mark === "text");
const paths = (marks: readonly Mark[]): Path[] => marks.filter((mark) => mark.mark === "path");
/** Left, right and top of a bracket. */
const bracket = ({ d }: Path): number[] =>
  d
    .match(/-?[\d.]+/g)
    ?.map(Number)
    .filter((_, place) => [0, 1, 3].includes(place)) ?? [];

test("a bracket is below its words, from the first letter to the last", () => {
  const mark = { start: 1, end: 3, label: "dish", color: "red" };
  const { marks } = markedText(["eat", "rye", "bread", "now"], [mark], box, light);
  const [, rye, bread] = labels(marks);
  const [left, , right] = bracket(paths(marks)[0]);
  assert.ok(Math.abs(left - rye.x) <= 1);
  assert.ok(Math.abs(right - (bread.x + (bread.width ?? 0))) <= 1);
  assert.equal(labels(marks).at(-1)?.text, "dish");
});

test("East Asian words have no gaps and take two columns per character", () => {
  const { marks } = markedText(["小", "明", "ok"], [], box, light);
  const [one, two, three] = labels(marks);
  assert.ok(Math.abs(two.x - one.x - 15.6) < 1e-9 && Math.abs((one.width ?? 0) - 15.6) < 1e-9);
  assert.ok(three.x > two.x + (two.width ?? 0));
});

test("a mark continues on the next line, with an ellipsis before its label", () => {
  const tokens = Array.from({ length: 12 }, () => "bread");
  const { marks } = markedText(tokens, [{ start: 0, end: 12, label: "dish", color: "red" }], box, light);
  const dishLabels = labels(marks).filter(({ text }) => text.includes("dish"));
  assert.deepEqual(
    dishLabels.map(({ text }) => text),
    ["dish", "… dish", "… dish"],
  );
});

const anyMarks = fc.array(
  fc.record({
    start: fc.nat(14),
    length: fc.integer({ min: 1, max: 6 }),
    label: fc.constantFrom("a", "a long label"),
  }),
  { maxLength: 8 },
);

test("draws every mark within the width, without overlaps", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "bread", "小明"), { minLength: 20, maxLength: 20 }),
      anyMarks,
      (tokens, records) => {
        const textMarks: TextMark[] = records.map(({ start, length, label }) => ({
          start,
          end: start + length,
          label,
          color: "red",
        }));
        const { marks, height } = markedText(tokens, textMarks, box, light);
        const boxes = paths(marks).map((path, place) => {
          const [left, top, right] = bracket(path);
          const label = labels(marks).filter(({ size }) => size < 13)[place];
          return {
            left: Math.min(left, label.x),
            right: Math.max(right, label.x + textWidth(label.text) * 6.4),
            top,
          };
        });
        assert.ok(boxes.length >= textMarks.length);
        for (const [place, one] of boxes.entries()) {
          for (const other of boxes.slice(place + 1)) {
            assert.ok(one.top !== other.top || one.right < other.left || other.right < one.left);
          }
        }
        for (const { x, y, text, width = textWidth(text) * 6.4 } of labels(marks)) {
          assert.ok(x >= box.x && x + width <= box.x + box.width + 1e-9 && y <= box.y + height);
        }
      },
    ),
  );
});
