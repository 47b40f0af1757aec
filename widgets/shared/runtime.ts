import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { plotlySource } from "./browserless";
import type { KernelLink } from "./kernel-link";

/** Where the open notebook holds the runtime. */
let embedded: { readonly cell: string; readonly execution: number } | undefined;

/**
 * Puts plotly and the widgets' browser code into the notebook, once: before the first widget of the session, and again
 * only when the cell that holds them runs again and so loses them. Widgets wait for them, wherever they stand.
 */
export function embedRuntime(kernel: KernelLink): void {
  const { cell, execution } = kernel;
  const lost = embedded?.cell === cell && embedded.execution !== execution;
  if (embedded && !lost) return;
  embedded = { cell, execution };
  kernel.display({
    "text/html": `<script>${runtimeScript()}</script>`,
    "text/plain": "The code that makes the widgets below interactive.",
  });
}

/** Plotly travels compressed, for it is most of the notebook's size. It is made ready once a window. */
export function runtimeScript(): string {
  const packed = gzipSync(plotlySource(), { level: 9 }).toString("base64");
  const unpack = `window.pnrPlotly = window.pnrPlotly || (async function () {
  var bytes = Uint8Array.from(atob("${packed}"), function (character) { return character.charCodeAt(0); });
  var text = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  var module = { exports: {} };
  new Function("module", "exports", "define", await text)(module, module.exports, undefined);
  return module.exports;
})();`;
  const view = readFileSync(join(__dirname, "../view.bundle.js"), "utf8");
  return `${unpack}\n${withinScript(view)}`;
}

/** The text may hold what would end a script element; these spellings mean the same to JavaScript. */
function withinScript(code: string): string {
  return code.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
}
