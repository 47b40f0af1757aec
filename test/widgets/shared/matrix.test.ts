import assert from "node:assert/strict";
import { test } from "node:test";
import { figureWidth } from "../../../widgets/shared/figure";
import { matrixScene } from "../../../widgets/shared/matrix";
import { light } from "../../../widgets/shared/theme";

test("texts fit into their cells, in few columns and in many", () => {
  for (const columns of [3, 12]) {
    const names = Array.from({ length: columns }, (_, column) => String(column));
    const cells = names.map(() => ({ text: "−68.25 *", share: 1, title: "" }));
    const { marks } = matrixScene(
      { title: "", rows: ["layers"], columns: names, cells: [cells] },
      light,
      figureWidth,
    );
    const widths = marks.flatMap((mark) => (mark.mark === "rect" ? [mark.width] : []));
    const sizes = marks.flatMap((mark) =>
      mark.mark === "text" && mark.text === "−68.25 *" ? [mark.size] : [],
    );
    assert.equal(widths.length, columns);
    assert.equal(sizes.length, columns);
    // a digit takes 0.63 of the size in the widest of our fonts
    for (const width of widths) assert.ok(width >= "−68.25 *".length * 0.63 * sizes[0], `${width}`);
    assert.ok(columns * (widths[0] + 2) < figureWidth);
  }
});
