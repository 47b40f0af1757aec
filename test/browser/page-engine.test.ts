import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import type { ModelConfig } from "../../src/config/model-config";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors } from "../../src/detector/storage";
import { encodeWeights } from "../../src/detector/weights";
import { startBackend } from "../../src/engine/backends";
import type { KernelBuild } from "../../src/engine/page-engine";
import { Random } from "../../src/engine/random";
import { makeSentence, smallBert, smallModel, vocabularies, wordPiece } from "../support/model";
import { scramble } from "../support/numbers";
import { root, testWith } from "./browser-test";
import { openWindow } from "./browser-window";
import { engineFiles, outputsOf } from "./model-outputs";

const folder = mkdtempSync(join(tmpdir(), "pnr-page-engine-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// Threads would show a result that depends on how work is cut.
process.env.PNR_THREADS = "2";
before(() => startBackend("wasm"));

const random = new Random(3);
const sentences = [1, 2, 7, 40].map((length) => makeSentence(random, length));

const models: Readonly<Record<string, Partial<ModelConfig>>> = {
  "the paper's model": { hidden: 64, heads: 4, layers: 3, kernels: [2, 3], feedForward: 96 },
  "a model with BERT": { hidden: 12, bert: { ...smallBert, hidden: 12, heads: 2, intermediate: 24 } },
};

/** Writes a model with random parameters for pages, and returns what Node's wasm engine computes. */
async function writeModel(change: Partial<ModelConfig>): Promise<string> {
  const model = { ...smallModel, ...change };
  const types = ["A", "B"];
  const detector = new EntityDetector(
    { model, types, vocabularies: { ...vocabularies, pieces: wordPiece } },
    random,
  );
  scramble(detector.network.parameters, random);
  const { words, characters, pos } = vocabularies;
  const lists = { words: words.toJSON(), characters: characters.toJSON(), pos: pos.toJSON() };
  const description = { model, types, vocabularies: { ...lists, pieces: wordPiece.toJSON() } };
  writeFileSync(join(folder, "model.json"), JSON.stringify(description));
  writeFileSync(join(folder, "sentences.json"), JSON.stringify(sentences));
  const weights = encodeWeights(parameterTensors(detector.network.parameters), "f32");
  writeFileSync(join(folder, "weights.safetensors"), weights);
  const outputs = await outputsOf(detector, sentences);
  detector.dispose();
  return outputs;
}

/** Computes with the written model in Chromium, in a page from a file. */
async function inChromium(build: KernelBuild | undefined): Promise<{ engine: string; outputs: string }> {
  const address = join(folder, "page.html");
  writeFileSync(address, "<!doctype html><meta charset=utf-8><title>engine</title>");
  const { page, requests, errors, close } = await openWindow();
  try {
    await page.goto(`file://${address}`);
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
    const { tfjs, relaxed, basic } = engineFiles();
    const input = {
      bundle: readFileSync(join(root, "dist/src/browser.bundle.mjs"), "utf8"),
      engine: { tfjs: base64(tfjs), relaxed: base64(relaxed), basic: base64(basic) },
      build,
      description: readFileSync(join(folder, "model.json"), "utf8"),
      weights: base64(readFileSync(join(folder, "weights.safetensors"))),
      sentences,
      compute: outputsOf.toString(),
    };
    const result = await page.evaluate(async (given) => {
      const bytes = (text: string): Uint8Array<ArrayBuffer> =>
        Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const module = URL.createObjectURL(new Blob([given.bundle], { type: "text/javascript" }));
      const pnr: typeof import("../../src/browser") = await import(module);
      const { tfjs, relaxed, basic } = given.engine;
      const files = { tfjs: bytes(tfjs), relaxed: bytes(relaxed), basic: bytes(basic) };
      const engine = await pnr.startPageEngine(files, given.build);
      const model = pnr.loadPageModel(given.description, bytes(given.weights));
      const compute: typeof outputsOf = new Function(`return ${given.compute}`)();
      const outputs = await compute(model, given.sentences);
      return { engine, outputs, isShared: typeof SharedArrayBuffer !== "undefined" };
    }, input);
    assert.equal(result.isShared, false, "a page from a file has no shared memory");
    assert.deepEqual(errors, []);
    assert.deepEqual(
      requests.filter((request) => !/^(?:blob|file):/.test(request)),
      [],
    );
    return result;
  } finally {
    await close();
  }
}

function inNode(build: KernelBuild): string {
  const script = join(__dirname, "page-engine-process.js");
  return execFileSync(process.execPath, [script, folder, build], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
}

for (const [name, change] of Object.entries(models)) {
  testWith(["chromium"], `${name}: a page computes what Node computes, to the last bit`, async () => {
    const expected = await writeModel(change);
    const chosen = await inChromium(undefined);
    assert.match(chosen.engine, /own kernels, 1 thread, relaxed SIMD$/);
    assert.ok(chosen.outputs === expected, "with the build that Chromium chooses, as Node's wasm engine");
    const basic = await inChromium("basic");
    assert.match(basic.engine, /own kernels, 1 thread, SIMD without relaxed operations$/);
    assert.ok(basic.outputs === inNode("basic"), "with the basic build, as the same build in Node");
    assert.notEqual(basic.outputs, expected, "the builds round differently");
  });
}
