import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { preProcessFile } from "typescript";
import { pack, root } from "./packed";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const packed = pack("--dry-run");
const files = new Set(packed.files.map(({ path }) => path));
const code = [...files].filter((file) => /\.(js|cjs|mjs|d\.ts)$/.test(file));

/** `pnr quickstart` works only in a clone: it runs a notebook of the project and writes its page. */
const pageWriter = "dist/notebooks/kernel/execute-to-page.js";

interface Import {
  readonly file: string;
  readonly target: string;
}

/** The modules that packed code imports, requires or looks up with require.resolve. */
const imports: readonly Import[] = code.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  const imported = preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const resolved = [...text.matchAll(/require\.resolve\(["'`]([^"'`$]+)/g)].map(([, target]) => target);
  return [...imported, ...resolved].map((target) => ({ file, target }));
});
const packageOf = (target: string): string => target.match(/^(@[^/]+\/)?[^/]+/)![0];
const isRelative = ({ target }: Import): boolean => target.startsWith(".");
const packageImports = imports.filter(
  (one) => !isRelative(one) && !one.target.startsWith("node:") && !builtinModules.includes(one.target),
);

test("the package contains the files that package.json promises and its code reads", () => {
  const targets = (value: unknown): string[] =>
    typeof value === "string" ? [value] : Object.values(value as object).flatMap(targets);
  const promised = [
    manifest.main,
    manifest.types,
    ...targets(manifest.bin),
    ...targets(manifest.exports),
    ...targets(manifest.typesVersions),
  ].map((path) => posix.normalize(path));
  const read = [
    "dist/src/engine/kernels.wasm",
    "dist/src/engine/kernels-basic.wasm",
    "dist/src/engine/kernels-relaxed.wasm",
    "dist/src/engine/tfjs-gradients.bundle.js",
    "dist/src/engine/try-engine.js",
    "dist/src/engine/wasm/kernel-worker.js",
    "dist/widgets/model-page/page.bundle.mjs",
    "dist/src/browser.bundle.mjs",
    "dist/widgets/browser.bundle.mjs",
    "dist/widgets/view.bundle.js",
    "src/engine/install/stderr.cc",
    "dist/notebooks/kernel/launch.js",
    "dist/notebooks/kernel/guard-worker.js",
    "notebooks/kernel/jupyter/kernels/tslab/kernel.json",
    "notebooks/kernel/pnr-example.ipynb",
    ...["train", "dev", "test"].map((split) => `data/sample/${split}.arrow`),
    "config.schema.json",
    "LICENSE",
    "README.md",
    "THIRD-PARTY-NOTICES.md",
  ];
  assert.deepEqual(
    [...promised, ...read].filter((file) => !files.has(file)),
    [],
  );
});

test("older TypeScript, which ignores exports, finds the types of the same subpaths", () => {
  const paths = Object.keys(manifest.exports).filter((path) => path !== "." && path !== "./package.json");
  assert.deepEqual(
    paths.map((path) => [path, posix.normalize(manifest.exports[path].types)]),
    Object.entries<string[]>(manifest.typesVersions["*"]).map(([path, [types]]) => [`./${path}`, types]),
  );
});

test("the package contains no tests, sources, executed notebooks or build files", () => {
  const expected =
    /^(dist\/(src|widgets|page|notebooks\/kernel)\/.+\.(js|mjs|d\.ts|wasm)|src\/cli\/pnr\.cjs|notebooks\/kernel\/(jupyter\/kernels\/tslab\/kernel\.json|pnr-example\.ipynb)|src\/engine\/install\/stderr\.cc|data\/sample\/\w+\.arrow|data\/models\/[\w-]+\/(README\.md|best\.json|best-\w+\.safetensors)|docs\/[\w-]+\.md|[A-Z-]+(\.\w+)?|package\.json|config\.schema\.json)$/;
  assert.deepEqual(
    [...files].filter((file) => !expected.test(file) || file.includes(".test.")),
    [],
  );
});

test("the package is small: 1.75 MB to download and 6 MB unpacked, without the ready models", () => {
  const models = packed.files.filter(({ path }) => path.startsWith("data/models/"));
  const unpacked = models.reduce((sum, { size }) => sum + size, 0);
  const compressed = models.reduce(
    (sum, { path }) => sum + gzipSync(readFileSync(join(root, path)), { level: 9 }).length,
    0,
  );
  assert.ok(packed.size - compressed < 1.75e6, `${packed.size} bytes, ${compressed} of them models`);
  assert.ok(
    packed.unpackedSize - unpacked < 6e6,
    `${packed.unpackedSize} bytes unpacked, ${unpacked} of them models`,
  );
});

test("every file that packed code imports is packed", () => {
  const relative = imports.filter(isRelative);
  assert.ok(relative.length > 500, "the search finds imports");
  const isPacked = ({ file, target }: Import): boolean => {
    const path = posix.join(posix.dirname(file), target);
    if (path === pageWriter) return true;
    const endings = file.endsWith(".d.ts") ? [".d.ts", "/index.d.ts"] : ["", ".js", "/index.js"];
    return endings.some(
      (ending) => files.has(path.replace(/\.js$/, "") + ending) || files.has(path + ending),
    );
  };
  assert.deepEqual(
    relative.filter((one) => !isPacked(one)),
    [],
  );
});

test("packed code imports exactly the dependencies, including optional ones, and the optional peers", () => {
  const names = new Set(packageImports.map(({ target }) => packageOf(target)));
  // Its name is in a constant, because the package may be missing.
  names.add("@tensorflow/tfjs-node-gpu");
  // The compiler of notebook cells reads it.
  names.add("@types/node");
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const declared = [dependencies, optionalDependencies, peerDependencies].flatMap(Object.keys);
  assert.deepEqual([...names].sort(), declared.sort());
  assert.deepEqual(
    Object.keys(manifest.peerDependencies),
    Object.keys(manifest.peerDependenciesMeta).filter((name) => manifest.peerDependenciesMeta[name].optional),
  );
});

test("the declarations import only packages that contain types", () => {
  const names = new Set(
    packageImports.filter(({ file }) => file.endsWith(".d.ts")).map(({ target }) => packageOf(target)),
  );
  const untyped = [...names].filter((name) => {
    const folder = join(root, "node_modules", name);
    const { types, typings, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return !(types ?? typings ?? exports) && !existsSync(join(folder, "index.d.ts"));
  });
  assert.deepEqual(untyped, []);
});

test("pnr/corpus and pnr/evaluation load neither tensors nor drawing code", () => {
  for (const subpath of ["corpus", "evaluation"]) {
    const script = `require("pnr/${subpath}"); console.log(JSON.stringify(Object.keys(require.cache)))`;
    const loaded: string[] = JSON.parse(
      execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }),
    );
    const heavy = loaded.filter((file) => /node_modules.(@tensorflow|jsdom|@resvg|plotly|wink)/.test(file));
    assert.deepEqual(heavy, [], subpath);
  }
});
