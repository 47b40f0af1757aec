import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { decode85, encode85 } from "../../../widgets/model-page/base85";
import { toPlanes } from "../../../widgets/model-page/byte-planes";
import type { PageInfo } from "../../../widgets/model-page/page-parts";
import { plotlySource } from "../../../widgets/shared/headless-plotly";
import { htmlPage } from "../../../widgets/shared/html-page";
import { engineParts, modelParts } from "../../detector/page-parts";
import type { StoredModel } from "../../detector/storage";
import type { WeightType } from "../../detector/weights";

const dist = join(__dirname, "../../..");

/** A model as a page that runs it and loads nothing. */
export function modelPage(
  { description, tensors }: Pick<StoredModel, "description" | "tensors">,
  info: PageInfo,
  weights: WeightType,
): string {
  const model = modelParts(description, tensors, weights);
  const { engine, english, notices, ...wasm } = engineParts(description);
  const all: Readonly<Record<string, string | Uint8Array>> = {
    app: readFileSync(join(dist, "widgets/model-page/page.bundle.mjs")),
    engine,
    widgets: readFileSync(join(dist, "widgets/browser.bundle.mjs")),
    ...wasm,
    plotly: plotlySource(),
    ...(english !== undefined && { english }),
    notices,
    info: JSON.stringify(info),
    model: model.description,
    weights: toPlanes(model.weights),
  };
  const packed = Object.entries(all).map(
    ([name, content]) =>
      `<script type="application/gzip" id="pnr-${name}">${encode85(gzipSync(content, { level: 9 }))}</script>`,
  );
  const body = `<main id="pnr-page"><noscript>This page runs a model, which needs JavaScript.</noscript></main>
${packed.join("\n")}
<script>${loader}</script>`;
  return htmlPage(info.title, style, body);
}

/**
 * Unpacks the page's parts (`PageParts`) and starts its application. A worker unpacks the weights meanwhile; if it fails, the page does
 * it, and reports the error.
 */
const loader = `(async function () {
  var app = document.getElementById("pnr-page");
  ${decode85}
  async function unpack(text) {
    var stream = new Blob([decode85(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  function unpackInWorker(text) {
    var code = decode85 + unpack + "onmessage = function (event) { unpack(event.data).then(" +
      "function (bytes) { postMessage(bytes, [bytes.buffer]); }, function () { postMessage(null); }); };";
    var address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return new Promise(function (resolve) {
      var worker = new Worker(address);
      worker.onmessage = function (event) { worker.terminate(); resolve(event.data); };
      worker.onerror = function () { resolve(null); };
      worker.postMessage(text);
    })
      .catch(function () { return null; })
      .then(function (bytes) { URL.revokeObjectURL(address); return bytes || unpack(text); });
  }
  function bytes(name) {
    var text = document.getElementById("pnr-" + name).textContent;
    return name === "weights" ? unpackInWorker(text) : unpack(text);
  }
  async function run(name) {
    if (!document.getElementById("pnr-" + name)) return;
    var script = document.createElement("script");
    script.textContent = new TextDecoder().decode(await bytes(name));
    document.head.append(script);
    script.remove();
  }
  async function load(name) {
    var address = URL.createObjectURL(new Blob([await bytes(name)], { type: "text/javascript" }));
    return import(address).finally(function () { URL.revokeObjectURL(address); });
  }
  try {
    await (await load("app")).start(app, { bytes: bytes, run: run, load: load });
  } catch (error) {
    app.textContent = "The model cannot run here: " + error.message + ". Use a browser from 2023 or later.";
  }
})();`;

const style = `
:root { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d9dee3; --accent: #0072b2; --on-accent: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #2a3038; --accent: #4ea8de; --on-accent: #0d1117; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { margin: 0 auto; max-width: 1400px; padding: 1.2rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
.note { color: var(--faint); margin: .3rem 0; font-size: .9rem; }
button, select, textarea { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 5px; padding: .35rem .7rem; max-width: 100%; }
select option { color: #1f2328; background: #ffffff; }
button { cursor: pointer; } button:hover { border-color: currentColor; }
:is(button, select, textarea, input, summary):focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
.text { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: center; margin: 1rem 0; }
.text > label[for] { flex-basis: 100%; font-weight: 600; }
.text textarea { flex-basis: 100%; width: 100%; resize: vertical; }
.text select { width: 14rem; } .text label { display: inline-flex; gap: .5rem; align-items: center; max-width: 100%; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-left: auto; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem; }
fieldset { border: 1px solid var(--line); border-radius: 6px; margin: 0; padding: .3rem .8rem .6rem; min-width: 0; }
legend { color: var(--faint); font-size: .85rem; }
fieldset label { display: flex; gap: .5rem; align-items: center; }
input[type="range"] { flex: 1 1 8rem; min-width: 0; } output { min-width: 2.4em; font-variant-numeric: tabular-nums; }
input { accent-color: var(--accent); }
.heads { display: flex; flex-wrap: wrap; gap: .25rem; align-items: center; } .heads span { min-width: 4.2em; font-size: .85rem; }
.status { min-height: 1.5em; margin: .6rem 0 0; }
.results[aria-busy] { opacity: .5; transition: opacity .2s .4s; }
.sentences { padding-left: 2.4rem; max-height: 14rem; overflow: auto; } .sentences button { border-color: transparent; text-align: left; padding: .15rem .4rem; }
.sentences [aria-current] { border-color: var(--accent); font-weight: 600; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; }
footer pre { white-space: pre-wrap; font-size: .75rem; }
@media print {
  :root { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d9dee3; }
  .primary, .text label:not([for]), .actions, .controls, summary { display: none; }
  .sentences { max-height: none; }
}
`;
