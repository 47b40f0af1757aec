import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { buildSync } from "esbuild";
import { attention } from "../../widgets/attention/attention";
import { fakeTrace } from "../widgets/fake";
import { root, testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";

const folder = mkdtempSync(join(tmpdir(), "pnr-own-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

testWith(
  ["chromium"],
  "your own page shows a stored trace with one module, without other requests",
  async () => {
    const tokens = ["the", "soup", "of", "the", "old", "cook"];
    const entity = { start: 4, end: 6, type: "person" };
    const widget = attention(fakeTrace({ tokens, gold: [entity], predicted: [entity] }));
    const contents = `import plotly from "plotly.js-cartesian-dist-min";
    import { mount } from "./dist/widgets/browser.bundle.mjs";
    const stored = JSON.parse(document.getElementById("stored").textContent);
    const container = document.getElementById("container");
    mount(container, stored, plotly).then(async (remove) => {
      window.remove = remove;
      window.failure = await mount(container, { ...stored, widget: { kind: "none" } }, plotly).catch(String);
    });`;
    const { outputFiles } = buildSync({
      stdin: { contents, resolveDir: root },
      bundle: true,
      write: false,
      format: "iife",
      platform: "browser",
    });
    const file = join(folder, "page.html");
    const safe = (text: string): string => text.replaceAll("</script", "<\\/script");
    writeFileSync(
      file,
      `<!doctype html><meta charset="utf-8"><title>mine</title><div id="container"></div>
<script type="application/json" id="stored">${safe(JSON.stringify(widget))}</script>
<script>${safe(outputFiles[0].text)}</script>`,
    );
    const { page, requests, errors, close } = await openWindow();
    try {
      await page.goto(`file://${file}`);
      const figure = page.locator("#container .pnr[role=figure]");
      await figure.waitFor();
      await page.waitForFunction("window.failure");
      assert.match((await figure.getAttribute("aria-label")) ?? "", /attention/i);
      assert.ok((await figure.locator("svg text").count()) >= tokens.length, "its words are drawn");
      await saveScreenshot(page, "own-page");
      assert.match(String(await page.evaluate("window.failure")), /RangeError: kind: "none" is not a widget/);
      await page.evaluate("window.remove()");
      assert.equal(await figure.count(), 0);
      assert.deepEqual(
        requests.filter((request) => !/^(?:data|blob):/.test(request)),
        [`file://${file}`],
      );
      assert.deepEqual(errors, []);
    } finally {
      await close();
    }
  },
);
