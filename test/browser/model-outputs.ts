import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { InputSentence } from "../../src/detector/input";
import type { Predictor } from "../../src/detector/predictor";
import type { EngineFiles } from "../../src/engine/page-engine";
import { root } from "./browser-test";

/**
 * Everything a model computes for sentences, as JSON with every bit of its 32-bit floats. Versions of V8 round `Math.exp`, which
 * computes 64-bit probabilities, differently in the last of 53 bits. The function uses nothing outside itself, because a page
 * evaluates its source.
 */
export async function outputsOf(model: Predictor, sentences: readonly InputSentence[]): Promise<string> {
  const traces = [];
  for (const sentence of sentences) traces.push(await model.trace(sentence));
  const results = {
    predicted: await model.predict(sentences),
    candidates: await model.candidates(sentences),
    withoutPrior: await model.predict(sentences, { prior: "off", threshold: 0.1 }),
    traces,
  };
  return JSON.stringify(results, (_, value) => {
    if (ArrayBuffer.isView(value)) return [...(value as Float32Array)];
    return typeof value === "number" ? Math.fround(value) : value;
  });
}

const files = {
  tfjs: "node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm",
  relaxed: "dist/src/engine/kernels-relaxed.wasm",
  basic: "dist/src/engine/kernels-basic.wasm",
};

/** The engine's files. */
export function engineFiles(): EngineFiles {
  const read = (file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(root, file)));
  return { tfjs: read(files.tfjs), relaxed: read(files.relaxed), basic: read(files.basic) };
}
