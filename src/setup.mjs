// Set-up step: plain Node, no dependency, because it runs before anything is installed.
// Installs the locked packages and builds the project, each only when something changed since the last time.
// Usage: node src/setup.mjs [--build]   (--build: build even when nothing changed)
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ["src", "widgets", "notebooks", "data", "docs", "test"];
const major = 20;
const minor = 19;

const [nodeMajor, nodeMinor] = process.versions.node.split(".").map(Number);
if (nodeMajor < major || (nodeMajor === major && nodeMinor < minor)) {
  fail(`Node ${process.versions.node} is too old: PnR needs Node ${major}.${minor} or newer.`);
}

/** Runs the set-up step unless its inputs still have the hash of its last success. */
async function step(name, stamp, inputs, force, action) {
  const hash = createHash("sha256");
  for (const file of inputs)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)));
  const digest = hash.digest("hex");
  const file = join(root, stamp);
  if (!force && existsSync(file) && readFileSync(file, "utf8") === digest) return;
  const began = Date.now();
  process.stderr.write(`${name} …\n`);
  rmSync(file, { force: true });
  await action();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, digest);
  process.stderr.write(`${name}: done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

/** @param stdio "inherit" shows what the command says while it works */
function run(what, command, args, stdio = "pipe") {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", stdio });
  if (error || status !== 0)
    fail(`${what} failed.\n${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`.trim());
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Every source file below the folders, sorted, so that the hash does not depend on the file system. */
function files(folders) {
  const found = [];
  const walk = (folder) => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = `${folder}/${name}`;
      if (statSync(join(root, path)).isDirectory()) walk(path);
      else if (/\.(ts|css)$/.test(name)) found.push(path);
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder);
  return found;
}

await step(
  "Installing packages (npm ci)",
  "node_modules/.pnr-installed",
  ["package-lock.json", ".npmrc"],
  false,
  // it takes a minute or two: whoever watches sees npm's own progress
  () =>
    process.stderr.isTTY
      ? run("npm ci", "npm", ["ci"], "inherit")
      : run("npm ci", "npm", ["ci", "--no-progress"]),
);

const kernels = "src/engine/kernels";
await step(
  "Compiling kernels (AssemblyScript)",
  "dist/.pnr-kernels",
  ["package-lock.json", "src/setup.mjs", `${kernels}/asconfig.json`, ...files([kernels])],
  process.argv.includes("--build"),
  () => {
    const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
    const out = "dist/src/engine/kernels.wasm";
    run("Compiling the kernels", process.execPath, [
      asc,
      `${kernels}/index.ts`,
      "--config",
      `${kernels}/asconfig.json`,
      "-o",
      out,
    ]);
  },
);

/** Leaves what shows a widget in a notebook's cell out of what pages get: it needs Node. */
function withoutCell(build) {
  build.onResolve({ filter: /\/cell\.js$/ }, ({ path }) => ({ path, namespace: "no-cell" }));
  build.onLoad({ filter: /./, namespace: "no-cell" }, () => ({ contents: "" }));
}

const inputs = ["package-lock.json", "tsconfig.json", "src/setup.mjs", ...files(sources)];
await step("Building (TypeScript)", "dist/.pnr-built", inputs, process.argv.includes("--build"), async () => {
  // npx would find TypeScript 6, which is there for the documentation.
  run("The build", process.execPath, [join(root, "node_modules/typescript-native/bin/tsc"), "-p", root]);
  for (const file of readdirSync(join(root, "dist"), { recursive: true })) {
    const source = file.match(/^(.*)(?:\.d\.ts|\.js)$/)?.[1];
    const kept =
      source === undefined || file.endsWith(".bundle.js") || existsSync(join(root, `${source}.ts`));
    if (!kept) rmSync(join(root, "dist", file));
  }
  const esbuild = await import(pathToFileURL(join(root, "node_modules/esbuild/lib/main.js")).href);
  const bundle = (outfile, options) =>
    esbuild.build({
      outfile: join(root, outfile),
      bundle: true,
      minify: true,
      target: "es2022",
      logLevel: "warning",
      ...options,
    });
  await bundle("dist/widgets/view.bundle.js", {
    entryPoints: [join(root, "widgets/view.ts")], // not what was compiled of it: CommonJS keeps all of a library
    format: "iife",
    platform: "browser",
  });
  await bundle("dist/widgets/browser.bundle.mjs", {
    entryPoints: [join(root, "widgets/browser.ts")],
    format: "esm",
    platform: "browser",
    plugins: [{ name: "no-cell", setup: withoutCell }],
  });
  const parts = ["register_all_gradients.js", "public/chained_ops/reshape.js"]; // some gradients write x.reshape()
  const contents = parts.map((part) => `import "@tensorflow/tfjs-core/dist/${part}";`).join("\n");
  await bundle("dist/src/engine/tfjs-gradients.bundle.js", {
    stdin: { contents, resolveDir: root },
    format: "cjs",
    platform: "node",
    legalComments: "eof",
  });
});
