import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";
import { describeEngine, type EngineInfo } from "../../src/engine/start-engine";
import { compileOpenBlas, needsCompiler, needsKoffi } from "../support/blas";
import { testFolder } from "../support/folders";

const index = JSON.stringify(join(__dirname, "../../src/engine/index.js"));

/** Runs a script in a child process, because a process starts one engine. `engine` is the index of the engine layer. */
async function inProcess(script: string, environment: Record<string, string> = {}): Promise<string> {
  const { PNR_ENGINE: _, PNR_BLAS: __, ...inherited } = process.env;
  const program = `const engine = require(${index}); (async () => { ${script} })();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", program], {
    env: { ...inherited, ...environment },
  });
  assert.equal(stderr, "", "tfjs must print nothing");
  return stdout;
}

const engineOfLine = (line: string): string => line.split(": ")[0];

const withoutGpu = { CUDA_VISIBLE_DEVICES: "-1" };
const folder = testFolder("engine");
let withLibrary: Record<string, string> = withoutGpu;
before(() => {
  if (needsCompiler.skip) return;
  withLibrary = { ...withoutGpu, PNR_BLAS: compileOpenBlas(folder, "9.1.0"), PNR_ENGINE_FOLDER: folder };
});

const printStart = "console.log(JSON.stringify(await engine.startEngine()));";

/** A script that prints the class and message of what an expression rejects with. */
const printError = (expression: string): string =>
  `await (async () => ${expression})().catch((error) => console.log(error.name + ": " + error.message));`;

describe("startEngine", { concurrency: 2 }, () => {
  it("starts the first engine that runs here, with the reasons why others were skipped", async () => {
    const info: EngineInfo = JSON.parse(await inProcess(printStart));
    const skipped = info.skipped.map(engineOfLine);
    const order = ["tensorflow", "blas", "wasm", "cpu"];
    assert.deepEqual([...skipped, info.name], order.slice(0, order.indexOf(info.name) + 1));
    assert.notEqual(info.name, "cpu");
  });

  it("is described in a line with the skipped engines and the reasons", () => {
    const info = {
      name: "cpu",
      detail: "plain",
      identity: "cpu",
      skipped: ["blas: no BLAS", "wasm: no memory"],
    } as const;
    assert.equal(describeEngine(info), "engine: cpu (plain); skipped blas: no BLAS; wasm: no memory");
  });

  it("starts blas if there is a library, which is part of its identity", needsCompiler, async () => {
    const info: EngineInfo = JSON.parse(await inProcess(printStart, withLibrary));
    assert.equal(info.name, "blas");
    assert.equal(info.identity, "blas OpenBLAS 9.1.0 Generic");
    assert.match(info.detail, /^OpenBLAS 9\.1\.0 Generic, tfjs-backend-wasm /);
    assert.deepEqual(info.skipped.map(engineOfLine), ["tensorflow"]);
  });

  it("falls back to wasm without a library or koffi", async () => {
    const withoutKoffi = `const Module = require("node:module");
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name === "koffi") throw new Error("Cannot find module 'koffi'");
        return load(name, ...rest);
      };`;
    for (const [script, environment, reason] of [
      ["", { PNR_BLAS: "none" }, /^blas: PNR_BLAS=none switches it off$/],
      [withoutKoffi, {}, /^blas: the optional package koffi is not installed/],
    ] as const) {
      const printed = await inProcess(`${script} ${printStart}`, { ...withoutGpu, ...environment });
      const { name, identity, skipped }: EngineInfo = JSON.parse(printed);
      assert.deepEqual([name, identity], ["wasm", "wasm"]);
      assert.deepEqual(skipped.map(engineOfLine), ["tensorflow", "blas"]);
      assert.match(skipped[1], reason);
    }
  });

  it(
    "rejects a file in PNR_BLAS that is not a library, although other engines could run",
    needsKoffi,
    async () => {
      const printed = await inProcess(printError("engine.startEngine()"), {
        ...withoutGpu,
        PNR_BLAS: __filename,
      });
      assert.match(printed, /^InputError: PNR_BLAS is .*engine\.test\.js: .* does not load: /);
    },
  );

  it("follows PNR_ENGINE", async () => {
    assert.equal(JSON.parse(await inProcess(printStart, { PNR_ENGINE: "cpu" })).name, "cpu");
  });

  it("prefers its argument to PNR_ENGINE, starts once, and is described in a line", async () => {
    const printed = await inProcess(
      `const started = await engine.startEngine("wasm");
      const again = await engine.startEngine();
      console.log(started === again && started === engine.currentEngine());
      console.log(engine.describeEngine(started));
      ${printError('engine.startEngine("cpu")')}`,
      { PNR_ENGINE: "cpu", PNR_THREADS: "2" },
    );
    assert.deepEqual(printed.split("\n"), [
      "true",
      "engine: wasm (tfjs-backend-wasm 4.22.0, own kernels, 2 threads)",
      "PnrError: engine wasm is already running; start a new process (in a notebook: restart the kernel) for engine cpu",
      "",
    ]);
  });

  it("computes on PNR_THREADS threads", async () => {
    for (const [threads, description] of [
      ["1", "1 thread"],
      ["3", "3 threads"],
    ]) {
      const printed = await inProcess(
        `console.log(engine.describeEngine(await engine.startEngine("wasm")));
        const tf = require("@tensorflow/tfjs-core");
        console.log(tf.matMul(tf.ones([300, 300]), tf.ones([300, 300]), false, true).dataSync().every((x) => x === 300));`,
        { PNR_THREADS: threads },
      );
      assert.equal(printed, `engine: wasm (tfjs-backend-wasm 4.22.0, own kernels, ${description})\ntrue\n`);
    }
  });

  it("rejects a PNR_THREADS that is not a number", async () => {
    const printed = await inProcess(printError('engine.startEngine("wasm")'), { PNR_THREADS: "many" });
    assert.equal(printed, 'InputError: PNR_THREADS is "many": expected a whole number from 1 to 16\n');
  });

  it("rejects an unknown name, in its argument or in PNR_ENGINE", async () => {
    const names = "use auto, tensorflow, blas, wasm, cpu\n";
    assert.equal(
      await inProcess(printError('engine.startEngine("gpu")')),
      `InputError: unknown engine "gpu"; ${names}`,
    );
    assert.equal(
      await inProcess(printError("engine.startEngine()"), { PNR_ENGINE: "gpu" }),
      `InputError: unknown engine "gpu" in PNR_ENGINE; ${names}`,
    );
  });

  it("explains why a requested engine cannot run, and can then start another", async () => {
    // No file seems to exist, so TensorFlow has no binding; the wasm engine fails to read its kernels.
    const printed = await inProcess(
      `const fs = require("node:fs");
      fs.existsSync = () => false;
      const { readFileSync } = fs;
      fs.readFileSync = (path, ...rest) => {
        if (String(path).endsWith("kernels.wasm")) throw new Error("no such file");
        return readFileSync(path, ...rest);
      };
      ${printError('engine.startEngine("tensorflow")')}
      ${printError('engine.startEngine("wasm")')}
      console.log((await engine.startEngine("cpu")).name);`,
    );
    const [tensorflow, wasm, cpu] = printed.split("\n");
    assert.match(
      tensorflow,
      /^InputError: engine tensorflow cannot run here: .* is not (there|installed); .*"np[mx] /,
    );
    assert.match(
      wasm,
      /^InputError: engine wasm cannot run here: its WebAssembly does not load: no such file; .*"npm ci"$/,
    );
    assert.equal(cpu, "cpu");
  });

  it("does not change how the process handles errors", async () => {
    const printed = await inProcess(
      `await engine.startEngine("wasm");
      console.log(process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection"));`,
    );
    assert.equal(printed, "0\n");
  });

  it("is identified by its name and by its native library", async () => {
    const identity = (name: string) =>
      inProcess(
        `try { console.log((await engine.startEngine("${name}")).identity) } catch (error) { console.log(error.message) }`,
      );
    assert.equal(await identity("wasm"), "wasm\n");
    assert.match(await identity("blas"), /^(blas \w+ \S+|engine blas cannot run here: )/);
  });

  it("is required before currentEngine", async () => {
    assert.match(await inProcess(printError("engine.currentEngine()")), /^PnrError: no engine runs yet/);
  });
});
