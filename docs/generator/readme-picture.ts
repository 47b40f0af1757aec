import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromiumPath, launchChromium } from "../../test/support/chromium";

/** A sentence of the test split with nested entities, and a head that attends to nearby tokens. */
const subject = {
  sentence: 17,
  attention: ["--layer", "3", "--head", "2"],
  /** The entity whose trajectory is selected. */
  entity: "✓ predicted (16, 19, cell_line)",
} as const;

const size = { width: 1500, height: 800 };

/**
 * Writes the README's picture: a screenshot of two widgets side by side, as `npx pnr plot` writes them.
 * @param run folder of the model that `npm start` trains
 * @throws Error without Chromium
 */
export async function takePicture(root: string, run: string, file: string): Promise<void> {
  const program = chromiumPath();
  if (!program)
    throw new Error("The picture needs Chromium: put it on the PATH, or name it in PNR_CHROMIUM.");
  const folder = mkdtempSync(join(tmpdir(), "pnr-picture-"));
  try {
    const plot = (name: string, options: readonly string[]): string => {
      const page = join(folder, `${name}.html`);
      const sentence = ["--corpus", join(root, "data/sample"), "--sentence", String(subject.sentence)];
      const main = join(root, "dist/src/cli/main.js");
      execFileSync(process.execPath, [
        main,
        "plot",
        name,
        "--run",
        run,
        ...sentence,
        ...options,
        "--out",
        page,
      ]);
      return pathToFileURL(page).href;
    };
    const pages = [plot("attention", subject.attention), plot("trajectories", [])];
    const browser = await launchChromium(program);
    try {
      const page = await browser.newPage({ viewport: size, deviceScaleFactor: 1.15 });
      await page.goto(pathToFileURL(folder).href);
      const frames = pages.map((address) => `<iframe src="${address}"></iframe>`).join("");
      await page.setContent(`<style>${style}</style>${frames}`);
      for (const frame of page.frames().slice(1)) {
        await frame.waitForSelector(".js-plotly-plot .main-svg");
        // the heading describes the state in which the page was saved, not the current choice
        await frame.addStyleTag({ content: "h1 { display: none } body { margin-top: 8px !important }" });
      }
      await page
        .frames()[2]
        .locator("select", { hasText: subject.entity })
        .selectOption({ label: subject.entity });
      await page.waitForTimeout(2000); // the widget animates to the choice
      await page.mouse.move(0, 0);
      await page.screenshot({ path: file });
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (statSync(file).size > 300_000) throw new Error(`${file} is larger than 300 kB`);
}

const style = `
body { margin: 0; display: flex; background: #fff; }
iframe { border: 0; width: 760px; height: ${size.height}px; }
iframe + iframe { width: 922px; height: ${size.height / 0.8}px; zoom: 0.8; border-left: 1px solid #d0d7de; }
`;
