// Tests the package as users install it: packed, in an empty folder, without this project's settings. Needs a registry and a minute.
// Usage: npm run test:package
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { testFolder } from "../support/folders";
import { consumer } from "./consumer";
import { pack, root, userEnvironment } from "./packed";

const folder = testFolder("installed");
const run = "runs/tiny";

/** Runs a program in the user's folder. @returns its standard output */
function call(program: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    env: userEnvironment(),
    encoding: "utf8",
    input,
    maxBuffer: 1e8,
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${error ?? ""}${stderr}${stdout}`);
  return stdout;
}

const pnr = (...args: string[]): string => call("npx", ["--no-install", "pnr", ...args]);

before(() => {
  const { filename } = pack("--pack-destination", folder);
  const tarball = join(folder, filename);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  const began = Date.now();
  call("npm", ["install", tarball, "--no-audit", "--no-fund"]);
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const names = Object.keys(packages).filter((path) => path !== "" && existsSync(join(folder, path)));
  const size = (statSync(tarball).size / 1e6).toFixed(2);
  console.log(`${size} MB, ${names.length} packages in ${((Date.now() - began) / 1000).toFixed(0)} s`);
});

test("npm runs one script, which may fail, and installs one tfjs-core", () => {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const scripts = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  assert.deepEqual(scripts, ["node_modules/zeromq"]);
  assert.ok(packages["node_modules/zeromq"].optional);
  const cores = Object.keys(packages).filter((path) => path.endsWith("@tensorflow/tfjs-core"));
  assert.deepEqual(cores, ["node_modules/@tensorflow/tfjs-core"]);
});

test("pnr doctor finds the included engine", () => {
  const { engines, chosen } = JSON.parse(pnr("doctor", "--json"));
  assert.equal(chosen.name, "wasm");
  const remedies = engines.map(({ name, remedy }: { name: string; remedy: string }) => [name, remedy]);
  assert.match(
    Object.fromEntries(remedies).tensorflow,
    /npm install --ignore-scripts @tensorflow\/tfjs-node-gpu@/,
  );
});

test("a model trains on the bundled corpus, is evaluated, predicts and is plotted", () => {
  const tiny = ["model.hidden=16", "model.feedForward=16", "training.limitTrain=40", "training.limitDev=8"];
  const trained = JSON.parse(
    pnr("train", "--preset", "sample", "--epochs", "1", "--set", ...tiny, "--out", run, "--json"),
  );
  assert.ok(trained.scores.test.sentences > 200);
  const scored = JSON.parse(pnr("evaluate", "--run", run, "--corpus", "sample", "--split", "test", "--json"));
  assert.deepEqual(scored.scores.overall, trained.scores.test.overall);
  const lines = pnr("predict", "--run", run, "--corpus", "sample").trim().split("\n");
  assert.equal(lines.length, trained.scores.test.sentences);
  const text = ["predict", "--run", run, "--text", "-"];
  const [line] = call("npx", ["--no-install", "pnr", ...text], "The gene is active. So is B.").split("\n");
  assert.deepEqual(JSON.parse(line).tokens, ["The", "gene", "is", "active", "."]);
  mkdirSync(join(folder, "out"));
  pnr("plot", "attention", "--run", run, "--corpus", "sample", "--out", "out/a.html", "--out", "out/a.png");
  assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["a.html", "a.png"]);
  assert.match(readFileSync(join(folder, "out/a.html"), "utf8"), /Copyright \(c\) [\d-]+ Plotly/);
});

test("pnr lab gives the project a notebook, whose cells the installed kernel runs", () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "jupyter"), "#!/bin/sh\n", { mode: 0o755 });
  const environment = {
    ...userEnvironment(),
    PATH: `${bin}:${process.env.PATH}`,
    JUPYTER_DATA_DIR: join(folder, "jupyter"),
  };
  for (const args of [["lab"], ["kernel", "install"]])
    assert.equal(
      spawnSync("npx", ["--no-install", "pnr", ...args], { cwd: folder, env: environment }).status,
      0,
    );
  const spec = JSON.parse(readFileSync(join(folder, "jupyter/kernels/tslab/kernel.json"), "utf8"));
  assert.ok(spec.argv[1].startsWith(realpathSync(join(folder, "node_modules/pnr"))), spec.argv[1]);
  const script = `
    const { readFileSync } = require("node:fs");
    const { KernelSession } = require("./node_modules/pnr/dist/notebooks/kernel/kernel-session.js");
    const { cells } = JSON.parse(readFileSync("pnr-example.ipynb", "utf8"));
    const sources = cells.filter((cell) => cell.cell_type === "code").map(({ source }) => source.join(""));
    (async () => {
      const kernel = await KernelSession.start({}, process.cwd());
      let widgets = 0;
      for (const source of sources) {
        const small = source.replace("epochs: 4, limitTrain: 1000", "epochs: 1, limitTrain: 40, limitDev: 8");
        const reply = await kernel.execute(small, ({ content }) => { if (content.data?.["text/html"]) widgets++; }, 300);
        if (reply.status !== "ok") throw new Error(reply.traceback.join("\\n"));
      }
      await kernel.stop();
      console.log(JSON.stringify({ cells: sources.length, widgets: widgets > 3 }));
    })();`;
  writeFileSync(join(folder, "notebook.cjs"), script);
  const last = call(process.execPath, ["notebook.cjs"]).trim().split("\n").at(-1) ?? "";
  assert.deepEqual(JSON.parse(last), { cells: 3, widgets: true });
});

test("import and require load the same library", () => {
  const script = `
    import { createRequire } from "node:module";
    import { EntityDetector, InputError, sampleCorpus } from "pnr";
    import { loadCorpus } from "pnr/corpus";
    import { scoreEntities } from "pnr/evaluation";
    import { plans } from "pnr/experiments";
    import { attention } from "pnr/widgets";
    import manifest from "pnr/package.json" with { type: "json" };
    const required = createRequire(import.meta.url)("pnr");
    const detector = await EntityDetector.load("${run}");
    const { splits } = await loadCorpus(sampleCorpus);
    const [predicted] = await detector.predict([splits.test[0]]);
    console.log(JSON.stringify({
      same: required.EntityDetector === EntityDetector && required.InputError === InputError,
      functions: [scoreEntities, attention].map((value) => typeof value),
      plans: Object.keys(plans).length > 0, predicted: Array.isArray(predicted), name: manifest.name,
    }));`;
  writeFileSync(join(folder, "library.mjs"), script);
  const printed = JSON.parse(
    call(process.execPath, ["--disable-warning=ExperimentalWarning", "library.mjs"]),
  );
  assert.deepEqual(printed, {
    same: true,
    functions: ["function", "function"],
    plans: true,
    predicted: true,
    name: "pnr",
  });
});

for (const [module, resolution] of [
  ["node16", "node16"],
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])
  test(`TypeScript finds the types with the resolution ${resolution}`, () => {
    const compile = (file: string, skipLibCheck: boolean): string[] => {
      const options = ["--strict", "--noEmit", "--target", "es2022", "--types", "node", "--pretty", "false"];
      const resolved = ["--module", module, "--moduleResolution", resolution, "--ignoreConfig"];
      const args = [...options, ...resolved, "--skipLibCheck", `${skipLibCheck}`, file];
      const compiler = join(root, "node_modules/typescript-native/bin/tsc");
      const { stdout } = spawnSync(process.execPath, [compiler, ...args], { cwd: folder, encoding: "utf8" });
      return stdout.split("\n").filter((line) => line.includes("error TS"));
    };
    for (const [file, text] of Object.entries(consumer)) writeFileSync(join(folder, file), text);
    assert.deepEqual(compile("whole.ts", true), []);
    assert.equal(compile("wrong.ts", true).length, 1, "the types exist and are not any");
    assert.deepEqual(compile("corpus.ts", false), [], "all declarations that pnr/corpus needs");
    // The declarations of tfjs-core have errors under current TypeScript.
    const ours = compile("whole.ts", false).filter((line) => line.includes("node_modules/pnr/"));
    assert.deepEqual(ours, []);
  });
