import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { attention } from "../../widgets/attention/attention";
import { renderWidget } from "../../widgets/shared/save";
import { table } from "../../widgets/table/table";
import { trajectories } from "../../widgets/trajectories/trajectories";
import { fakeTrace } from "../widgets/fake";
import { testWith } from "./browser-test";
import { openWindow } from "./browser-window";

const folder = mkdtempSync(join(tmpdir(), "pnr-narrow-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const trace = fakeTrace({
  tokens: Array.from({ length: 12 }, (_, i) => `${"abcdefghij".repeat(8)}${i}`),
  gold: [{ start: 2, end: 5, type: "place" }],
  predicted: [
    { start: 2, end: 5, type: "dish" },
    { start: 3, end: 4, type: "place" },
  ],
});

testWith(
  ["chromium"],
  "on a phone, a page of very long tokens does not scroll sideways, and keeps the focus",
  async () => {
    const { page, errors, close } = await openWindow();
    try {
      await page.setViewportSize({ width: 360, height: 800 });
      for (const [name, html] of [
        ["attention", await renderWidget(attention(trace, { layer: 3 }), "a.html")],
        ["trajectories", await renderWidget(trajectories(trace), "t.html")],
      ] as const) {
        const file = join(folder, `${name}.html`);
        writeFileSync(file, html);
        await page.goto(`file://${file}`);
        await page.locator(".pnr svg.main-svg").first().waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than the window`);
        const sizes = await page
          .locator(".pnr-part > svg text")
          .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
        assert.ok(sizes.length > 5 && Math.min(...sizes) > 5, `words are ${Math.min(...sizes)} pixels high`);
        const widget = page.locator(".pnr");
        const select = widget.locator("select").first();
        await select.focus();
        const before = await widget.getAttribute("aria-label");
        await page.keyboard.press("ArrowUp");
        await page.waitForFunction(
          (label) => document.querySelector(".pnr")?.getAttribute("aria-label") !== label,
          before,
        );
        assert.ok(await select.evaluate((element) => element === document.activeElement));
      }
      assert.deepEqual(errors, []);
    } finally {
      await close();
    }
  },
);

testWith(["chromium"], "on a phone, the title of a wide table wraps, and the table scrolls", async () => {
  const { page, errors, close } = await openWindow();
  try {
    await page.setViewportSize({ width: 360, height: 800 });
    const row = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`column ${i}`, "a value"]));
    const file = join(folder, "table.html");
    const caption = "a title of many words ".repeat(8);
    writeFileSync(file, await renderWidget(table([row], { caption }), "table.html"));
    await page.goto(`file://${file}`);
    const widthOf = (selector: string): Promise<number> =>
      page.locator(`.pnr-part ${selector}`).evaluate((element) => element.getBoundingClientRect().width);
    assert.ok((await widthOf("table")) > 700);
    const [title, part] = [
      await widthOf("caption > span"),
      await page.locator(".pnr-part").evaluate((one) => one.clientWidth),
    ];
    assert.ok(part <= 360 && title <= part - 8, `the title has ${title} pixels, the part ${part}`);
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
});
