import { createHash } from "node:crypto";
import type { Another } from "./another";
import { gridToHtml } from "./grid";
import { escapeHtml, scriptJson } from "./html";
import type { MimeBundle } from "./kernel-link";
import { picturePng } from "./picture";
import { light } from "./theme";
import type { Part, Shown } from "./widget";

/** A widget in all its forms, and the width of its picture in CSS pixels. */
export interface Forms {
  readonly bundle: MimeBundle;
  /** HTML of what stands there until, and wherever, no script runs: tables as tables, the rest as a picture. */
  readonly still: string;
  readonly width: number;
}

/**
 * A widget as HTML, PNG and text.
 * @param name tells apart the widgets of a page
 * @param runtime name of the runtime that will bring it to life
 * @param another how its reader may ask for another sentence
 */
export async function widgetForms<Packed, State extends object, Data>(
  { widget, packed, state }: Shown<Packed, State, Data>,
  name: string,
  runtime: string,
  another?: Another,
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
  const script = `(window.${runtime} = window.${runtime} || []).push(${scriptJson({ kind, id, packed, state, another })});`;
  const still = await stillHtml(parts, text);
  // else Jupyter's MathJax sets what stands between two dollars as a formula: prices, in a corpus
  const html = `<div id="${id}" class="tex2jax_ignore mathjax_ignore">${still}</div><script>${script}</script>`;
  const bundle = { "text/html": html, "image/png": png, "text/plain": text };
  return { bundle, still, width: widthOf(parts) };
}

async function stillHtml(parts: readonly Part[], text: string): Promise<string> {
  const pieces: string[] = [];
  let drawn: Part[] = [];
  const flush = async (): Promise<void> => {
    if (drawn.length) pieces.push(await picture(drawn, text));
    drawn = [];
  };
  for (const part of parts) {
    if ("grid" in part) {
      await flush();
      pieces.push(gridToHtml(part.grid, light));
    } else drawn.push(part);
  }
  await flush();
  return pieces.join("");
}

async function picture(parts: readonly Part[], text: string): Promise<string> {
  const png = (await picturePng(parts)).toString("base64");
  return `<img alt="${escapeHtml(text)}" width="${widthOf(parts)}" style="max-width:100%;height:auto" src="data:image/png;base64,${png}">`;
}

function widthOf(parts: readonly Part[]): number {
  const widths = parts.map((part) =>
    "figure" in part ? part.figure.layout.width : "scene" in part ? part.scene.width : 0,
  );
  return Math.max(...widths, 0) || 600;
}
