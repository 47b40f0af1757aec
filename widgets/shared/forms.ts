import { createHash } from "node:crypto";
import type { AnotherSentence } from "./another-sentence";
import { gridToHtml } from "./grid";
import { escapeHtml, scriptJson } from "./html";
import type { KernelAddress, MimeBundle } from "./kernel-link";
import { picturePng } from "./picture";
import { light } from "./theme";
import type { Part, WidgetInstance } from "./widget";

/** A widget as HTML, PNG and text. */
export interface Forms {
  readonly bundle: MimeBundle;
  /** HTML of the static picture, shown until a script runs: tables as tables, the rest as images. */
  readonly staticHtml: string;
  /** Width of the picture in CSS pixels. */
  readonly width: number;
}

/**
 * @param name unique among the widgets of a page
 * @param runtime name of the runtime that will make it interactive
 * @param ask how the page asks the kernel
 */
export async function widgetForms<Packed, State extends object, Data>(
  { widget, packed, state }: WidgetInstance<Packed, State, Data>,
  name: string,
  runtime: string,
  ask: { readonly address?: KernelAddress; readonly another?: AnotherSentence } = {},
): Promise<Forms> {
  const { kind } = widget;
  const data = widget.open(packed); // the picture shows what the browser will
  const parts = widget.build(data, state, light);
  const text = widget.text(data, state);
  const png = (await picturePng(parts)).toString("base64");
  const hash = createHash("sha256")
    .update(kind)
    .update(JSON.stringify([packed, state]))
    .digest("hex")
    .slice(0, 8);
  const id = `pnr-${name}-${hash}`;
  const script = `(window.${runtime} = window.${runtime} || []).push(${scriptJson({ kind, id, packed, state, ...ask })});`;
  const staticHtml = await pictureHtml(parts, text);
  // without these classes Jupyter's MathJax would read text between two dollar signs, such as prices, as a formula
  const html = `<div id="${id}" class="tex2jax_ignore mathjax_ignore">${staticHtml}</div><script>${script}</script>`;
  const bundle = { "text/html": html, "image/png": png, "text/plain": text };
  return { bundle, staticHtml, width: widthOf(parts) };
}

async function pictureHtml(parts: readonly Part[], text: string): Promise<string> {
  const pieces: string[] = [];
  let drawings: Part[] = [];
  const flush = async (): Promise<void> => {
    if (drawings.length) pieces.push(await imageHtml(drawings, text));
    drawings = [];
  };
  for (const part of parts) {
    if ("grid" in part) {
      await flush();
      pieces.push(gridToHtml(part.grid, light));
    } else drawings.push(part);
  }
  await flush();
  return pieces.join("");
}

async function imageHtml(parts: readonly Part[], text: string): Promise<string> {
  const png = (await picturePng(parts)).toString("base64");
  return `<img alt="${escapeHtml(text)}" width="${widthOf(parts)}" style="max-width:100%;height:auto" src="data:image/png;base64,${png}">`;
}

function widthOf(parts: readonly Part[]): number {
  const widths = parts.map((part) =>
    "figure" in part ? part.figure.layout.width : "scene" in part ? part.scene.width : 0,
  );
  return Math.max(...widths, 0) || 600;
}
