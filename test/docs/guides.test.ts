import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import MarkdownIt from "markdown-it";
import { withFormats } from "../../docs/generator/formats-table";
import { blocksOf, markdownFiles, targetsOf } from "../../docs/generator/markdown";
import { sourceLinks, updateSourceLinks } from "../../docs/generator/source-links";
import { formats } from "../../src/corpus/formats/registry";
import { testFolder } from "../support/folders";

const markdown = new MarkdownIt({ html: true });

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
  const tokens = markdown.parse(page, {});
  return tokens.flatMap((token, index) => {
    if (token.type !== "heading_open") return [];
    const parts = tokens[index + 1].children ?? [];
    return [anchorOf(parts.map(({ content }) => content).join(""))];
  });
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

const root = join(__dirname, "../../..");
const read = (path: string): string => readFileSync(path, "utf8");

test("every link within the project leads to an existing file, folder or heading", () => {
  const broken: string[] = [];
  let followed = 0;
  for (const file of markdownFiles(root)) {
    for (const target of targetsOf(read(join(root, file)))) {
      if (/^[a-z]+:/.test(target)) continue;
      followed++;
      const [path, anchor] = target.split("#");
      const linked = path ? join(root, dirname(file), decodeURIComponent(path)) : join(root, file);
      if (!existsSync(linked)) broken.push(`${file}: ${target}`);
      else if (
        anchor &&
        linked.endsWith(".md") &&
        !anchorsOf(read(linked)).includes(decodeURIComponent(anchor))
      )
        broken.push(`${file}: ${target} (no such heading)`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(followed > 60, `${followed} links`);
});

test("links into the code have current line numbers; `npm run docs` updates them", () => {
  for (const file of markdownFiles(root)) {
    const page = read(join(root, file));
    assert.equal(updateSourceLinks(page, join(root, file)), page, file);
  }
});

test("docs/model.md links to a line for every equation and algorithm of the paper", () => {
  const links = sourceLinks(read(join(root, "docs/model.md")));
  const marks = links.flatMap(({ mark }) => mark ?? []);
  const expected = [
    ...Array.from({ length: 25 }, (_, index) => `Eq. ${index + 1}`),
    "Algorithm 1",
    "Algorithm 2",
  ];
  assert.deepEqual(
    expected.filter((one) => !marks.some((mark) => mark.split(",")[0] === one)),
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

test("a link follows code that moves, and a missing symbol or equation is an error", () => {
  const folder = testFolder("links");
  const page = join(folder, "page.md");
  const link = (line: number, mark = "Eq. 1"): string => `[\`A.b\` · ${mark}](a.ts#L${line})`;
  writeFileSync(
    join(folder, "a.ts"),
    "// Eq. 1\nclass A {\n  /** Eq. 12, another one */\n  b() {\n    f(); // Eq. 1\n  }\n}\n",
  );
  assert.equal(updateSourceLinks(link(99), page), link(5));
  assert.equal(updateSourceLinks("[`A`](a.ts#L1)", page), "[`A`](a.ts#L2)");
  assert.throws(
    () => updateSourceLinks(link(1, "Eq. 2"), page),
    /A\.b \(lines 3 to 6\) does not mention Eq\. 2/,
  );
  assert.throws(() => updateSourceLinks("[`A.c`](a.ts#L1)", page), /does not declare A\.c/);
});

test("docs/corpora.md lists the formats of the registry", () => {
  const page = read(join(root, "docs/corpora.md"));
  assert.equal(page, withFormats(page), "run npm run docs");
  for (const { name } of formats) assert.match(page, new RegExp(`^\\| \`${name}\` \\| `, "m"));
  assert.equal(withFormats("# A page without the table\n"), "# A page without the table\n");
});

/** The first code below a heading: a notebook's cell; a guide's block in TypeScript, else its first block. */
function codeBelow(file: string, isHeading: (text: string) => boolean): string | undefined {
  if (file.endsWith(".ipynb")) {
    const { cells } = JSON.parse(read(file)) as { cells: { cell_type: string; source: string[] }[] };
    const first = cells.findIndex(({ source }) => isHeading(source.join("").split("\n")[0]));
    return cells
      .slice(first)
      .find(({ cell_type }) => cell_type === "code")
      ?.source.join("");
  }
  const lines = read(file).split("\n");
  const first = lines.findIndex(isHeading);
  const next = lines.findIndex((line, index) => index > first && line.startsWith("## "));
  const blocks = blocksOf(lines.slice(first, next).join("\n"));
  return (blocks.find(({ language }) => language === "ts") ?? blocks[0])?.code;
}

test("the table of tasks in docs/notebooks.md has the number of lines of each", () => {
  const rows = read(join(root, "docs/notebooks.md")).matchAll(
    /^\| (?<task>.+?) \| (?<lines>\d+) \| \[.*?\]\((?<path>[^)#]+)(?:#(?<anchor>[^)]+))?\)(?:: (?<title>.+?))? \|$/gm,
  );
  const tasks = [...rows].map(({ groups = {} }) => groups);
  assert.equal(tasks.length, 7);
  for (const { task, lines, path, anchor, title } of tasks) {
    const isHeading = (text: string): boolean =>
      text.startsWith("## ") && (title ? text.slice(3) === title : anchorOf(text.slice(3)) === anchor);
    const code = codeBelow(join(root, "docs", path), isHeading) ?? assert.fail(`${task}: no code`);
    assert.equal(code.split("\n").filter((line) => line.trim()).length, Number(lines), task);
  }
});
