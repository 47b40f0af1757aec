import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { JSDOM } from "jsdom";
import { writePages } from "../../notebooks/kernel/page-set";
import { testFolder } from "../support/folders";

const notebook = (source: string) =>
  JSON.stringify({
    cells: [{ cell_type: "markdown", metadata: {}, source }],
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

test("links between pages lead only to these pages, whatever the names of the notebooks", () => {
  const folder = testFolder("pages");
  for (const name of names) writeFileSync(join(folder, `${name}.ipynb`), notebook(`# of ${name}`));
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

test("an entry of the index shows whole sentences; abbreviations and numbers do not end one", () => {
  const folder = testFolder("index");
  const entryOf = (paragraph: string): string => {
    writeFileSync(join(folder, "a.ipynb"), notebook(`# A\n\n${paragraph}`));
    const { document } = new JSDOM(readFileSync(writePages(folder, []), "utf8")).window;
    return document.querySelector(".card p")?.textContent ?? "";
  };
  const long = "and so on ".repeat(40);
  const short = "One. Two.";
  assert.equal(entryOf(short), short);
  assert.equal(entryOf(`First. It follows (Eq. 8 and 9) ${long}`), "First.");
  assert.equal(
    entryOf(`**First.** *Second*! It moves 1.5 tokens as Wen et al. say ${long}`),
    "First. Second!",
  );
  assert.match(entryOf(long), /^and so on .* …$/);
});
