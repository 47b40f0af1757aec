import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { plotlySource } from "./browserless";
import type { KernelLink } from "./kernel-link";
import { runtimeNotice } from "./notice";

/** Plotly and the widgets' browser code as one script. */
export interface Runtime {
  /** Widgets name the runtime that they were made with, for a window may hold notebooks of several versions. */
  readonly name: string;
  readonly script: string;
}

/** Where the open notebook holds the runtime. */
let embedded: { readonly cell: string; readonly execution: number } | undefined;
let made: Runtime | undefined;

/**
 * Puts plotly and the widgets' browser code into the notebook, once: before the first widget of the session, and again
 * only when the cell that holds them runs again and so loses them. Widgets wait for them, wherever they stand.
 */
export function embedRuntime(kernel: KernelLink): void {
  const { cell, execution } = kernel;
  const lost = embedded?.cell === cell && embedded.execution !== execution;
  if (embedded && !lost) return;
  embedded = { cell, execution };
  const bundle = {
    "text/html": `<script>${runtime().script}</script>`,
    "text/plain": "The code that makes the widgets below interactive.",
  };
  kernel.display(bundle, { metadata: runtimeMark });
}

/** Metadata of the display that holds the runtime: it can be left out of a notebook that is kept, and made again. */
export const runtimeMark: Readonly<Record<string, unknown>> = { pnr: "runtime" };

/** Both parts travel compressed, for they are most of the notebook's size. Each is made ready once a window. */
export function runtime(): Runtime {
  made ??= make();
  return made;
}

function make(): Runtime {
  const plotly = plotlySource();
  const view = readFileSync(join(__dirname, "../view.bundle.js"), "utf8");
  const name = `pnr${createHash("sha256").update(plotly).update(view).digest("hex").slice(0, 8)}`;
  const script = `${runtimeNotice()}(function (name, script) {
  if (window[name + "Runtime"]) return;
  window[name + "Runtime"] = (script || {}).textContent || "";
  async function unpack(packed) {
    var bytes = Uint8Array.from(atob(packed), function (character) { return character.charCodeAt(0); });
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }
  window[name + "Plotly"] = (async function () {
    var module = { exports: {} };
    new Function("module", "exports", "define", await unpack("${pack(plotly)}"))(module, module.exports, undefined);
    return module.exports;
  })();
  unpack("${pack(view)}").then(function (view) { new Function("runtime", view)(name); });
})("${name}", document.currentScript);`;
  return { name, script };
}

function pack(text: string): string {
  return gzipSync(text, { level: 9 }).toString("base64");
}
