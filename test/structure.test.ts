import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { test } from "node:test";

/** Folders of src: each may import from itself and those before it. */
const order = [
  "base",
  "engine",
  "nn",
  "corpus",
  "bert",
  "config",
  "model",
  "criterion",
  "baselines",
  "detector",
  "evaluation",
  "training",
  "experiments",
  "cli",
];
const root = join(__dirname, "../..");

interface Import {
  readonly file: string;
  /** Path from the project's root without extension, or the name of a package. */
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
const describe = (imports: Import[]): string[] =>
  imports.map(({ file, target }) => `${file} imports ${target}`);

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
  assert.ok(imports.length > 20, "the search finds imports");
  const backward = imports.filter(({ file, target }) => within(target, "src") && rank(target) > rank(file));
  const toIndex = imports.filter(({ target }) => target === "src" || target === "src/index");
  assert.deepEqual(describe([...backward, ...toIndex]), []);
});

test("inside src only cli imports from outside: the widgets, and two modules of the notebook kernel", () => {
  const outside = filesBelow("src")
    .flatMap(importsOf)
    .filter(({ target }) =>
      ["widgets", "notebooks", "data", "test"].some((folder) => within(target, folder)),
    );
  const isAllowed = ({ file, target }: Import): boolean =>
    within(file, "src/cli") &&
    (within(target, "widgets") || /^notebooks\/kernel\/(index|execute-to-page)$/.test(target));
  assert.deepEqual(describe(outside.filter((statement) => !isAllowed(statement))), []);
});

test("commands of pnr do not import each other", () => {
  const imports = filesBelow("src/cli/commands", "src/cli/shared").flatMap(importsOf);
  assert.ok(imports.length > 100, "imports are found");
  assert.deepEqual(describe(imports.filter(({ target }) => within(target, "src/cli/commands"))), []);
});

test("widgets import only types from src, and nothing else of the project", () => {
  const wrong = filesBelow("widgets")
    .flatMap(importsOf)
    .filter(
      ({ target, typeOnly }) =>
        (within(target, "src") && !typeOnly) ||
        ["pnr", "notebooks", "data", "test"].includes(target.split("/")[0]),
    );
  assert.deepEqual(describe(wrong), []);
});

/** All files with code, with their texts. */
const code = new Map(
  filesBelow("src", "widgets", "notebooks", "data", "docs", "test")
    .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !within(file, "src/engine/kernels"))
    .map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

test("files do not import each other in circles, not even types", () => {
  const imports = new Map([...code.keys()].map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" > "));
    if (done.has(file)) return;
    done.add(file);
    for (const { target } of imports.get(file) ?? []) {
      const next = [`${target}.ts`, `${target}/index.ts`].find((name) => code.has(name));
      if (next) visit(next, [...path, file]);
    }
  };
  for (const file of code.keys()) visit(file, []);
  assert.ok(done.size > 500, "the search finds files");
  assert.deepEqual(circles, []);
});

/** Exports with the tag `@internal` are for tests only. Tests should use what everyone uses, so these stay few. */
const mostInternal = 12;

test("another file uses each export; only tests use those marked @internal", () => {
  const notebooks = readdirSync(join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  const users = [
    ...[...code].filter(([file]) => !within(file, "test")),
    ...notebooks.map((name) => [name, readFileSync(join(root, "notebooks", name), "utf8")] as const),
  ].map(([file, text]) => ({ file, names: new Set(text.match(/[A-Za-z_$][\w$]*/g)) }));
  const exported = [...code]
    .filter(([file]) => !within(file, "test"))
    .flatMap(([file, text]) =>
      [
        ...text.matchAll(
          /(@internal(?:\n \*| \*)\/\n)?^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm,
        ),
      ].map(([, tag, name]) => ({
        id: `${file}: ${name}`,
        isInternal: tag !== undefined,
        isUsed: users.some((user) => user.file !== file && user.names.has(name)),
      })),
    );
  const idsOf = (list: typeof exported): string[] => list.map(({ id }) => id);
  assert.ok(exported.length > 1000, "the search finds exports");
  assert.deepEqual(idsOf(exported.filter(({ isInternal, isUsed }) => isInternal === isUsed)), []);
  assert.ok(exported.filter(({ isInternal }) => isInternal).length <= mostInternal);
});

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

const { packages }: LockFile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

test("there is one copy of tfjs-core, because copies do not accept each other's tensors", () => {
  const copies = Object.keys(packages).filter((path) => path.endsWith("node_modules/@tensorflow/tfjs-core"));
  assert.deepEqual(copies, ["node_modules/@tensorflow/tfjs-core"]);
});

test("the lock file names no registry, so any registry can serve it", () => {
  const withAddress = Object.entries(packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ""));
  assert.deepEqual(
    withAddress.map(([path]) => path),
    [],
  );
});

test("pictures, pages and notebooks use the same version of plotly", () => {
  const version = (name: string): string | undefined => packages[`node_modules/${name}`]?.version;
  assert.ok(version("plotly.js-dist"));
  assert.equal(version("plotly.js-cartesian-dist-min"), version("plotly.js-dist"));
});
