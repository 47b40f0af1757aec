import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredTensor } from "../base/safetensors";
import { packagesScript } from "./packages-script";
import type { ModelDescription } from "./storage";
import { readsEnglish } from "./text-entities";
import { encodeWeights, type WeightType } from "./weights";

const dist = join(__dirname, "../..");

/** The parts of a page that run models. */
export interface EngineParts {
  /** The module `pnr/browser`. */
  readonly engine: Uint8Array;
  /** WebAssembly files of `startPageEngine`. */
  readonly tfjs: Uint8Array;
  readonly relaxed: Uint8Array;
  readonly basic: Uint8Array;
  /** Defines the function `pnrEnglish`, whose result is for `provideEnglish`. Absent if the model does not read English. */
  readonly english?: string;
  /** The notices of third-party code. */
  readonly notices: Uint8Array;
}

/** A model for `loadPageModel`. */
export interface ModelParts {
  /** JSON of the description. */
  readonly description: string;
  readonly weights: Uint8Array;
}

/** The parts of a page that run models like this one. */
export function engineParts(description: ModelDescription): EngineParts {
  const read = (file: string): Uint8Array => readFileSync(join(dist, file));
  const tfjs = require.resolve("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm");
  return {
    engine: read("src/browser.bundle.mjs"),
    tfjs: readFileSync(tfjs),
    relaxed: read("src/engine/kernels-relaxed.wasm"),
    basic: read("src/engine/kernels-basic.wasm"),
    ...(readsEnglish(description) && { english: englishScript() }),
    notices: read("../THIRD-PARTY-NOTICES.md"),
  };
}

/** A model as the parts of a page. @throws InputError naming a tensor with a value that the type of the weights cannot store */
export function modelParts(
  { model, types, vocabularies, tokenizer }: ModelDescription,
  tensors: ReadonlyMap<string, StoredTensor>,
  weights: WeightType,
): ModelParts {
  return {
    description: JSON.stringify({ model, types, vocabularies, tokenizer }),
    weights: encodeWeights(tensors, weights),
  };
}

/** winkNLP with its model, and the lists of function words. */
function englishScript(): string {
  const packages = { winkNlp: "wink-nlp", model: "wink-eng-lite-web-model", stopword: "stopword" };
  return packagesScript("pnrEnglish", packages, smaller);
}

/**
 * Leaves out what sentences and parts of speech do not need. The irregular lemmas become an empty list. winkNLP always loads its
 * automata of sentiment and named entities, so the small one of negation takes their place.
 */
function smaller(file: string): string | undefined {
  if (/wn-\w+-exceptions\.js$/.test(file)) return undefined;
  return file.replace(/eng-(?:sa|ner)-model\.json$/, "eng-negation-model.json");
}
