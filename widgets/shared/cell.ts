// Shows widgets in a notebook's cells. This module needs Node and is large, so it is imported dynamically, and src/setup.mjs
// excludes it from the bundle for pages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FollowedPanel, noteId } from "../live-panel/panel-question";
import { type AnotherSentence, answerSentences, type Editing, textOf } from "./another-sentence";
import { embedModel } from "./embedded-parts";
import { widgetForms } from "./forms";
import { scriptJson } from "./html";
import type { KernelLink, MimeBundle } from "./kernel-link";
import { pdfQuestion } from "./pdf-question";
import { svgToPng } from "./picture";
import { embedRuntime, runtime } from "./runtime";
import type { Svg } from "./svg";
import type { WidgetInstance } from "./widget";

let displays = 0;

/** Shows a widget in the running cell of our kernel, in all its forms. */
export async function displayInCell<Packed, State extends object, Data>(
  kernel: KernelLink,
  instance: WidgetInstance<Packed, State, Data>,
  editing?: Editing<Packed, State, Data>,
): Promise<void> {
  const name = `${++displays}`;
  const another = editing && anotherSentence(kernel, name, editing);
  const { address } = kernel;
  const { bundle, width } = await widgetForms(instance, name, runtime().name, { address, another });
  if (address) kernel.answer(pdfQuestion, pdfBase64);
  embedRuntime(kernel);
  kernel.display(bundle, { metadata: { "image/png": { width } } });
}

/** Undefined if neither the kernel nor the page could make the widget of another sentence. */
function anotherSentence<Packed, State extends object, Data>(
  kernel: KernelLink,
  name: string,
  { tokens, make, model }: Editing<Packed, State, Data>,
): AnotherSentence | undefined {
  const question = answerSentences(kernel, name, make);
  const embedded = model && embedModel(kernel, model);
  return question || embedded ? { text: textOf(tokens), question, model: embedded } : undefined;
}

async function pdfBase64(svg: Svg): Promise<string> {
  const [{ outlined }, { svgToPdf }] = await Promise.all([import("./outline.js"), import("./pdf.js")]);
  return (await svgToPdf(outlined(svg))).toString("base64");
}

/** A widget for any kernel: its HTML contains the code that makes it interactive. */
export async function standaloneBundle<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
): Promise<MimeBundle> {
  const { name, script } = runtime();
  const { bundle } = await widgetForms(instance, `${++displays}`, name);
  return { ...bundle, "text/html": `<script>${script}</script>${bundle["text/html"]}` };
}

/** The script by which a panel follows the kernel in a page that gets no updates from Jupyter, and a note where scripts do not run. */
export function followScript(panel: FollowedPanel): string {
  const code = readFileSync(join(__dirname, "../live-panel/follow-panel.bundle.js"), "utf8");
  const note =
    "This was saved while the cell ran. To follow the cell here, trust the notebook (command “Trust Notebook”).";
  return `<div id="${noteId(panel.id)}">${note}</div><script>(function (panel) {${code}})(${scriptJson(panel)});</script>`;
}

/** A drawing as PNG, with the metadata that a display needs. */
export function pngOutput(svg: Svg): {
  readonly data: Readonly<Record<"image/png", string>>;
  readonly metadata: Readonly<Record<"image/png", { readonly width: number }>>;
} {
  return {
    data: { "image/png": svgToPng(svg).toString("base64") },
    metadata: { "image/png": { width: svg.width } },
  };
}
