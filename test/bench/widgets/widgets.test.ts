import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { chromiumPath, launchChromium } from "../../support/chromium";
import { widgetsText } from "../tables";
import { attentionCase } from "./cases";
import { measureWidgets } from "./measure";

const run = join(__dirname, "../run.js");

test("prints one line if there is no browser", () => {
  const env = { ...process.env, PNR_CHROMIUM: "/no/such/program" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, "--widgets"], {
    env,
    encoding: "utf8",
  });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^The widgets are not measured: no chromium on the PATH .*\n$/);
});

test("uses the named browser, or the first on the PATH that is a program", () => {
  const folder = mkdtempSync(join(tmpdir(), "pnr-chromium-"));
  const [program, text] = [join(folder, "chromium-browser"), join(folder, "chromium")];
  for (const file of [program, text]) writeFileSync(file, "");
  chmodSync(program, 0o755);
  chmodSync(text, 0o644);
  const path = ["/no/such/folder", folder].join(delimiter);
  assert.equal(chromiumPath({ PATH: path }), program);
  assert.equal(chromiumPath({ PATH: "/no/such/folder" }), undefined);
  assert.equal(chromiumPath({ PATH: path, PNR_CHROMIUM: text }), undefined);
  assert.equal(chromiumPath({ PNR_CHROMIUM: program }), program);
  rmSync(folder, { recursive: true });
});

test("prints a line for each action, with whether its limit was kept", () => {
  const text = widgetsText(
    [
      { widget: "maps", action: "open", limit: 500, milliseconds: [400, 420, 900], busy: [300, 310, 320] },
      { widget: "maps", action: "head", limit: 100, milliseconds: [140, 120, 130], busy: [70, 80, 60] },
    ],
    "Chromium 1",
  );
  const [title, , ...lines] = text.split("\n");
  assert.equal(title, "Widgets in Chromium 1, plotly loaded: from the action until it is painted");
  assert.match(lines[0], /^maps +open +420 +400 – 900 +900 +310 +500 +kept$/);
  assert.match(lines[1], /^ +head +130 +120 – 140 +140 +70.0 +100 +missed$/);
});

const program = chromiumPath();

test("times opening and each step of a widget in a browser", {
  skip: program === undefined && "no chromium on the PATH",
}, async () => {
  const browser = await launchChromium(program as string);
  try {
    const small = attentionCase(12, 3, {}, { open: 1, step: 2 });
    const timings = await measureWidgets(browser, 2, () => undefined, [small]);
    assert.deepEqual(
      timings.map(({ action, limit, milliseconds }) => [action, limit, milliseconds.length]),
      [
        ["open", 1, 2],
        ["layer", 2, 6],
        ["head", 2, 6],
        ["proposal", 2, 6],
      ],
    );
    for (const { milliseconds } of timings) for (const one of milliseconds) assert.ok(one > 0);
  } finally {
    await browser.close();
  }
});
