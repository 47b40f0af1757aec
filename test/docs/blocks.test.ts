import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import MarkdownIt from "markdown-it";
import { type Block, blocksOf, markdownFiles } from "../../docs/generator/markdown";
import { readSentences } from "../../src/corpus";
import { readReference } from "../bench/reference";
import { testFolder } from "../support/folders";
import { commandsOf, phraseProblem, problemOf } from "./command-lines";
import { prepareWorkspace } from "./workspace";

const markdown = new MarkdownIt({ html: true });

/** The inline code of a page. */
function inlineCode(page: string): string[] {
  const inline = markdown.parse(page, {}).flatMap(({ children }) => children ?? []);
  return inline.filter(({ type }) => type === "code_inline").map(({ content }) => content);
}

const run = promisify(execFile);
const root = join(__dirname, "../../..");
const pages = markdownFiles(root).map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
const blocks = pages.flatMap(({ file, text }) => blocksOf(text).map((block) => ({ ...block, file })));
const location = ({ file, line }: Block & { readonly file: string }): string => `${file}:${line}`;
const scripts = new Set(Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts));

const folder = testFolder("docs");

/** The functions that read the JSON blocks of a page. */
const readers: Readonly<Record<string, (path: string) => unknown>> = {
  "README.md": (path) => readSentences(path).next(),
  "docs/benchmark.md": readReference,
};

test("every block names its language, and blocks that do not run give a reason", () => {
  const kinds = new Set(["ts", "sh", "json", "text", "python"]);
  assert.deepEqual(blocks.filter(({ language }) => !kinds.has(language)).map(location), []);
  const notRun = blocks.filter((block) => block.notRun !== undefined);
  for (const block of notRun) assert.match(block.notRun ?? "", /\w{3,}.* \w/, location(block));
  const counts: Record<string, number> = {};
  for (const { file } of notRun) counts[file] = (counts[file] ?? 0) + 1;
  assert.deepEqual(counts, expectedNotRun, notRun.map(location).join("\n"));
  assert.deepEqual(blocks.filter((block) => block.language === "python" && !block.notRun).map(location), []);
});

/** How many blocks of a page do not run; count a new one here deliberately. */
const expectedNotRun: Readonly<Record<string, number>> = {
  "README.md": 1,
  "docs/benchmark.md": 1,
  "docs/durability.md": 1,
  "docs/encoders.md": 3,
  "docs/experiments.md": 5,
  "docs/model-page.md": 1,
  "docs/notebooks.md": 1,
  "docs/paper-and-code.md": 2,
  "docs/recipes.md": 12,
  "docs/widgets.md": 1,
};

test("every command in the blocks has valid options and arguments", async () => {
  const problems: string[] = [];
  for (const block of blocks.filter(({ language }) => language === "sh"))
    for (const words of commandsOf(block.code)) {
      const problem = await problemOf(words, scripts);
      if (problem) problems.push(`${location(block)}: ${words.join(" ")}: ${problem}`);
    }
  assert.deepEqual(problems, []);
});

test("commands, options and scripts in the text exist", () => {
  const problems: string[] = [];
  let count = 0;
  for (const { file, text } of pages)
    for (const code of inlineCode(text)) {
      const words = code.split(/\s+/);
      const [first, second, third] = words;
      const named = first === "npm" && second === "run" ? third : undefined;
      if (named === undefined && first !== "pnr" && (first !== "npx" || second !== "pnr")) continue;
      count++;
      const problem =
        named === undefined ? phraseProblem(words) : scripts.has(named) ? undefined : "no such script";
      if (problem && !code.endsWith(".")) problems.push(`${file}: ${code}: ${problem}`);
    }
  assert.deepEqual(problems, []);
  assert.ok(count > 50, `${count} commands`);
});

test("JSON blocks are valid for their reader", async () => {
  for (const block of blocks.filter(({ language }) => language === "json")) {
    const path = join(folder, "block.json");
    writeFileSync(path, block.code);
    assert.ok(readers[block.file], `${location(block)}: no reader`);
    await assert.doesNotReject(async () => readers[block.file](path), location(block));
  }
});

const runBlocks = blocks.filter((block) => block.notRun === undefined);

describe("code blocks", { concurrency: 2 }, () => {
  before(() => prepareWorkspace(folder));

  // Blocks of a page build on the files of those above them.
  for (const { file } of pages) {
    const commands = runBlocks.filter((block) => block.file === file && block.language === "sh");
    if (commands.length)
      describe(file, { concurrency: 1 }, () => {
        for (const block of commands)
          test(`bash runs ${location(block)}`, async () => {
            const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
            await run("bash", ["-euo", "pipefail", "-c", block.code], { cwd: folder, env });
          });
      });
  }
});

// The programs load runs of the commands above.
test("TypeScript compiles and runs", async () => {
  const examples = runBlocks.filter(({ language }) => language === "ts");
  assert.ok(examples.length > 2);
  const source = join(folder, "examples");
  mkdirSync(source);
  for (const [index, { code }] of examples.entries()) writeFileSync(join(source, `${index}.mts`), code);
  const compiled = join(folder, "compiled");
  const typeRoots = [join(root, "node_modules/@types")];
  const compilerOptions = { ...strict, types: ["node"], typeRoots, rootDir: source, outDir: compiled };
  writeFileSync(join(source, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  const tsc = join(root, "node_modules/typescript-native/bin/tsc");
  await run(process.execPath, [tsc, "-p", source]).catch(({ stdout }) =>
    assert.fail(`${stdout}${examples.map((block, index) => `\n${index}.mts is ${location(block)}`)}`),
  );
  for (const [index, block] of examples.entries())
    await run(process.execPath, [join(compiled, `${index}.mjs`)], { cwd: folder }).catch(({ stderr }) =>
      assert.fail(`${location(block)}: ${stderr}`),
    );
});

const strict = {
  target: "es2022",
  lib: ["es2023", "dom"],
  module: "node16",
  moduleResolution: "node16",
  strict: true,
  skipLibCheck: true,
};
