import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { gridToScene } from "../../../widgets/shared/grid";
import { shortenWithin, textWidth, wrap } from "../../../widgets/shared/text";
import { light } from "../../../widgets/shared/theme";

test("lines hold all words in order and are no longer than asked, but for a word that is", () => {
  const words = fc.array(fc.stringMatching(/^[a-z食]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), (given, columns) => {
      const lines = wrap(given.join(" "), columns);
      assert.equal(lines.join(" "), given.join(" "));
      for (const line of lines) assert.ok(textWidth(line) <= columns || !line.includes(" "));
    }),
  );
});

test("what stands on the letter before it takes no column, and a picture of several joined ones takes two", () => {
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

test("a name that is cut keeps both its ends, within its columns", () => {
  assert.equal(shortenWithin("organization-government", 11), "organ…nment");
  assert.equal(shortenWithin("机构名称机构名称政府", 9), "机构…政府");
  assert.equal(shortenWithin("short", 5), "short");
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z食]{0,30}$/), fc.integer({ min: 3, max: 30 }), (text, columns) => {
      const cut = shortenWithin(text, columns);
      assert.ok(textWidth(cut) <= columns);
      const [start, end] = cut === text ? [text, ""] : cut.split("…");
      assert.ok(text.startsWith(start) && text.endsWith(end));
    }),
  );
});

test("a long caption of a narrow table stands in several lines, all within the picture", () => {
  const caption = "this table is narrow but its caption ".repeat(5).trim();
  const { marks, width } = gridToScene(
    { caption, head: [[{ text: "a" }]], rows: [[{ text: "1" }]], align: ["right"] },
    light,
  );
  const bold = marks.filter((mark) => mark.mark === "text" && mark.bold && mark.text.length > 1);
  assert.ok(bold.length >= 3);
  for (const mark of bold) if (mark.mark === "text") assert.ok(textWidth(mark.text) * 9 <= width);
});
