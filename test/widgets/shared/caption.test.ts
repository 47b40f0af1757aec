import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { gridBlocks, gridToScene } from "../../../widgets/shared/grid";
import { shortenMiddle, textWidth, wrap } from "../../../widgets/shared/text";
import { light } from "../../../widgets/shared/theme";

test("lines contain all words in order and are within the limit, except for longer words", () => {
  const words = fc.array(fc.stringMatching(/^[a-z食]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), (list, columns) => {
      const lines = wrap(list.join(" "), columns);
      assert.equal(lines.join(" "), list.join(" "));
      for (const line of lines) assert.ok(textWidth(line) <= columns || !line.includes(" "));
    }),
  );
});

test("combining characters have no width, and joined emoji take two columns", () => {
  const widths = {
    "x\u0327\u030c": 1,
    "e\u0301": 1,
    "👩‍👩‍👧‍👦": 2,
    "👍🏽": 2,
    "❤️": 1,
    "\u200eab\u200f": 2,
    东京: 4,
    한국: 4,
    שָׁ: 1,
  };
  for (const [text, columns] of Object.entries(widths)) assert.equal(textWidth(text), columns, text);
});

test("a shortened name keeps both ends, within its columns", () => {
  assert.equal(shortenMiddle("one two three four five", 11), "one t… five");
  assert.equal(shortenMiddle("机构名称机构名称政府", 9), "机构…政府");
  assert.equal(shortenMiddle("short", 5), "short");
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z食]{0,30}$/), fc.integer({ min: 3, max: 30 }), (text, columns) => {
      const cut = shortenMiddle(text, columns);
      assert.ok(textWidth(cut) <= columns);
      const [start, end] = cut === text ? [text, ""] : cut.split("…");
      assert.ok(text.startsWith(start) && text.endsWith(end));
    }),
  );
});

test("a long caption of a narrow table wraps within the picture", () => {
  const caption = "this table is narrow but its caption ".repeat(5).trim();
  const { marks, width } = gridToScene(
    { caption, head: [[{ text: "a" }]], rows: [[{ text: "1" }]], align: ["right"] },
    light,
  );
  const bold = marks.filter((mark) => mark.mark === "text" && mark.bold && mark.text.length > 1);
  assert.ok(bold.length >= 3);
  for (const mark of bold) if (mark.mark === "text") assert.ok(textWidth(mark.text) * 9 <= width);
});

test("a table that is too wide is divided, each part with the first column, and headings keep their columns", () => {
  const cells = (texts: readonly string[]) => texts.map((text) => ({ text }));
  const grid = {
    caption: "scores",
    head: [
      [{ text: "" }, { text: "train", span: 2 }, { text: "test", span: 2 }],
      cells(["model", "here", "paper", "here", "paper"]),
    ],
    rows: [cells(["first", "1", "2", "3", "4"])],
    align: ["left", "right", "right", "right", "right"] as const,
  };
  const textsOf = (blocks: readonly (typeof grid | ReturnType<typeof gridBlocks>[number])[]) =>
    blocks.map(({ head, rows }) => [...head, ...rows].map((row) => row.map(({ text }) => text).join(" ")));
  assert.deepEqual(textsOf(gridBlocks(grid, 1000)), textsOf([grid]));
  const blocks = gridBlocks(grid, 200);
  assert.deepEqual(textsOf(blocks), [
    [" train", "model here paper", "first 1 2"],
    [" test", "model here paper", "first 3 4"],
  ]);
  assert.deepEqual(
    blocks.map(({ caption, align }) => [caption, align.length]),
    [
      ["scores", 3],
      [undefined, 3],
    ],
  );
  const columns = textsOf(gridBlocks(grid, 120)).map(([, heading, row]) => [heading, row]);
  assert.deepEqual(
    columns.flat().filter((text) => text.startsWith("first")),
    ["first 1", "first 2", "first 3", "first 4"],
  );
});
