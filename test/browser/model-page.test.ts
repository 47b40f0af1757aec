import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import type { Page } from "playwright-core";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors, writeModel } from "../../src/detector/storage";
import { startBackend } from "../../src/engine/backends";
import { pnr } from "../cli/pnr";
import { trainArgs } from "../cli/tiny-run";
import { testWith } from "./browser-test";
import { openWindow, saveScreenshot, type Window } from "./browser-window";

const folder = mkdtempSync(join(tmpdir(), "pnr-model-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const [run, file] = ["run", "model.html"].map((name) => join(folder, name));
const example = "Human B cells express the IL-2 gene.";
const two = "The IL-2 gene is active. Activated T cells express it.";

before(async () => {
  await startBackend("wasm");
  const limits = ["training.limitTrain=96", "training.limitDev=8", "--epochs", "2", "--engine", "wasm"];
  const trained = await pnr(trainArgs("sample", run, ...limits));
  assert.equal(trained.code, 0, trained.stderr);
  const written = await pnr(["page", "--run", run, "--example", example, "--example", two, "--out", file]);
  assert.equal(written.code, 0, written.stderr);
});

/** Opens the page without a network. Every message on the console is an error. */
async function open(address = ""): Promise<Window> {
  const window = await openWindow();
  window.page.on("console", (message) => window.errors.push(message.text()));
  await window.page.context().setOffline(true);
  await window.page.goto(`file://${file}${address}`);
  await window.page.locator("body[data-ready]").waitFor();
  return window;
}

/** Waits for the result of the last change. */
const idle = (page: Page): Promise<void> => page.locator(".results:not([aria-busy])").waitFor();

function assertClean({ requests, errors }: Window): void {
  assert.deepEqual(errors, []);
  assert.deepEqual(
    requests.filter((address) => !/^(?:file|blob|data):/.test(address)),
    [],
  );
}

async function descriptionOf(page: Page, title: string): Promise<string> {
  const widget = page
    .locator(`h2:has-text("${title}") + p + .widget, h2:has-text("${title}") + .widget`)
    .first();
  const details = widget.locator(".pnr-words");
  if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  return details.locator("pre").innerText();
}

testWith(["chromium"], "the page finds what Node finds in a text, with a threshold", async () => {
  const window = await open(`#${new URLSearchParams({ text: two, threshold: "0.02", sentence: "1" })}`);
  try {
    const { page } = window;
    const rounded = join(folder, "rounded.json");
    const detector = await EntityDetector.load(run);
    writeModel(rounded, detector.description, parameterTensors(detector.network.parameters), {
      weights: "f16",
    });
    detector.dispose();
    using small = await EntityDetector.load(rounded);
    const texts = await small.predict(two, { threshold: 0.02 });
    assert.ok(texts[1].entities.length > 0);
    const description = await descriptionOf(page, "Entities");
    const expected = texts[1].entities.map(
      ({ type, probability, text }) => `${type} ${probability.toFixed(2)}: ${text}`,
    );
    for (const line of expected) assert.ok(description.includes(line), `${line} in:\n${description}`);
    assert.equal(description.split("\n").length, 2 + expected.length);
    const sentences = await page.locator(".sentences li").allInnerTexts();
    assert.deepEqual(
      sentences,
      texts.map(({ sentence, entities }) => {
        const count = entities.length === 1 ? "1 entity" : `${entities.length} entities`;
        return `${sentence.text} (${count})`;
      }),
    );
    assertClean(window);
  } finally {
    await window.close();
  }
});

testWith(
  ["chromium"],
  "an edit and switches show what changes, and the address and a saved page keep it",
  async () => {
    const window = await open();
    try {
      const { page } = window;
      assert.match(await page.locator("footer").innerText(), /own kernels, 1 thread, relaxed SIMD/);
      await page.getByLabel("text", { exact: true }).fill(example.replace("IL-2", "IL-4"));
      await page.keyboard.press("Enter");
      await page
        .getByText(/^The edit gains/)
        .first()
        .waitFor();
      await page.getByLabel("Gaussian prior in attention").uncheck();
      await page.getByLabel("head 1.2", { exact: true }).uncheck();
      await page.getByRole("heading", { name: "Entities with the prior off and without head 1.2" }).waitFor();
      await page.getByRole("heading", { name: "Entities as trained" }).waitFor();
      await page.getByText(/^This gains/).waitFor();
      const address = decodeURIComponent(new URL(page.url()).hash.replaceAll("+", " "));
      assert.match(address, /^#text=Human B cells express the IL-4 gene.*&prior=off&without=1\.2$/);
      await saveScreenshot(page, "model-page");

      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "save this page" }).click();
      const saved = join(folder, "saved.html");
      await (await saving).saveAs(saved);
      assert.ok(Math.abs(statSync(saved).size - statSync(file).size) < 5000, "the page does not grow");
      await page.goto("about:blank");
      await page.goto(`file://${saved}`);
      await page.locator("body[data-ready]").waitFor();
      assert.equal(await page.getByLabel("head 1.2", { exact: true }).isChecked(), false);
      await page.getByRole("heading", { name: "Entities with the prior off and without head 1.2" }).waitFor();
      assertClean(window);
    } finally {
      await window.close();
    }
  },
);

testWith(["chromium"], "a text that is not submitted counts, and what the reader chose stays", async () => {
  const window = await open(`#${new URLSearchParams({ text: two })}`);
  try {
    const { page } = window;
    const head = page.locator('h2:has-text("Attention") + .widget').getByRole("combobox", { name: /^head/ });
    const another = (await head.inputValue()) === "2" ? "1" : "2";
    await head.selectOption(another);
    await page.getByLabel("text", { exact: true }).fill(two.replace("IL-2", "IL-4"));
    await page.getByLabel("Gaussian prior in attention").uncheck();
    await idle(page);
    await page.getByRole("heading", { name: "Entities with the prior off" }).waitFor();
    const address = decodeURIComponent(new URL(page.url()).hash.replaceAll("+", " "));
    assert.match(address, /^#text=The IL-4 .*&original=The IL-2 .*&prior=off$/);
    assert.equal(await head.inputValue(), another);

    await page.locator(".sentences button").nth(1).press("Enter");
    await idle(page);
    const chosen = page.locator(".sentences [aria-current]", { hasText: /^Activated/ });
    assert.ok(await chosen.evaluate((button) => button === document.activeElement));
    assertClean(window);
  } finally {
    await window.close();
  }
});

testWith(
  ["chromium"],
  "HTML, symbols, line breaks and single characters are text like any other",
  async () => {
    const window = await open();
    try {
      const { page } = window;
      const texts = [
        "<img src=x onerror=alert(1)> <b>gene</b> &amp;",
        "👩‍🔬 gene 🧬 \ud800.",
        "gene\r\n\n\tcell",
        "中",
      ];
      for (const text of texts) {
        await page.getByLabel("text", { exact: true }).fill(text);
        await page.keyboard.press("Enter");
        await idle(page);
        assert.equal(await page.locator("p.status").innerText(), "");
        const words = await page.locator(".pnr svg").first().textContent();
        assert.ok(words?.includes(text.match(/onerror|gene|中/)?.[0] ?? ""), `${text}: ${words}`);
      }
      assert.equal(await page.locator(".results img, .results b").count(), 0);
      assertClean(window);
    } finally {
      await window.close();
    }
  },
);

testWith(["chromium"], "an empty text, no layers and a damaged page give one plain line", async () => {
  const window = await open("#text=a&layers=0");
  try {
    const { page } = window;
    await page.getByRole("heading", { name: "Entities after 0 of" }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "Attention" }).count(), 0);
    await page.getByLabel("text", { exact: true }).fill("  ");
    await page.getByRole("button", { name: "find entities" }).click();
    await page.getByRole("status").filter({ hasText: "Type at least one word." }).waitFor();
    assertClean(window);
    const damaged = join(folder, "damaged.html");
    writeFileSync(damaged, readFileSync(file, "utf8").replace(/(id="pnr-weights">.{400}).{5}/, "$1"));
    await page.goto(`file://${damaged}`);
    await page.getByText(/^The model cannot run here: /).waitFor();
  } finally {
    await window.close();
  }
});

testWith(
  ["chromium"],
  "on a phone, nothing is wider than the page, and the keyboard reaches everything",
  async () => {
    const window = await open(`#${new URLSearchParams({ text: two })}`);
    try {
      const { page } = window;
      await page.setViewportSize({ width: 360, height: 740 });
      await page.waitForTimeout(300);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(excess, 0);
      await saveScreenshot(page, "model-page-phone");
      await page.getByLabel("text", { exact: true }).focus();
      const reached = new Set<string>();
      for (let i = 0; i < 24; i++) {
        await page.keyboard.press("Tab");
        reached.add(
          await page.evaluate(() => {
            const element = document.activeElement as HTMLElement;
            return element.getAttribute("aria-label") ?? element.textContent ?? "";
          }),
        );
      }
      for (const name of ["find entities", "save this page", "head 1.1"])
        assert.ok(
          [...reached].some((text) => text.includes(name)),
          `${name} in ${[...reached].join(", ")}`,
        );
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator(".controls").isVisible(), false, "paper has no controls");
      assertClean(window);
    } finally {
      await window.close();
    }
  },
);
