import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { JSDOM } from "jsdom";
import { writePages } from "../../notebooks/kernel/pages";
import { testFolder } from "../support/folders";

const folder = testFolder("pages");

const notebook = (title: string) =>
  JSON.stringify({
    cells: [{ cell_type: "markdown", metadata: {}, source: `# ${title}` }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });

const names = [
  "00-plain",
  "javascript:alert(1)",
  "data:text,x",
  "a#b?c%41d",
  "<img src=x onerror=alert(1)>",
  "\"'onclick=alert(1) ",
  "..\\escaped",
  "C:escaped",
  "我 😀",
];

test("links among the pages lead to these pages alone, whatever the notebooks are called", () => {
  for (const name of names) writeFileSync(join(folder, `${name}.ipynb`), notebook(`of ${name}`));
  const index = writePages(folder, []);
  const pages = names.map((name) => `${name}.html`);
  assert.deepEqual(
    readdirSync(folder).sort(),
    [...names.map((name) => `${name}.ipynb`), ...pages, "index.html"].sort(),
  );
  for (const page of [basename(index), ...pages]) {
    const path = join(folder, page);
    const { document } = new JSDOM(readFileSync(path, "utf8"), { url: pathToFileURL(path).href }).window;
    const links = [...document.querySelectorAll("a")].map(({ href }) => basename(fileURLToPath(href)));
    const expected = page === "index.html" ? pages : [...pages, "index.html"];
    assert.ok(links.length > 0);
    for (const link of links) assert.ok(expected.includes(link), `${page} leads to ${link}`);
    if (page === "index.html") assert.deepEqual([...new Set(links)].sort(), pages.slice().sort());
    assert.equal(document.querySelectorAll("img[onerror], [onclick]").length, 0);
  }
});
