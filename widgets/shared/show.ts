import { createHash } from "node:crypto";
import type { Figure } from "./figure";
import { escapeHtml, scriptJson } from "./html";
import { type KernelLink, kernelLink, type MimeBundle } from "./kernel-link";
import { figureToPng } from "./picture";
import { embedRuntime } from "./runtime";

/** A widget to show: its kind names the browser code that brings `data` to life. */
export interface Widget {
  readonly kind: string;
  /** JSON-safe. */
  readonly data: unknown;
  /** What stands there until, and wherever, no script runs. */
  readonly figure: Figure;
  readonly text: string;
  /** HTML above the widget. */
  readonly above?: string;
}

let shown = 0;

/** Shows a widget in the running cell; outside our kernel, prints its text. */
export async function showWidget(widget: Widget): Promise<void> {
  const kernel = kernelLink();
  if (!kernel) {
    console.log(widget.text);
    return;
  }
  const bundle = await widgetBundle(widget, `${++shown}`);
  embedRuntime(kernel);
  kernel.display(bundle, { metadata: { "image/png": { width: widget.figure.layout.width } } });
}

/** Shows plain HTML, or prints the text that stands for it. */
export function showHtml(html: string, text: string): void {
  const kernel: KernelLink | undefined = kernelLink();
  if (kernel) kernel.display({ "text/html": html, "text/plain": text });
  else console.log(text);
}

/** A widget in all its forms: the static picture within the HTML, the picture alone, and text. */
export async function widgetBundle(widget: Widget, name: string): Promise<MimeBundle> {
  const { kind, data, figure, text, above = "" } = widget;
  const png = (await figureToPng(figure)).toString("base64");
  const hash = createHash("sha256").update(kind).update(JSON.stringify(data)).digest("hex").slice(0, 8);
  const id = `pnr-${name}-${hash}`;
  const { width } = figure.layout;
  const image = `<img alt="${escapeHtml(text)}" width="${width}" style="max-width:100%;height:auto" src="data:image/png;base64,${png}">`;
  const script = `(window.pnrWidgets = window.pnrWidgets || []).push(${scriptJson({ kind, id, data })});`;
  return {
    "text/html": `${above}<div id="${id}">${image}</div><script>${script}</script>`,
    "image/png": png,
    "text/plain": text,
  };
}
