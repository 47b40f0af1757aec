import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EntityDetector } from "../../src/detector/entity-detector";
import { chromiumPath, launchChromium } from "../../test/support/chromium";
import { attention, trajectories } from "../../widgets";
import { renderWidget } from "../../widgets/shared/save";

/** A sentence with nested entities, and a head in which the prior moves the attention of its cell line to the words around it. */
const subject = {
  text: "The human IL-4 gene promoter is active in EBV-transformed human B cell lines but not in resting T lymphocytes.",
  attention: { layer: 3, head: 1, proposal: 11 },
  /** The first predicted entity, which contains the second. */
  trajectories: { view: "plane", selected: "predicted 0" },
} as const;

const size = { width: 1497, height: 700 };

/**
 * Writes the README's picture: a screenshot of two widgets side by side, of a sentence that the ready model `genia` reads.
 * @throws Error without Chromium
 */
export async function takePicture(file: string): Promise<void> {
  const program = chromiumPath();
  if (!program)
    throw new Error("The picture needs Chromium: put it on the PATH, or name it in PNR_CHROMIUM.");
  const folder = mkdtempSync(join(tmpdir(), "pnr-picture-"));
  try {
    using detector = await EntityDetector.load("genia");
    const trace = await detector.trace(subject.text);
    const write = async (name: string, content: ReturnType<typeof renderWidget>): Promise<string> => {
      const path = join(folder, name);
      writeFileSync(path, await content);
      return pathToFileURL(path).href;
    };
    const paths = trajectories(trace, { judged: false });
    const shownPaths = { ...paths, state: { ...paths.state, ...subject.trajectories } };
    const pages = [
      await write("attention.html", renderWidget(attention(trace, subject.attention), "attention.html")),
      await write("paths.html", renderWidget(shownPaths, "paths.html")),
    ];
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
      await page.waitForTimeout(1000); // fonts and figures settle
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
iframe { border: 0; width: 960px; height: ${size.height / 0.86}px; zoom: 0.86; }
iframe + iframe { width: 860px; height: ${size.height / 0.78}px; zoom: 0.78; border-left: 1px solid #d0d7de; }
`;
