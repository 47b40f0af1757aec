import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type Block, blocksOf, inlineCode, markdownFiles } from "../../docs/generator/markdown";
import { readSentences } from "../../src/corpus";
import { readReference } from "../bench/reference";
import { testFolder } from "../support/folders";
import { commandsOf, phraseProblem, problemOf } from "./command-lines";
import { furnish } from "./workspace";

const run = promisify(execFile);
const root = join(__dirname, "../../..");
const pages = markdownFiles(root).map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
const blocks = pages.flatMap(({ file, text }) => blocksOf(text).map((block) => ({ ...block, file })));
const place = ({ file, line }: Block & { readonly file: string }): string => `${file}:${line}`;
const scripts = new Set(Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts));

const folder = testFolder("docs");

/** What reads the JSON that a page shows. */
const readers: Readonly<Record<string, (path: string) => unknown>> = {
  "README.md": readSentences,
  "docs/benchmark.md": readReference,
};

test("every block says what it is, and those that are not run say why", () => {
  const kinds = new Set(["ts", "sh", "json", "text", "python"]);
  assert.deepEqual(blocks.filter(({ language }) => !kinds.has(language)).map(place), []);
  const notRun = blocks.filter((block) => block.notRun !== undefined);
  for (const block of notRun) assert.match(block.notRun ?? "", /\w{3,}.* \w/, place(block));
  assert.deepEqual(
    notRun.map(({ file }) => file),
    expectedNotRun,
    notRun.map(place).join("\n"),
  );
  assert.deepEqual(blocks.filter((block) => block.language === "python" && !block.notRun).map(place), []);
});

/** The pages of the blocks that are not run, so that one more is not added in passing. */
const expectedNotRun: readonly string[] = [
  "README.md",
  "docs/benchmark.md",
  "docs/durability.md",
  "docs/encoders.md",
  "docs/encoders.md",
  "docs/encoders.md",
  "docs/experiments.md",
  "docs/experiments.md",
  "docs/experiments.md",
  "docs/experiments.md",
  "docs/paper-and-code.md",
  "docs/paper-and-code.md",
  "docs/recipes.md",
  "docs/recipes.md",
  "docs/recipes.md",
  "docs/recipes.md",
  "docs/recipes.md",
  "docs/recipes.md",
  "docs/widgets.md",
];

test("the real command line takes every command of the blocks, run or not", async () => {
  const wrong: string[] = [];
  for (const block of blocks.filter(({ language }) => language === "sh"))
    for (const words of commandsOf(block.code)) {
      const problem = await problemOf(words, scripts);
      if (problem) wrong.push(`${place(block)}: ${words.join(" ")}: ${problem}`);
    }
  assert.deepEqual(wrong, []);
});

test("commands, options and scripts that the text names exist", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { file, text } of pages)
    for (const code of inlineCode(text)) {
      const words = code.split(/\s+/);
      const [first, second, third] = words;
      const named = first === "npm" && second === "run" ? third : undefined;
      if (named === undefined && first !== "pnr" && (first !== "npx" || second !== "pnr")) continue;
      seen++;
      const problem =
        named === undefined ? phraseProblem(words) : scripts.has(named) ? undefined : "no such script";
      if (problem && !code.endsWith(".")) wrong.push(`${file}: ${code}: ${problem}`);
    }
  assert.deepEqual(wrong, []);
  assert.ok(seen > 50, `${seen} commands are found`);
});

test("JSON is what its reader takes", async () => {
  for (const block of blocks.filter(({ language }) => language === "json")) {
    const path = join(folder, "block.json");
    writeFileSync(path, block.code);
    assert.ok(readers[block.file], `${place(block)}: nothing is said to read it`);
    assert.ok(await readers[block.file](path), place(block));
  }
});

describe("blocks that run", { concurrency: 2 }, () => {
  before(() => furnish(folder));

  const running = blocks.filter((block) => block.notRun === undefined);

  for (const block of running.filter(({ language }) => language === "sh"))
    test(`the shell runs ${place(block)}`, async () => {
      const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
      await run("bash", ["-euo", "pipefail", "-c", block.code], { cwd: folder, env });
    });

  test("TypeScript is compiled, and runs as it stands", async () => {
    const examples = running.filter(({ language }) => language === "ts");
    assert.ok(examples.length > 2);
    const source = join(folder, "examples");
    mkdirSync(source);
    for (const [at, { code }] of examples.entries()) writeFileSync(join(source, `${at}.mts`), code);
    const ran = join(folder, "ran");
    const typeRoots = [join(root, "node_modules/@types")];
    const compilerOptions = { ...strict, types: ["node"], typeRoots, rootDir: source, outDir: ran };
    writeFileSync(join(source, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
    const tsc = join(root, "node_modules/typescript-native/bin/tsc");
    await run(process.execPath, [tsc, "-p", source]).catch(({ stdout }) =>
      assert.fail(`${stdout}${examples.map((block, at) => `\n${at}.mts is ${place(block)}`)}`),
    );
    for (const [at, block] of examples.entries())
      await run(process.execPath, [join(ran, `${at}.mjs`)], { cwd: folder }).catch(({ stderr }) =>
        assert.fail(`${place(block)}: ${stderr}`),
      );
  });
});

const strict = {
  target: "es2022",
  lib: ["es2023", "dom"],
  module: "node16",
  moduleResolution: "node16",
  strict: true,
  skipLibCheck: true,
};
