import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { plotlySource } from "./headless-plotly";
import type { KernelLink } from "./kernel-link";

/** Plotly and the widgets' browser code as one script. */
export interface Runtime {
  /** Unique per version: a window may hold notebooks of several versions, and each widget names its runtime. */
  readonly name: string;
  readonly script: string;
}

/** The execution that put the runtime into the open notebook. */
let embedded: { readonly cell: string; readonly execution: number } | undefined;
let created: Runtime | undefined;

/**
 * Puts the runtime into the notebook once, before the first widget of the session. Does so again only when the cell that holds
 * it runs again and so loses it. Widgets anywhere in the notebook wait for it.
 */
export function embedRuntime(kernel: KernelLink): void {
  const { cell, execution } = kernel;
  const isLost = embedded?.cell === cell && embedded.execution !== execution;
  if (embedded && !isLost) return;
  embedded = { cell, execution };
  const bundle = {
    "text/html": `<script>${runtime().script}</script>`,
    "text/plain": "The code that makes the widgets below interactive.",
  };
  kernel.display(bundle, { metadata: runtimeMark });
}

/** Metadata of the display that holds the runtime, so that stored notebooks can leave it out. */
export const runtimeMark: Readonly<Record<string, unknown>> = { pnr: "runtime" };

export function runtime(): Runtime {
  created ??= createRuntime();
  return created;
}

/** Both parts are compressed, because they are most of a notebook's size. A window unpacks them once. */
function createRuntime(): Runtime {
  const plotly = plotlySource();
  const view = readFileSync(join(__dirname, "../view.bundle.js"), "utf8");
  const name = `pnr${createHash("sha256").update(plotly).update(view).digest("hex").slice(0, 8)}`;
  const script = `${licenseNotice()}(function (name, script) {
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

function licenseNotice(): string {
  const plotly = join(require.resolve("plotly.js-cartesian-dist-min/package.json"), "../LICENSE");
  return `/*!
This script contains PnR, Apache Arrow and FlatBuffers (Apache License 2.0), tslib (0BSD, Microsoft) and plotly.js; the package pnr
holds their notices (THIRD-PARTY-NOTICES.md). Of plotly.js:

${readFileSync(plotly, "utf8").trim()}
*/
`;
}
