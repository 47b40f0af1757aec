import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildSync } from "esbuild";

const root = join(__dirname, "../..");

/** The packages that a module of ours loads in a new process. */
function packagesOf(module: string): Set<string> {
  const program = `require(${JSON.stringify(join(root, "dist", module))});
    console.log(JSON.stringify(Object.keys(require.cache)))`;
  const files: string[] = JSON.parse(execFileSync(process.execPath, ["-e", program], { encoding: "utf8" }));
  const names = files.flatMap(
    (file) => file.match(/.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/)?.[1] ?? [],
  );
  return new Set(names.map((name) => name.replaceAll("\\", "/")));
}

/** Packages that take a long time to load. */
const isLarge = (name: string): boolean =>
  /^(?:@tensorflow\/.*|apache-arrow|jsdom|plotly\.js-dist)$/.test(name);

test("the whole library loads the engine, so the tests below can fail", () => {
  assert.ok([...packagesOf("src/index.js")].some(isLarge));
});

for (const module of [
  ...["src/corpus/index.js", "src/evaluation/index.js", "src/config/config.js", "src/cli/program.js"],
  "widgets/shared/save.js",
]) {
  test(`${module} loads neither the engine nor Arrow nor jsdom`, () => {
    assert.deepEqual([...packagesOf(module)].filter(isLarge), []);
  });
}

test("the widgets load no package until one is drawn", () => {
  assert.deepEqual([...packagesOf("widgets/index.js")], []);
});

/** A message of tfjs, which is thus in every bundle with the engine. */
const engineMessage = "No backend found in registry";

/** In bytes. The bundle has 396 kB, of which 177 kB are Arrow, for the export. */
const maxBundleSize = 400_000;

test("the widgets for web pages are one small module without the engine and Node", () => {
  const contents = `import { attention, mount } from "./dist/widgets/browser.bundle.mjs";
    mount(document.body, attention(window.trace));`;
  const { outputFiles, metafile } = buildSync({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser", // in which an import of a Node module is an error
    metafile: true,
    logLevel: "silent",
  });
  assert.deepEqual(Object.keys(metafile.inputs).sort(), ["<stdin>", "dist/widgets/browser.bundle.mjs"]);
  const [{ text }] = outputFiles;
  assert.ok(text.length < maxBundleSize, `${text.length} bytes`);
  assert.ok(text.includes("pnr-bar"), "the widgets' frame is in the bundle");
  const engine = readFileSync(join(root, "dist/src/browser.bundle.mjs"), "utf8");
  assert.ok(engine.includes(engineMessage), "the engine's own bundle has it");
  for (const foreign of [engineMessage, "jsdom", "resvg", "require("])
    assert.ok(!text.includes(foreign), foreign);
});
