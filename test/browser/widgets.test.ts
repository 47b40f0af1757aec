import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { scoresByLength, sentence, table } from "../../widgets/index";
import { renderWidget } from "../../widgets/shared/save";
import type { WidgetInstance } from "../../widgets/shared/widget";
import { fakeScores, kitchen } from "../widgets/fake";
import { testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";

const folder = mkdtempSync(join(tmpdir(), "pnr-widgets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function addressOf<P, S extends object, D>(instance: WidgetInstance<P, S, D>): Promise<string> {
  const file = join(folder, `${instance.widget.kind}.html`);
  writeFileSync(file, await renderWidget(instance, file));
  return `file://${file}`;
}

const { tokens, gold, predicted } = kitchen;

testWith(
  ["chromium"],
  "on a narrow screen, words stay large enough to read, and the page does not scroll sideways",
  async () => {
    const { page, errors, close } = await openWindow();
    try {
      await page.setViewportSize({ width: 360, height: 800 });
      await page.goto(await addressOf(sentence({ tokens, entities: gold, predicted })));
      const word = page.locator(".pnr-part svg text", { hasText: /^Grandmother$/ });
      await word.waitFor();
      const box = (await word.boundingBox()) ?? assert.fail("no word");
      assert.ok(box.height >= 9, `a word is ${box.height} pixels high`);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assert.equal(overflow, 0, "wide parts scroll separately");
      await saveScreenshot(page, "narrow");
      assert.deepEqual(errors, []);
    } finally {
      await close();
    }
  },
);

testWith(
  ["chromium"],
  "a printed figure is complete: smaller than on the screen, without controls",
  async () => {
    const { page, close } = await openWindow();
    try {
      await page.goto(await addressOf(scoresByLength([{ name: "run", scores: fakeScores(0) }])));
      const drawing = page.locator(".pnr .svg-container");
      await drawing.waitFor();
      const width = async (): Promise<number> => (await drawing.boundingBox())?.width ?? 0;
      const onScreen = await width();
      const printed = await page.evaluate(async () => {
        const paper = 718; // pixels of A4 between the margins
        const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
        const printRules = rules.filter(
          (rule): rule is CSSMediaRule =>
            rule instanceof CSSMediaRule && rule.conditionText.startsWith("print"),
        );
        const applies = ({ conditionText }: CSSMediaRule): boolean => {
          const [, maxWidth = "9999"] = /max-width: (\d+)px/.exec(conditionText) ?? [];
          return paper <= Number(maxWidth);
        };
        const style = document.createElement("style");
        style.textContent = printRules
          .filter(applies)
          .flatMap((rule) => [...rule.cssRules].map(({ cssText }) => cssText))
          .join("\n");
        document.head.append(style);
        const part = document.querySelector(".pnr-part");
        return { paper, overflow: part && getComputedStyle(part).overflowX };
      });
      assert.ok(onScreen > printed.paper, "on the screen it is wider than paper");
      assert.ok((await width()) <= printed.paper, `${await width()} pixels on ${printed.paper} of paper`);
      assert.equal(printed.overflow, "visible");
      assert.equal(await page.locator(".pnr-bar").isVisible(), false);
    } finally {
      await close();
    }
  },
);

testWith(["chromium"], "a tooltip does not outlive its mark, and the tool bar covers no title", async () => {
  const { page, close } = await openWindow();
  try {
    await page.goto(await addressOf(scoresByLength([{ name: "run", scores: fakeScores(0) }])));
    const pointAt = async (selector: string): Promise<void> => {
      const { x, y, width, height } = (await page.locator(selector).first().boundingBox()) ?? assert.fail();
      await page.mouse.move(x + width / 2, y + height / 2);
    };
    await page.locator(".pnr .barlayer .point path").first().waitFor();
    await pointAt(".pnr .barlayer .point path");
    const tooltip = page.locator(".pnr .hovertext");
    await tooltip.waitFor();
    const toolBar = (await page.locator(".pnr .modebar").boundingBox()) ?? assert.fail("no tool bar");
    for (const title of await page.locator(".pnr .annotation").all()) {
      const box = (await title.boundingBox()) ?? assert.fail("no title");
      const isBelow = toolBar.y > box.y + box.height || box.y > toolBar.y + toolBar.height;
      assert.ok(isBelow || toolBar.x > box.x + box.width || box.x > toolBar.x + toolBar.width);
    }
    await page.locator(".pnr").getByLabel("marks").selectOption("points"); // the pointer stays where it is
    await page.locator(".pnr .scatterlayer .points path.point").first().waitFor();
    assert.equal(await tooltip.count(), 0, "its mark is gone");
    await pointAt(".pnr .scatterlayer .points path.point");
    await tooltip.waitFor();
    await page.mouse.move(5, 5);
    await page.waitForFunction(() => document.querySelectorAll(".pnr .hovertext").length === 0);
  } finally {
    await close();
  }
});

testWith(
  ["chromium"],
  "controls, panels and menu work with the keyboard, and the focus is always visible",
  async () => {
    const { page, close } = await openWindow();
    try {
      await page.goto(await addressOf(sentence({ tokens, entities: gold, predicted })));
      const types = page.locator("summary", { hasText: "types" });
      await types.focus();
      for (const key of ["Enter", "Tab", "Space"]) await page.keyboard.press(key);
      await page.locator("summary", { hasText: "types: 2" }).waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await types.evaluate((element) => element === document.activeElement), true);
      assert.equal(await page.locator("details.pnr-multiple[open]").count(), 0);
      await page.locator(".pnr").focus();
      for (let stop = 0; stop < 12; stop++) {
        await page.keyboard.press("Tab");
        const outline = await page.evaluate(() => {
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
          return `${outlineStyle} ${outlineWidth}`;
        });
        assert.equal(outline, "solid 2px", `stop ${stop}`);
      }
    } finally {
      await close();
    }
  },
);

testWith(["chromium"], "every control and every mark has a name in the accessibility tree", async () => {
  const { page, close } = await openWindow();
  try {
    const addresses = [
      await addressOf(scoresByLength([{ name: "run", scores: fakeScores(0) }])),
      await addressOf(sentence({ tokens, entities: gold, predicted })),
      await addressOf(table(Array.from({ length: 200 }, (_, row) => ({ row })))),
    ];
    for (const address of addresses) {
      await page.goto(address);
      await page.locator(".pnr").waitFor();
      const session = await page.context().newCDPSession(page);
      const { nodes } = await session.send("Accessibility.getFullAXTree");
      const roles = ["button", "combobox", "slider", "checkbox", "toolbar", "figure", "image", "menu"];
      const controls = nodes.filter(({ ignored, role }) => !ignored && roles.includes(String(role?.value)));
      assert.ok(controls.length >= 3, address);
      for (const { role, name } of controls)
        assert.ok(name?.value, `a ${role?.value} without a name in ${address}`);
    }
  } finally {
    await close();
  }
});
