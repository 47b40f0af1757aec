import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { joined, readNotebook } from "../../notebooks/kernel/notebook-file";
import { moveLinks } from "../../notebooks/kernel/notebook-links";

test("relative links lead to the same files from another folder, and others stay", () => {
  const moved = (link: string): string => moveLinks(`See [text](${link}).`, "/p/notebooks", "/p/out/all");
  assert.equal(moved("01-a.ipynb"), "See [text](../../notebooks/01-a.ipynb).");
  assert.equal(moved("../docs/b.md#Part-two"), "See [text](../../docs/b.md#Part-two).");
  for (const link of ["#Part", "https://example.org/a", "/absolute", "mailto:a@example.org"])
    assert.equal(moved(link), `See [text](${link}).`);
});

test("the links of the notebooks lead to files, in their folder and from the pages in out", () => {
  const folder = join(__dirname, "../../../notebooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  const links = names.flatMap((name) =>
    readNotebook(join(folder, name)).cells.flatMap((cell) => {
      if (cell.cell_type !== "markdown") return [];
      const linksIn = (text: string): string[] =>
        [...text.matchAll(/\]\(([^)#:]+)[)#]/g)].map(([, link]) => link);
      const [here, moved] = [
        joined(cell.source),
        moveLinks(joined(cell.source), folder, join(folder, "../out")),
      ];
      return [
        ...linksIn(here).map((link) => join(folder, link)),
        ...linksIn(moved).map((link) => join(folder, "../out", link)),
      ];
    }),
  );
  assert.ok(links.length > 10);
  assert.deepEqual(
    links.filter((link) => !existsSync(link)),
    [],
  );
});
