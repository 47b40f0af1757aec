import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { attention } from "../../widgets/attention/attention";
import { sentence } from "../../widgets/sentence/sentence";
import { trajectories } from "../../widgets/trajectories/trajectories";
import { fakeTrace } from "../widgets/fake";
import { root, testWith } from "./browser-test";
import { openWindow, saveScreenshot } from "./browser-window";

const folder = mkdtempSync(join(tmpdir(), "pnr-anywidget-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const tokens = ["the", "soup", "of", "the", "old", "cook"];
const entity = { start: 4, end: 6, type: "person" };
const trace = fakeTrace({ tokens, gold: [entity], predicted: [entity] });
const widgets = [attention(trace), trajectories(trace), sentence({ tokens, predicted: [entity] })];

testWith(["chromium"], "the module for anywidget draws widgets and a page, and removes them", async () => {
  const contents = [
    ...widgets.map((widget) => ({ widget: JSON.stringify(widget) })),
    {
      page: '<!doctype html><p id=inner><script>history.replaceState(null, "", "#state"); inner.textContent = "model";</script>',
      height: 200,
    },
  ];
  const module = readFileSync(join(root, "dist/widgets/anywidget.bundle.mjs"), "utf8");
  const address = `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
  const file = join(folder, "page.html");
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><title>anywidget</title><body><script type="module">
const contents = ${JSON.stringify(contents).replaceAll("</", "<\\/")};
const { default: { render } } = await import("${address}");
const removals = [];
for (const content of contents) {
  const el = document.body.appendChild(document.createElement("div"));
  removals.push(await render({ model: { get: (name) => name === "content" ? content : undefined }, el }));
}
window.removeAll = () => removals.forEach((remove) => remove());
</script>`,
  );
  const { page, errors, close } = await openWindow();
  try {
    await page.goto(`file://${file}`);
    await page.waitForFunction("window.removeAll");
    assert.equal(await page.locator(".pnr[role=figure]").count(), widgets.length);
    assert.equal(await page.frameLocator("iframe").locator("#inner").textContent(), "model");
    await saveScreenshot(page, "anywidget");
    await page.evaluate("window.removeAll()");
    assert.equal(await page.locator(".pnr[role=figure], iframe").count(), 0);
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
});

/** Takes the place of the packages anywidget and traitlets. */
const stubs: Readonly<Record<string, string>> = {
  "anywidget.py":
    "class AnyWidget:\n    def __init__(self, **values):\n        self.__dict__.update(values)\n",
  "traitlets.py": "class Dict:\n    def tag(self, **options):\n        return self\n",
};

test("the Python module passes stored widgets and pages on, and rejects other files in one line", () => {
  const modules = join(folder, "modules");
  mkdirSync(modules);
  for (const [name, text] of Object.entries(stubs)) writeFileSync(join(modules, name), text);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return JSON.stringify(join(folder, name));
  };
  const stored = write("stored.json", JSON.stringify(widgets[0]));
  const model = write("model.html", "<p>model");
  const others = [write("list.json", "[1]"), write("cut.json", '{"widget": ')];
  const program = `
from pnr_anywidget import show, show_page
widget = show(${stored})
print(len(widget.content["widget"]), "render" in widget._esm)
print(show_page(${model}, 300).content)
for path in [${others.join(", ")}]:
    try:
        show(path)
    except ValueError as error:
        print(error)
`;
  const path = [modules, join(root, "widgets/anywidget")].join(process.platform === "win32" ? ";" : ":");
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1" },
  });
  assert.equal(status, 0, stderr);
  const [first, second, list, cut] = stdout.trim().split("\n");
  assert.equal(first, `${JSON.stringify(widgets[0]).length} True`);
  assert.equal(second, "{'page': '<p>model', 'height': 300}");
  assert.match(list, /list\.json: is not a stored widget; write JSON\.stringify/);
  assert.match(cut, /cut\.json: is not JSON: /);
});
