import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { renderNotebookPage } from "../../notebooks/kernel/notebook-page";
import { predictionPage } from "../../src/cli/shared/prediction-pictures";
import { reportPage } from "../../src/cli/shared/report-page";
import { renderWidget } from "../../widgets/shared/save";
import { testFolder } from "../support/folders";
import { hostileCurves, hostileTokens, hostileWidgets, scripts } from "../support/hostile-widgets";
import { testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";

const folder = testFolder("hostile");

/** Moves the mouse over the page, so that tooltips appear. */
async function hover(page: Page): Promise<void> {
  const boxes = await page.locator("svg.main-svg, .pnr svg, figure svg, canvas").all();
  for (const locator of boxes.slice(0, 12)) {
    const box = await locator.boundingBox();
    if (!box) continue;
    for (const across of [0.15, 0.35, 0.55, 0.75])
      for (const down of [0.3, 0.6]) {
        await page.mouse.move(box.x + across * box.width, Math.min(1390, box.y + down * box.height));
        await page.waitForTimeout(20);
      }
  }
}

/** Elements that our pages never contain: one of them would come from a name. */
const foreign = [
  "img[src='x']",
  "iframe",
  "a[href^='javascript']",
  "a[href*='escaped.invalid']",
  "svg[onload]",
];

/** Opens a page and asserts that no name ran a script, caused a request or became an element, and that all names are readable. */
async function assertHarmless(name: string, html: string, texts: readonly string[]): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  const { page, requests, errors, close } = await openWindow();
  try {
    let dialogs = 0;
    page.on("dialog", (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    await page.goto(`file://${file}`);
    const hasWidget = await page.evaluate(() => document.querySelector("script") !== null);
    if (hasWidget && html.includes("pnr-widget")) await page.locator(".pnr").first().waitFor();
    await page.waitForTimeout(200);
    for (const summary of await page.locator("summary", { hasText: "text description" }).all())
      await summary.click();
    await hover(page);
    await saveScreenshot(page, `hostile-${name}`);
    assert.equal(
      await page.evaluate(() => (globalThis as { pwned?: number }).pwned),
      undefined,
      "a script ran",
    );
    assert.equal(dialogs, 0);
    for (const selector of foreign)
      assert.equal(await page.locator(selector).count(), 0, `${name}: ${selector} came from a name`);
    const links = await page.evaluate(() =>
      [...document.querySelectorAll("a")].map((link) =>
        String(link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href")),
      ),
    );
    assert.deepEqual(
      links.filter((link) => /javascript|invalid/.test(link)),
      [],
      `${name}: links`,
    );
    assert.deepEqual(
      requests.filter((address) => !/^(?:data|blob):/.test(address) && address !== `file://${file}`),
      [],
      `${name}: requests`,
    );
    assert.deepEqual(errors, [], `${name}: errors`);
    const text = await page.evaluate(() => document.documentElement.textContent ?? "");
    const visible = text.replaceAll(/\s+/g, "");
    for (const one of texts) assert.ok(visible.includes(one.replaceAll(/\s+/g, "")), `${name} shows ${one}`);
  } finally {
    await close();
  }
}

testWith(["chromium"], "these tests detect a name that is interpreted as HTML", async () => {
  for (const html of [`<script>pwned=1</script>`, scripts[0], scripts[2], "<p>not the expected text</p>"])
    await assert.rejects(
      assertHarmless("detected", `<body>${html}</body>`, [scripts[0]]),
      assert.AssertionError,
    );
});

for (const [name, widget] of Object.entries(hostileWidgets))
  testWith(["chromium"], `${name} shows hostile names as harmless text`, async () => {
    const html = String(await renderWidget(widget, `${name}.html`));
    await assertHarmless(name, html, [scripts[0]]);
  });

testWith(["chromium"], "a page of predictions shows hostile names as harmless text", async () => {
  const format = predictionPage({ run: scripts[0], types: [scripts[0], scripts[1]] });
  const gold = [{ start: 0, end: 2, type: scripts[1] }];
  const line = {
    tokens: hostileTokens,
    pos: hostileTokens.map(() => "X"),
    record: {},
    place: scripts[2],
    gold,
  };
  const entities = [{ start: 1, end: 3, type: scripts[0], probability: 0.9 }];
  const html = `${format.begin}${await format.sentence(line, entities)}${format.end}`;
  await assertHarmless("predictions", html, [scripts[0], scripts[2]]);
});

testWith(["chromium"], "a report shows hostile names as harmless text", async () => {
  const [image, script, link] = scripts;
  const html = await reportPage({
    title: image,
    about: script,
    sections: [
      {
        title: link,
        blocks: [
          { kind: "text", text: image },
          {
            kind: "table",
            table: { name: "table", caption: script, rows: [{ [image]: script, judged: link }] },
          },
          {
            kind: "chart",
            chart: { kind: "sweep curves", name: "curves", caption: link, results: hostileCurves },
          },
        ],
      },
    ],
  });
  await assertHarmless("report", html, [image, script, link]);
});

testWith(
  ["chromium"],
  "a notebook's page shows hostile output, errors and Markdown as harmless text",
  async () => {
    const [image, script, link] = scripts;
    const html = renderNotebookPage({
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
      cells: [
        {
          cell_type: "markdown",
          metadata: {},
          source: `# ${image}\n\n${script} [go](javascript:pwned=6) ${link}`,
        },
        {
          cell_type: "code",
          metadata: {},
          execution_count: 1,
          source: `"${script}"`,
          outputs: [
            { output_type: "stream", name: image, text: hostileTokens.join("\n") },
            { output_type: "error", ename: image, evalue: script, traceback: [link] },
            { output_type: "display_data", metadata: {}, data: { "text/plain": image } },
            {
              output_type: "display_data",
              metadata: {},
              data: { "image/png": `"><script>pwned=7</script>`, "text/plain": script },
            },
          ],
        },
      ],
    });
    await assertHarmless("notebook", html, [image, script, link]);
  },
);
