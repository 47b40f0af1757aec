import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { buildSync } from "esbuild";
import { attention } from "../../widgets/attention/attention";
import { fakeTrace } from "../widgets/fake";
import { root, testWith } from "./available";
import { keepPicture, openWindow } from "./browser";

const folder = mkdtempSync(join(tmpdir(), "pnr-own-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

testWith(
  ["chromium"],
  "a page of one's own shows a stored trace by one module, and asks for nothing else",
  async () => {
    const tokens = ["the", "soup", "of", "the", "old", "cook"];
    const entity = { start: 4, end: 6, type: "person" };
    const shown = attention(fakeTrace({ tokens, gold: [entity], predicted: [entity] }));
    const contents = `import plotly from "plotly.js-cartesian-dist-min";
    import { mount } from "./dist/widgets/browser.bundle.mjs";
    const stored = JSON.parse(document.getElementById("stored").textContent);
    const here = document.getElementById("here");
    mount(here, stored, plotly).then(async (remove) => {
      window.remove = remove;
      window.refused = await mount(here, { ...stored, widget: { kind: "none" } }, plotly).catch(String);
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
      `<!doctype html><meta charset="utf-8"><title>mine</title><div id="here"></div>
<script type="application/json" id="stored">${safe(JSON.stringify(shown))}</script>
<script>${safe(outputFiles[0].text)}</script>`,
    );
    const { page, requests, errors, close } = await openWindow();
    try {
      await page.goto(`file://${file}`);
      const widget = page.locator("#here .pnr[role=figure]");
      await widget.waitFor();
      await page.waitForFunction("window.refused");
      assert.match((await widget.getAttribute("aria-label")) ?? "", /attention/i);
      assert.ok((await widget.locator("svg text").count()) >= tokens.length, "its words are drawn");
      await keepPicture(page, "own-page");
      assert.match(String(await page.evaluate("window.refused")), /RangeError: kind: "none" is not a widget/);
      await page.evaluate("window.remove()");
      assert.equal(await widget.count(), 0);
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
