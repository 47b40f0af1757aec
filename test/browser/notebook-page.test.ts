import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { executeNotebook } from "../../notebooks/kernel/execute-notebook";
import { readNotebook } from "../../notebooks/kernel/notebook-file";
import { renderNotebookPage } from "../../notebooks/kernel/notebook-page";
import { testWith } from "./browser-test";
import { openWindow, operateWidget, saveScreenshot } from "./browser-window";
import { cells, writeNotebook } from "./test-notebook";

const folder = mkdtempSync(join(tmpdir(), "pnr-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let address: Promise<string> | undefined;

/** The address of the page of an executed notebook, which is written once. */
function pageAddress(): Promise<string> {
  address ??= (async () => {
    const executed = join(folder, "executed.ipynb");
    await executeNotebook(writeNotebook(folder, "test.ipynb", cells(folder, "1 + 1")), executed);
    const page = join(folder, "test.html");
    writeFileSync(page, renderNotebookPage(readNotebook(executed)));
    return `file://${page}`;
  })();
  return address;
}

testWith(["chromium"], "an exported page works from a file, without other requests", async () => {
  const address = await pageAddress();
  const { page, requests, errors, close } = await openWindow();
  try {
    await page.goto(address);
    await operateWidget(page);
    await page.locator("#answer").filter({ hasText: "false" }).waitFor();
    await saveScreenshot(page, "page");
    assert.deepEqual(
      requests.filter((request) => !/^(?:data|blob):/.test(request)),
      [address],
    );
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
});

testWith(["chromium"], "without scripts, the page shows pictures", async () => {
  const address = await pageAddress();
  const { page, requests, close } = await openWindow(false);
  try {
    await page.goto(address);
    const picture = page.locator(".output img").first();
    const box = await picture.boundingBox();
    assert.ok(box && box.width > 500 && box.height > 200, `a large picture: ${JSON.stringify(box)}`);
    assert.match((await picture.getAttribute("alt")) ?? "", /made up/);
    assert.equal(await page.locator(".pnr").count(), 0);
    await saveScreenshot(page, "page-without-scripts");
    assert.deepEqual(
      requests.filter((request) => !/^data:/.test(request)),
      [address],
    );
  } finally {
    await close();
  }
});
