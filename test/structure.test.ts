import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { test } from "node:test";

/** Folders of src in the order of their imports: each may import from itself and those before it. */
const order = [
  "base",
  "engine",
  "nn",
  "corpus",
  "bert",
  "config",
  "model",
  "criterion",
  "detector",
  "evaluation",
  "training",
  "experiments",
  "cli",
];
const root = join(__dirname, "../..");

interface Import {
  readonly file: string;
  /** Path below the project's root, without extension; a package's name where it is one. */
  readonly target: string;
  readonly typeOnly: boolean;
}

function filesBelow(...folders: string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|mjs|cjs|js|css)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
    .map((file) => file.replaceAll("\\", "/"));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const statements =
    /\b(?:(?:im|ex)port\s+(type\s)?([^"';]*?)\bfrom\s*|import\s*\(?\s*|require\(\s*)"([^"]+)"/g;
  return [...text.matchAll(statements)].map(([, type, names, name]) => ({
    file,
    target: name.startsWith(".") ? posix.join(dirname(file), name).replace(/\.[cm]?js$/, "") : name,
    typeOnly: type !== undefined || /^\{(?:\s*type\s[^,}]*,?)+\s*\}\s*$/.test(names ?? ""),
  }));
}

const rank = (path: string): number => order.indexOf(path.split("/")[1]);
const within = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const told = (found: Import[]): string[] => found.map(({ file, target }) => `${file} imports ${target}`);

test("the folders of src are those of the import order", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.deepEqual(
    folders.map(({ name }) => name).filter((name) => !order.includes(name)),
    [],
  );
});

test("inside src a folder imports only from folders before it", () => {
  const imports = filesBelow(...order.map((folder) => `src/${folder}`)).flatMap(importsOf);
  assert.ok(imports.length > 20, "the imports are found at all");
  const backward = imports.filter(({ file, target }) => within(target, "src") && rank(target) > rank(file));
  const toIndex = imports.filter(({ target }) => target === "src" || target === "src/index");
  assert.deepEqual(told([...backward, ...toIndex]), []);
});

test("inside src only cli imports from outside: the widgets, and the index of the notebook kernel", () => {
  const outside = filesBelow("src")
    .flatMap(importsOf)
    .filter(({ target }) =>
      ["widgets", "notebooks", "data", "test"].some((folder) => within(target, folder)),
    );
  const allowed = ({ file, target }: Import): boolean =>
    within(file, "src/cli") && (within(target, "widgets") || target === "notebooks/kernel/index");
  assert.deepEqual(told(outside.filter((found) => !allowed(found))), []);
});

test("widgets import types alone from src, and nothing of the project besides themselves", () => {
  const own = filesBelow("widgets").flatMap(importsOf);
  const wrong = own.filter(
    ({ target, typeOnly }) =>
      (within(target, "src") && !typeOnly) ||
      ["pnr", "notebooks", "data", "test"].includes(target.split("/")[0]),
  );
  assert.deepEqual(told(wrong), []);
});

/** Files of the project that hold code, with their text. */
const code = new Map(
  filesBelow("src", "widgets", "notebooks", "data", "docs", "test")
    .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !within(file, "src/engine/kernels"))
    .map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

test("no files import each other in a circle, types aside", () => {
  const imports = new Map(
    [...code.keys()].map((file) => [file, importsOf(file).filter(({ typeOnly }) => !typeOnly)]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" > "));
    if (done.has(file)) return;
    done.add(file);
    for (const { target } of imports.get(file) ?? []) {
      const next = [`${target}.ts`, `${target}/index.ts`].find((path) => code.has(path));
      if (next) visit(next, [...way, file]);
    }
  };
  for (const file of code.keys()) visit(file, []);
  assert.ok(done.size > 500, "the files are found at all");
  assert.deepEqual(circles, []);
});

test("what a file exports is named by another", () => {
  const named = new Map([...code].map(([file, text]) => [file, new Set(text.match(/[A-Za-z_$][\w$]*/g))]));
  const unused = [...code].flatMap(([file, text]) =>
    within(file, "test")
      ? []
      : [...text.matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm)]
          .map(([, name]) => name)
          .filter((name) => ![...named].some(([other, names]) => other !== file && names.has(name)))
          .map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(unused, []);
});

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

const { packages }: LockFile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

test("there is exactly one tfjs-core, else tensors of one copy are foreign to the other", () => {
  const copies = Object.keys(packages).filter((path) => path.endsWith("node_modules/@tensorflow/tfjs-core"));
  assert.deepEqual(copies, ["node_modules/@tensorflow/tfjs-core"]);
});

test("the lock file holds no registry address, so any registry serves it", () => {
  const addressed = Object.entries(packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ""));
  assert.deepEqual(
    addressed.map(([path]) => path),
    [],
  );
});

test("pictures, pages and notebooks draw with the same plotly", () => {
  const version = (name: string): string | undefined => packages[`node_modules/${name}`]?.version;
  assert.ok(version("plotly.js-dist"));
  assert.equal(version("plotly.js-cartesian-dist-min"), version("plotly.js-dist"));
});
