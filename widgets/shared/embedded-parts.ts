// Puts a model into a notebook. It needs Node, so only cell.ts imports it.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { encode85 } from "../model-page/base85";
import { toPlanes } from "../model-page/byte-planes";
import type { EmbeddableModel, EmbeddedModel } from "./another-sentence";
import { scriptJson } from "./html";
import type { KernelLink } from "./kernel-link";
import { runtimeMark } from "./runtime";

/** The executions that put parts into the open notebook, by the name of the parts. */
const embedded = new Map<string, { readonly cell: string; readonly execution: number }>();

/**
 * Puts a model and its engine into the notebook, each once, before the first widget that uses it. Does so again when the cell that
 * holds them runs again and so loses them. Stored notebooks leave them out, as they do with the widgets' code.
 */
export function embedModel(kernel: KernelLink, detector: EmbeddableModel): EmbeddedModel {
  const { engine, model } = detector.pageParts();
  return {
    engine: embedParts(kernel, { ...engine, engine: scriptOf(engine.engine) }),
    model: embedParts(kernel, { ...model, weights: toPlanes(model.weights) }),
  };
}

/** A module without imports as the body of a function that returns its exports, for pages whose policy allows no modules. */
function scriptOf(module: Uint8Array): string {
  const text = new TextDecoder().decode(module);
  const exports = /\bexport\s*\{([^{}]*)\};?(?=\s*(?:\/\*|$))/;
  if (!exports.test(text)) throw new Error("the engine's module does not end in its exports");
  return text.replace(exports, (_, names: string) => {
    const pairs = names.split(",").map((pair) => pair.split(" as ").reverse().join(":"));
    return `return {${pairs.join(",")}};`;
  });
}

/** @returns the name of the global variable that holds the parts in the page */
function embedParts(kernel: KernelLink, parts: Readonly<Record<string, string | Uint8Array>>): string {
  const hash = createHash("sha256");
  for (const [part, content] of Object.entries(parts)) hash.update(`${part}\0`).update(content);
  const name = `pnrParts${hash.digest("hex").slice(0, 8)}`;
  const { cell, execution } = kernel;
  const holder = embedded.get(name);
  const isLost = holder?.cell === cell && holder.execution !== execution;
  if (holder && !isLost) return name;
  embedded.set(name, { cell, execution });
  const packed = Object.entries(parts).map(([part, content]) => [
    part,
    encode85(gzipSync(content, { level: 9 })),
  ]);
  const bundle = {
    "text/html": `<script>window.${name} = ${scriptJson(Object.fromEntries(packed))};</script>`,
    "text/plain": "The model that the widgets below use without a kernel.",
  };
  kernel.display(bundle, { metadata: runtimeMark });
  return name;
}
