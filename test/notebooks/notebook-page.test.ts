import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import type { Notebook, Output } from "../../notebooks/kernel/notebook-file";
import { type PageLinks, renderNotebookPage } from "../../notebooks/kernel/notebook-page";

const hostile = "<img src=x onerror=alert(1)>";

function notebook(outputs: Output[], markdown = "# A *title*\n\nText."): Notebook {
  return {
    cells: [
      { cell_type: "markdown", metadata: {}, source: markdown },
      {
        cell_type: "code",
        metadata: {},
        execution_count: 3,
        source: ["const a = 1;\n", `"${hostile}"`],
        outputs,
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

const render = (outputs: Output[], markdown?: string): Document =>
  new JSDOM(renderNotebookPage(notebook(outputs, markdown))).window.document;

const display = (data: Record<string, string>, metadata: Record<string, unknown> = {}): Output => ({
  output_type: "display_data",
  data,
  metadata,
});

test("text is never read as HTML, wherever it comes from", () => {
  const page = render(
    [
      { output_type: "stream", name: "stdout", text: `${hostile}\n` },
      { output_type: "stream", name: "stderr", text: hostile },
      { output_type: "error", ename: "Error", evalue: hostile, traceback: [`Error: ${hostile}`] },
      { output_type: "execute_result", execution_count: 3, metadata: {}, data: { "text/plain": hostile } },
      display({ "image/png": `AAAA"><script>alert(2)</script>`, "text/plain": hostile }),
    ],
    `# ${hostile}\n\n${hostile}`,
  );
  assert.equal(page.querySelectorAll("[onerror]").length, 0);
  assert.equal(page.querySelectorAll("script").length, 0);
  assert.equal(page.title, hostile);
  const texts = [...page.querySelectorAll(".output pre")].map((element) => element.textContent?.trim());
  assert.deepEqual(texts, [hostile, hostile, `Error: ${hostile}`, hostile]);
  assert.equal(page.querySelector("img")?.alt, hostile);
  assert.match(page.querySelector(".code")?.textContent ?? "", /const a = 1;\n"<img/);
});

test("HTML, with its scripts, is preferred to a picture, and a picture to text", () => {
  const bundle = { "text/plain": "words", "image/png": "AAAA" };
  const page = render([
    display({ ...bundle, "text/html": "<b>rich</b><script>window.ran = 1</script>" }),
    display(bundle, { "image/png": { width: 320 } }),
    display({ "text/plain": "words" }),
  ]);
  const outputs = [...page.querySelectorAll(".output")].map((element) => element.innerHTML);
  assert.deepEqual(outputs, [
    "<b>rich</b><script>window.ran = 1</script>",
    '<img width="320" alt="words" src="data:image/png;base64,AAAA">',
    '<pre class="result">words</pre>',
  ]);
});

test("terminal colors are removed", () => {
  const page = render([{ output_type: "stream", name: "stdout", text: "\u001b[31mred\u001b[0m" }]);
  assert.equal(page.querySelector(".output")?.textContent, "red");
});

test("the page has a title and a policy that forbids every request", () => {
  const page = render([]);
  assert.equal(page.title, "A title");
  const policy = page.querySelector("meta[http-equiv]")?.getAttribute("content") ?? "";
  assert.match(policy, /^default-src 'none'/);
  assert.doesNotMatch(policy, /https?:|\*/);
  assert.equal(page.querySelectorAll("link, [src^=http], [href^=http]").length, 0);
});

test("links to notebooks lead to their pages if there are any, and headings have ids", () => {
  const text =
    "# The *first* part\n\n[a](01-a.ipynb) [b](01-a.ipynb#The-first-part) [c](../x/01-a.ipynb) [e](02-b.ipynb) [d](https://example.org/d.ipynb)";
  const index = { href: "index.html", title: "All" };
  const hrefs = (links?: PageLinks): (string | null)[] => {
    const { document } = new JSDOM(renderNotebookPage(notebook([], text), links)).window;
    assert.equal(document.querySelector("h1")?.id, "The-first-part");
    return [...document.querySelectorAll(".text a")].map((link) => link.getAttribute("href"));
  };
  const others = ["02-b.ipynb", "https://example.org/d.ipynb"];
  const pages = new Set(["01-a"]);
  assert.deepEqual(hrefs({ index, pages }), [
    "01-a.html",
    "01-a.html#The-first-part",
    "01-a.html",
    ...others,
  ]);
  assert.deepEqual(hrefs(), ["01-a.ipynb", "01-a.ipynb#The-first-part", "../x/01-a.ipynb", ...others]);
});
