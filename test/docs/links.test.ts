import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { anchorsOf, markdownFiles, targetsOf } from "../../docs/generator/markdown";
import { relinked, sourceLinks } from "../../docs/generator/source-links";
import { testFolder } from "../support/folders";

const root = join(__dirname, "../../..");
const read = (path: string): string => readFileSync(path, "utf8");

test("every link within the project leads to a file, a folder or a heading that is there", () => {
  const broken: string[] = [];
  let followed = 0;
  for (const file of markdownFiles(root)) {
    for (const target of targetsOf(read(join(root, file)))) {
      if (/^[a-z]+:/.test(target)) continue;
      followed++;
      const [path, anchor] = target.split("#");
      const at = path ? join(root, dirname(file), decodeURIComponent(path)) : join(root, file);
      if (!existsSync(at)) broken.push(`${file}: ${target}`);
      else if (anchor && at.endsWith(".md") && !anchorsOf(read(at)).includes(decodeURIComponent(anchor)))
        broken.push(`${file}: ${target} (no such heading)`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(followed > 60, `${followed} links are found`);
});

test("links into the code lead to the lines at which their symbols and equations stand; `npm run docs` mends them", () => {
  for (const file of markdownFiles(root)) {
    const page = read(join(root, file));
    assert.equal(relinked(page, join(root, file)), page, file);
  }
});

test("docs/model.md leads to every equation and algorithm of the paper, and its lines name them", () => {
  const links = sourceLinks(read(join(root, "docs/model.md")));
  const marks = links.flatMap(({ mark }) => mark ?? []);
  const wanted = [...Array.from({ length: 25 }, (_, at) => `Eq. ${at + 1}`), "Algorithm 1", "Algorithm 2"];
  assert.deepEqual(
    wanted.filter((one) => !marks.some((mark) => mark.split(",")[0] === one)),
    [],
  );
  for (const { file, line, mark } of links)
    if (mark)
      assert.ok(
        read(join(root, "docs", file))
          .split("\n")
          [line - 1].includes(mark),
        `${file}:${line} ${mark}`,
      );
});

test("a link follows what moves, and one whose symbol or equation is gone is an error", () => {
  const folder = testFolder("links");
  const page = join(folder, "page.md");
  const link = (line: number, mark = "Eq. 1"): string => `[\`A.b\` · ${mark}](a.ts#L${line})`;
  writeFileSync(
    join(folder, "a.ts"),
    "// Eq. 1\nclass A {\n  /** Eq. 12, not that */\n  b() {\n    f(); // Eq. 1\n  }\n}\n",
  );
  assert.equal(relinked(link(99), page), link(5));
  assert.equal(relinked("[`A`](a.ts#L1)", page), "[`A`](a.ts#L2)");
  assert.throws(() => relinked(link(1, "Eq. 2"), page), /A\.b \(lines 3 to 6\) says nothing of Eq\. 2/);
  assert.throws(() => relinked("[`A.c`](a.ts#L1)", page), /declares no A\.c/);
});
